import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { TypedInput } from "../src/echo/typed_input.ts";
import { drain, say, serverThat as serverOf } from "./client_support.ts";
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

Deno.test({
  ...onScript,
  name: "with --no-quit a line Q is sent, and the prompt does not say otherwise (script)",
  async fn() {
    await using server = serverThat((bytes, conn) => conn.write(bytes));
    await using client = dialogue(server.port, "--no-quit");
    await client.printed("Input message:");
    await client.type("Q\n");
    await client.printed(/Message from server: Q\r\nInput message:$/);
    await client.type("\x04");
    assertEquals((await client.result()).code, 0);
  },
});

// What no message asked for.

Deno.test({
  ...onScript,
  name: "a NUL behind each line is surplus as soon as it comes, and shown (script)",
  async fn() {
    const { code, stdout } = await helloAnswered("hello\n\0");
    assertEquals(code, 1);
    assertMatch(
      stdout,
      /Message from server: hello\r\nMessage from server: \\x00\r\necho_client: Server sent 1 byte more than it was given\r\n$/,
    );
  },
});

Deno.test({
  ...onScript,
  name: "a banner without a newline is surplus before the user types anything (script)",
  async fn() {
    const telnet = "\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27";
    for (const [banner, shown] of [["login: ", "login: "], ["XYZ", "XYZ"], [telnet, "\ufffd"]]) {
      const bytes = Uint8Array.from(banner, (character) => character.charCodeAt(0));
      await using server = peer(async (conn) => {
        await conn.write(bytes);
        await drain(conn);
      });
      await using client = dialogue(server.port);
      const { code, stdout } = await client.result();
      assertEquals(code, 1);
      assert(stdout.includes(`Message from server: ${shown}`), stdout);
      assertMatch(stdout, new RegExp(`: Server sent ${bytes.length} bytes more than it was given`));
    }
  },
});

Deno.test({
  ...onScript,
  name: "bytes that come while the user types end the dialogue, on a line of their own (script)",
  async fn() {
    const typed = Promise.withResolvers<void>();
    await using server = peer(async (conn) => {
      await typed.promise;
      await say(conn, "hel");
      await drain(conn);
    });
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("hel");
    await client.printed(`${PROMPT}hel`);
    typed.resolve();
    const { code, stdout } = await client.result();
    assertEquals(code, 1);
    assertMatch(stdout, /:hel\r\nMessage from server: hel\r\n.*: Server sent 3 bytes more/);
  },
});

Deno.test("what comes before we hear that the prompt is out has a line of its own, too", async () => {
  const printed: string[] = [];
  const out = Promise.withResolvers<void>();
  const print = (text: string) => {
    printed.push(text);
    return out.promise;
  };
  const input = new TypedInput({ read: () => Promise.resolve(null) }, {
    prompt: "line? ",
    print,
    say() {},
  });
  const asked = input.prompt();
  const left = input.endPrompt();
  assertEquals(printed, ["line? ", "\n"]);
  out.resolve();
  await Promise.all([asked, left]);
  await input.endPrompt(); // it is left
  assertEquals(printed.length, 2);
});

Deno.test({
  ...onScript,
  name: "what comes at Q is surplus, too, and nobody waits for a server that stays (script)",
  async fn() {
    /** Ends a dialogue with a server that then says this and stays. */
    async function quit(parting: string): Promise<{ code: number; stdout: string }> {
      const done = Promise.withResolvers<void>();
      await using server = peer(async (conn) => {
        await drain(conn);
        await say(conn, parting);
        await done.promise; // keeps the connection
      });
      await using client = dialogue(server.port);
      await client.printed(PROMPT);
      await client.type("q\n");
      const result = await client.result();
      done.resolve();
      return result;
    }
    assertEquals((await quit("")).code, 0);
    let { code, stdout } = await quit("bye");
    // It waits for a third of a second: on a busy machine our server may say it later.
    for (let tries = 20; code === 0 && tries > 0; tries--) ({ code, stdout } = await quit("bye"));
    assertEquals(code, 1);
    assertMatch(stdout, /: bye\r\n.*: Server sent 3 bytes more/);
  },
});

Deno.test({
  ...onScript,
  name: "a wrong byte is counted within its reply, not from the beginning of the dialogue (script)",
  async fn() {
    await using server = serverThat((bytes, conn) => {
      if (bytes.length === 4) bytes[2] ^= 1;
      return conn.write(bytes);
    });
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("hello\n");
    await client.printed(/: hello\r\nInput/);
    await client.type("abc\n");
    const { code, stdout } = await client.result();
    assertEquals(code, 1);
    assertMatch(stdout, /: abb\r\n.*: byte 3 was 0x63 and came back as 0x62\r\n/);
  },
});

Deno.test({
  ...onScript,
  name: "a reply that stays without its newline is told once, and waited for (script)",
  async fn() {
    const told = Promise.withResolvers<void>();
    await using server = serverThat(async (bytes, conn) => {
      await conn.write(bytes.subarray(0, bytes.length - 1));
      await told.promise;
      await conn.write(bytes.subarray(bytes.length - 1));
    });
    await using client = dialogue(server.port);
    await client.printed(PROMPT);
    await client.type("hello\n");
    await client.printed(/:hello\r\necho_client: Still waiting: 5 of 6 bytes came\r\n$/);
    told.resolve();
    await client.printed(/came\r\nMessage from server: hello\r\nInput message\(Q to quit\):$/);
    await client.type("q\n");
    const { code, stdout } = await client.result();
    assertEquals([code, stdout.split("Still waiting").length], [0, 2]);
  },
});

Deno.test({
  ...onScript,
  name: "a last line without a newline comes back from a server that waits for the end (script)",
  async fn() {
    await using server = serverOf(async (conn, server) => {
      await server.line(conn); // to its end: there is no newline
      await say(conn, server.received);
    });
    await using client = dialogue(server.at[1]);
    await client.printed(PROMPT);
    await client.type("hello");
    await client.type("\x04\x04"); // Ctrl-D ends what was typed, and again the input
    const { code, stdout } = await client.result();
    assertEquals(code, 0);
    assertMatch(stdout, /Message from server: hello\r\n$/);
  },
});
