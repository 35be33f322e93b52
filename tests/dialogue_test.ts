import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { python } from "./server_support.ts";
import { has, onTerminal, peer, type Result, start, tcplab } from "./support.ts";

const PROMPT = "Input message(Q to quit):";

/** A server that answers what it reads by `reply`. */
function serverThat(reply: (bytes: Uint8Array<ArrayBuffer>, conn: Deno.TcpConn) => unknown) {
  return peer(async (conn) => {
    const buffer = new Uint8Array(64 * 1024);
    for (let n; (n = await conn.read(buffer)) !== null;) await reply(buffer.slice(0, n), conn);
  });
}

function dialogue(port: string, ...options: string[]) {
  return start(onTerminal(tcplab("echo_client", ...options, "127.0.0.1", port)));
}

/** What a dialogue leaves in which "hello" is answered so. */
async function helloAnswered(reply: string): Promise<Result> {
  await using server = serverThat((_, conn) => conn.write(new TextEncoder().encode(reply)));
  await using client = dialogue(server.port);
  await client.printed(PROMPT);
  await client.type("hello\n");
  return await client.result();
}

const onScript = { ignore: !has("script") }; // without script(1) there is no terminal to test on

Deno.test({
  ...onScript,
  name: "echo_client's dialogue on a terminal is the chapter's, word for word (script)",
  async fn() {
    await using server = start(tcplab("echo_server", "--clients", "1", "0"));
    await using client = dialogue(String(await server.port()));
    await client.printed(PROMPT);
    await client.type("hello world\n");
    await client.printed(/Message from server: hello world\r\nInput message\(Q to quit\):$/);
    await client.type("hi!\n");
    await client.printed(/Message from server: hi!\r\nInput message\(Q to quit\):$/);
    await client.type("q\n");
    const { code, stdout } = await client.result();
    assertEquals(code, 0);
    assertEquals(stdout.replaceAll("\r", "").split("\n"), [
      "Connected......",
      `${PROMPT}hello world`,
      "Message from server: hello world",
      `${PROMPT}hi!`,
      "Message from server: hi!",
      `${PROMPT}q`,
      "",
    ]);
    const ended = await server.result();
    assertEquals([ended.code, ended.stdout], [0, "Connected client 1\n"]);
  },
});

Deno.test({
  ...onScript,
  name: "a reply in one-byte pieces is shown whole on a terminal (script)",
  async fn() {
    await using server = serverThat(async (bytes, conn) => {
      for (let i = 0; i < bytes.length; i++) await conn.write(bytes.subarray(i, i + 1));
    });
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("hello\n");
    await client.printed(/Message from server: hello\r\nInput/);
    await client.type("Q\n");
    assertEquals((await client.result()).code, 0);
  },
});

Deno.test({
  ...onScript,
  name: "a line of 3000 bytes is one message with one reply on a terminal (script)",
  async fn() {
    await using server = serverThat((bytes, conn) => conn.write(bytes));
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("x".repeat(3000) + "\n");
    await client.printed(/Message from server: x{3000}\r\nInput/);
    await client.type("q\n");
    const { stdout } = await client.result();
    assertEquals(stdout.split(PROMPT).length - 1, 2);
  },
});

Deno.test({
  ...onScript,
  name: "the end of input ends the dialogue, and no loop follows (script)",
  async fn() {
    await using server = serverThat((bytes, conn) => conn.write(bytes));
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("\x04"); // Ctrl-D
    const { code, stdout } = await client.result();
    assertEquals(code, 0);
    assertEquals(stdout.split(PROMPT).length - 1, 1);
  },
});

Deno.test({
  ...onScript,
  name: "a server that closes while the user thinks is noticed at once (script)",
  async fn() {
    await using server = start(tcplab("hello_server", "0"));
    await using client = dialogue(String(await server.port()), "--quiet");
    const { code, stdout } = await client.result();
    assertEquals(code, 1);
    // What hello_server says was not asked for: it is shown, and called surplus or the end.
    assertMatch(stdout, /Hello World!/);
  },
});

Deno.test({
  ...onScript,
  name: "escape codes of a server do not act on the terminal (script)",
  async fn() {
    const { code, stdout } = await helloAnswered("\x1b[2J\n");
    assertEquals(code, 1);
    assertMatch(stdout, /Message from server: \\x1b\[2J/);
    assert(!stdout.includes("\x1b[2J"));
    assertMatch(stdout, /Reply is not what was sent: byte 1 was 0x68 and came back as 0x1b/);
  },
});

Deno.test({
  name: "a reset at the prompt is the connection's, not a reply's (script, python3)",
  ignore: !(has("script") && has("python3")),
  async fn() {
    await using server = start(python("reset_server.py", ""));
    const [, port] = await server.printed(/^([0-9]+)\n/);
    await using client = dialogue(port);
    await client.printed(PROMPT);
    await server.type("reset\n");
    const { code, stdout } = await client.result();
    assertEquals(code, 1);
    const words = "echo_client: Connection lost, with no reply due: " +
      "connection reset by the other side\r\n";
    assert(stdout.endsWith(words), stdout);
  },
});

Deno.test({
  ...onScript,
  name: "a wrong reply is noticed before its newline, which may never come (script)",
  async fn() {
    const { code, stdout } = await helloAnswered("help!");
    assertEquals(code, 1);
    const words =
      /Reply is not what was sent: byte 4 was 0x6c and came back as 0x70 \(5 bytes came, and no newline\)/;
    assertMatch(stdout, words);
  },
});
