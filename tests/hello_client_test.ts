import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { replyTimeoutMs } from "../src/cli/connecting.ts";
import { helloClient } from "../src/hello_client.ts";
import { chopped } from "../src/net/chop.ts";
import { drain, runInside, say, serverThat, throughSlowPipe } from "./client_support.ts";
import { compile, python } from "./server_support.ts";
import { freePort, has, onTerminal, runToEnd, runUnread, start, tcplab } from "./support.ts";

const GREETING = "Message from server: Hello World! \n";

function client(at: string[], ...options: string[]): [string, ...string[]] {
  return tcplab("hello_client", ...options, ...at);
}

Deno.test("the greeting is whole when every read gives one byte of it", async () => {
  await using server = serverThat((conn) => say(conn, "Hello World!"));
  assertEquals(await runInside(helloClient, server.at, { net: chopped(Deno, 1) }), {
    code: 0,
    stdout: GREETING,
    stderr: "",
  });
});

Deno.test("a message of 100 000 bytes is printed whole: the book's buffer holds 31", async () => {
  const message = "0123456789".repeat(10_000);
  await using server = serverThat((conn) => say(conn, message));
  const { code, stdout } = await runInside(helloClient, server.at);
  assertEquals([code, stdout], [0, `Message from server: ${message} \n`]);
});

Deno.test({
  name: "on a terminal it is the chapter's line (needs script)",
  ignore: !has("script"),
  async fn() {
    await using server = serverThat((conn) => say(conn, "Hello World!"));
    const { code, stdout } = await runToEnd(onTerminal(client(server.at)));
    assertEquals([code, stdout], [0, GREETING.replace("\n", "\r\n")]);
  },
});

Deno.test({
  name: "escape codes do not act on a terminal (needs script)",
  ignore: !has("script"),
  async fn() {
    await using server = serverThat((conn) => say(conn, "a\x1b[2Jb\rc\0\xff\u202e\n"));
    const { stdout } = await runToEnd(onTerminal(client(server.at, "--quiet")));
    assertEquals(stdout, "a\\x1b[2Jb\\x0dc\\x00\xff\\u202e\r\n");
  },
});

Deno.test("what a terminal shows does not depend on how the bytes were cut", async () => {
  // The last three stay: emoji of several characters, and an ideograph with a selector.
  const message =
    "\u4e09\x1b[2J\r\n\ufeff\ra\u200db\ufe0f\u{1f469}\u200d\u{1f467}\u2764\ufe0f\u845b\u{e0100}";
  for (const most of [1, 2, 3, 5, 100]) {
    await using server = serverThat((conn) => say(conn, message));
    const net = chopped(Deno, most);
    const { stdout } = await runInside(helloClient, server.at, { net, isTerminal: true });
    assertEquals(
      stdout,
      "Message from server: \u4e09\\x1b[2J\r\n\\ufeff\\x0da\\u200db\\ufe0f" +
        "\u{1f469}\u200d\u{1f467}\u2764\ufe0f\u845b\u{e0100} \n",
    );
  }
});

Deno.test("one NUL at the very end of a greeting is not shown; --quiet prints every byte", async () => {
  for (
    const [message, shown] of [
      ["Hello World!\0", "Hello World!"],
      ["Hello World!\0\0", "Hello World!\0"],
      ["Hello\0World!", "Hello\0World!"],
      ["\0Hello\0", "\0Hello"],
      ["\0", ""],
    ]
  ) {
    for (const most of [1, 2, 5, 100]) {
      await using server = serverThat((conn) => say(conn, message));
      const net = chopped(Deno, most);
      const { code, stdout } = await runInside(helloClient, server.at, { net });
      assertEquals([code, stdout], [0, `Message from server: ${shown} \n`]);
      const quiet = await runInside(helloClient, ["--quiet", ...server.at], { net });
      assertEquals([quiet.code, quiet.stdout], [0, message]);
    }
  }
});

Deno.test("a NUL is shown when it is not known to be the end of the greeting", async () => {
  await using server = serverThat(async (conn) => {
    await say(conn, "Hello\0");
    await drain(conn);
  });
  const args = ["--reply-timeout", "300ms", ...server.at];
  const { code, stdout } = await runInside(helloClient, args);
  assertEquals([code, stdout], [1, "Message from server: Hello\0 \n"]);
});

Deno.test("what nobody could see is escaped on a terminal, and what is seen stays", async () => {
  const shown = async (message: string) => {
    await using server = serverThat((conn) => say(conn, message));
    return (await runInside(helloClient, [...server.at, "--quiet"], { isTerminal: true })).stdout;
  };
  const hidden = [
    0xad,
    0x200b,
    0x200c,
    0x200d,
    0x2028,
    0x2029,
    0x2060,
    0x2064,
    0x206a,
    0x206f,
    0x3164,
    0xfe0f,
    0xfeff,
    0xfff9,
    0xfffb,
    0xe0001,
    0xe0041,
    0xe007f,
    0xe0100,
  ];
  for (const code of hidden) {
    const hex = code.toString(16);
    const escaped = code < 256 ? `\\x${hex}` : code < 0x10000 ? `\\u${hex}` : `\\u{${hex}}`;
    assertEquals(await shown(`a${String.fromCodePoint(code)}b`), `a${escaped}b`);
  }
  // A second selector carries nothing but a message that nobody sees.
  assertEquals(await shown("\u2764\ufe0f\ufe0e"), "\u2764\ufe0f\\ufe0e");
  const seen = "\u4f60\u597d\uff0c\u2026\u201c\u201d\t\u00a0\u00e9 e\u0301 \u{1f44b}\u{1f3fd}" +
    "\u{1f469}\u{1f3fd}\u200d\u{1f680} 1\ufe0f\u20e3 \u{1f1e8}\u{1f1f3} \u05d0\n";
  assertEquals(await shown(seen), seen);
});

Deno.test("a pipe gets every byte as it came", async () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
  await using server = serverThat(async (conn) => {
    await conn.write(bytes);
  });
  await using running = start(client(server.at, "--quiet"));
  assertEquals((await running.result()).code, 0);
  assertEquals(running.stdoutBytes, bytes);
});

Deno.test("a server that says nothing and closes is a failure", async () => {
  await using server = serverThat(() => Promise.resolve());
  assertEquals(await runInside(helloClient, server.at), {
    code: 1,
    stdout: "",
    stderr: "hello_client: Server closed the connection without a message (0 bytes came)\n",
  });
});

Deno.test({
  name: "a reset is told, after what came before it (needs python3)",
  ignore: !has("python3"),
  async fn() {
    await using server = start(python("reset_server.py", "Hello"));
    const [, port] = await server.printed(/^([0-9]+)\n/);
    await using running = start(client(["127.0.0.1", port]));
    await running.printed("Message from server: Hello");
    await server.type("reset\n");
    assertEquals(await running.result(), {
      code: 1,
      signal: null,
      stdout: "Message from server: Hello \n",
      stderr: "hello_client: Cannot read the message to its end (5 bytes came): " +
        "connection reset by the other side\n",
    });
  },
});

Deno.test("a silent server is given up after --reply-timeout, with what came", async () => {
  await using server = serverThat(async (conn) => {
    await say(conn, "Hello");
    await drain(conn);
  });
  assertEquals(await runInside(helloClient, ["--reply-timeout", "500ms", ...server.at]), {
    code: 1,
    stdout: "Message from server: Hello \n",
    stderr: "hello_client: Server was silent for 0.5 s (5 bytes came)\n" +
      "  --reply-timeout sets how long to wait.\n",
  });
});

Deno.test("without --reply-timeout it is 30 s, and none on a terminal", () => {
  const given = (ms?: number) =>
    ({ options: { "reply-timeout": ms } }) as unknown as Parameters<typeof replyTimeoutMs>[0];
  assertEquals(replyTimeoutMs(given(), false), 30_000);
  assertEquals(replyTimeoutMs(given(), true), Infinity);
  assertEquals(replyTimeoutMs(given(5), true), 5);
});

Deno.test({
  name: "those who read its output slowly are not taken for a silent server (needs sh)",
  ignore: Deno.build.os === "windows",
  async fn() {
    const message = "x".repeat(3_000_000); // more than pipes and sockets hold
    await using server = serverThat((conn) => say(conn, message));
    const slow = throughSlowPipe(client(server.at, "--quiet", "--reply-timeout", "1s"));
    const { stdout, stderr } = await runToEnd(slow);
    assertEquals(stderr, "");
    assertEquals(stdout.length, message.length);
  },
});

Deno.test("a closed stdout is a quiet end", async () => {
  await using server = serverThat((conn) => say(conn, "Hello World!"));
  assertEquals(await runUnread(client(server.at)), { code: 0, stderr: "" });
});

Deno.test("--wait waits for the server, says so once, and is quiet with --quiet", async () => {
  for (const quiet of [[], ["--quiet"]]) {
    const port = freePort();
    await using waiting = start(client(["127.0.0.1", `${port}`], "--wait", ...quiet));
    if (quiet.length === 0) await waiting.said(`Waiting for a server at 127.0.0.1:${port}\n`);
    await using server = start(tcplab("hello_server", `${port}`));
    const { code, stdout, stderr } = await waiting.result();
    assertEquals(code, 0);
    if (quiet.length === 0) assertEquals(stderr.split("\n").length, 2);
    else assertEquals([stdout, stderr], ["Hello World!", ""]);
    assertEquals((await server.result()).code, 0);
  }
});

Deno.test({
  name: "the greeting of a C server in the manner of the chapter (needs gcc)",
  ignore: !has("gcc"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-hello-" });
    try {
      await using server = start([await compile("hello", folder)]);
      const [, port] = await server.printed(/^([0-9]+)\n/);
      const { code, stdout } = await runToEnd(client(["127.0.0.1", port]));
      assertEquals([code, stdout], [0, GREETING]);
      assertEquals((await server.result()).code, 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "the greeting of nc and of socat (needs nc and socat)",
  ignore: !has("nc") || !has("socat"),
  async fn() {
    for (const how of ["nc -N -l 127.0.0.1", "socat - TCP-LISTEN:"]) {
      const port = freePort();
      const command = how.startsWith("nc") ? `${how} ${port}` : `${how}${port},bind=127.0.0.1`;
      await using server = start(["sh", "-c", `printf 'Hello World!' | exec ${command}`]);
      const { code, stdout } = await runToEnd(client(["127.0.0.1", `${port}`], "--wait"));
      assertEquals([code, stdout], [0, GREETING], how);
      assertEquals((await server.result()).code, 0);
    }
  },
});

Deno.test("a name is resolved: localhost", async () => {
  await using server = start(tcplab("hello_server", "0"));
  const { code, stderr } = await runToEnd(client(["localhost", `${await server.port()}`]));
  assertEquals([code, stderr], [0, ""]);
  assertMatch((await server.result()).stdout, /^New Client connected\.\.\.\n$/);
});
