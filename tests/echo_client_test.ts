/** echo_client with piped input: against servers of all makes, and with all that can go wrong. */

import { assert, assertEquals, assertLess, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoClient } from "../src/echo_client.ts";
import { writeAll } from "../src/framing.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { chopped } from "../src/net/chop.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { drain, echoing, runInside, say, serverThat, throughSlowPipe } from "./client_support.ts";
import { compile, python } from "./server_support.ts";
import { CHILD_ENV, freePort, has, runToEnd, runUnread, start, tcplab } from "./support.ts";

function client(at: string[], ...options: string[]): [string, ...string[]] {
  return tcplab("echo_client", ...options, ...at);
}

const TWO_LINES = {
  code: 0,
  signal: null,
  stdout: "Connected......\nMessage from server: one\nMessage from server: two\n",
  stderr: "",
};

// Where the input ends.

const INPUTS: [input: string, sent: string, behindQ: number][] = [
  ["", "", 0],
  ["\n", "\n", 0],
  ["one\ntwo", "one\ntwo", 0],
  ["one\nq\n", "one\n", 0],
  ["one\nq", "one\n", 0],
  ["Q", "", 0],
  ["one\nQ\r\n", "one\n", 0],
  ["one\nQ\r", "one\n", 0],
  ["q\none\n", "", 4],
  ["one\nQ\nq\n", "one\n", 2],
  ["quit\nQQ\n q\nq \naq\nq\rx\n", "quit\nQQ\n q\nq \naq\nq\rx\n", 0],
];

Deno.test("Q or q alone on a line ends the input, and nothing else does", async () => {
  for (const [input, sent, behindQ] of INPUTS) {
    await using server = echoing();
    const inside = await runInside(echoClient, ["--quiet", ...server.at], { input });
    const { code, stdout, stderr } = inside;
    const behind = behindQ === 0 ? "" : behindIt(`${behindQ} bytes`);
    const expected = [behindQ === 0 ? 0 : 1, sent, behind];
    assertEquals([code, stdout, stderr], expected, JSON.stringify(input));
    assertEquals(server.received, sent);
  }
});

function behindIt(count: string): string {
  return `echo_client: Input goes on after a line Q: ${count} not sent\n` +
    "  --no-quit sends all of the input, such lines too.\n";
}

Deno.test("3 MB behind a line Q are counted to the last byte", async () => {
  await using server = echoing();
  const input = "one\nQ\n" + "x".repeat(2_999_994);
  const ended = await runInside(echoClient, ["--quiet", ...server.at], { input });
  assertEquals(ended, { code: 1, stdout: "one\n", stderr: behindIt("2999994 bytes") });
});

Deno.test({
  name: "of 3 MB with a line Q, from a file and from a pipe, none is lost unsaid (needs sh)",
  ignore: Deno.build.os === "windows",
  async fn() {
    const path = await Deno.makeTempFile({ prefix: "tcplab-echo-" });
    try {
      const bytes = new Uint8Array(3_000_000);
      for (let at = 0; at < bytes.length; at += 65_536) {
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      }
      bytes.set(new TextEncoder().encode("one\nQ\n")); // where random bytes end it is chance
      await Deno.writeFile(path, bytes);
      for (const input of ['"$@" < "$FILE"', 'cat "$FILE" | "$@"']) {
        await using server = echoing();
        const command: [string, ...string[]] = ["sh", "-c", input, "sh"];
        const all = { env: { FILE: path } };
        const ended = await runToEnd([...command, ...client(server.at, "--quiet")], all);
        const { code, stdout, stderr } = ended;
        assertEquals([code, stdout], [1, "one\n"], input);
        // The counting takes two seconds at most: a machine may be too slow for all of it.
        const count = stderr.match(/at least [0-9]+ bytes/)?.[0] ?? "2999994 bytes";
        assertEquals(stderr, behindIt(count), input);
        await using again = echoing();
        // Not judged by time: an emulator may hold this process, the server, for a minute.
        const patient = client(again.at, "--quiet", "--no-quit", "--reply-timeout", "1h");
        await using whole = start([...command, ...patient], all);
        const sent = await whole.result();
        assertEquals([sent.code, sent.stderr], [0, ""], input);
        assert(whole.stdoutBytes.every((byte, i) => byte === bytes[i]), input);
        assertEquals(whole.stdoutBytes.length, bytes.length);
      }
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test("input behind a line Q that stays open is counted as far as it was read", async () => {
  await using server = echoing();
  await using running = start(client(server.at, "--quiet"));
  await running.type("one\nq\nmore\n");
  const { code, stdout, stderr } = await running.result();
  assertEquals([code, stdout, stderr], [1, "one\n", behindIt("at least 5 bytes")]);
});

Deno.test({
  name: "input behind a line Q that never ends is not counted for ever (needs yes)",
  ignore: !has("yes"),
  async fn() {
    await using server = echoing();
    const script = `{ printf 'one\nq\n'; exec yes; } | "$@"`;
    const command = client(server.at, "--quiet");
    const { code, stdout, stderr } = await runToEnd(["sh", "-c", script, "sh", ...command]);
    assertEquals([code, stdout], [1, "one\n"]);
    assertMatch(stderr, /: at least [0-9]+ bytes not sent\n/);
  },
});

Deno.test("with --no-quit every line Q is sent, with --max-line too", async () => {
  for (const [input] of INPUTS) {
    for (const limit of [[], ["--max-line", "100"]]) {
      await using server = echoing();
      const args = ["--quiet", "--no-quit", ...limit, ...server.at];
      const { code, stdout, stderr } = await runInside(echoClient, args, { input });
      assertEquals([code, stdout, stderr], [0, input, ""], JSON.stringify(input));
      assertEquals(server.received, input);
    }
  }
});

Deno.test("with --max-line the input ends in the same places", async () => {
  for (const [input, sent, behindQ] of INPUTS) {
    await using server = echoing();
    const args = ["--quiet", "--max-line", "100", ...server.at];
    const { code, stdout, stderr } = await runInside(echoClient, args, { input });
    assertEquals([code, stdout], [behindQ === 0 ? 0 : 1, sent], JSON.stringify(input));
    if (behindQ > 0) assertEquals(stderr, behindIt(`${behindQ} bytes`));
  }
});

Deno.test("--max-line sends what comes before a line that is too long, and counts the rest", async () => {
  await using server = echoing();
  const input = "12345\r\n12\n123456\nmore\n";
  const args = ["--quiet", "--max-line", "5", ...server.at];
  assertEquals(await runInside(echoClient, args, { input }), {
    code: 1,
    stdout: "12345\r\n12\n",
    stderr:
      "echo_client: Cannot send the next line: longer than 5 bytes (10 of 10 bytes came back)\n" +
      "  Input read and not sent: 12 bytes.\n",
  });
  assertEquals(server.received, "12345\r\n12\n");
});

Deno.test("each line is answered while the input stays open", async () => {
  await using server = echoing();
  await using running = start(client(server.at));
  for (const line of ["one", "two", "three"]) {
    await running.type(`${line}\n`);
    await running.printed(`Message from server: ${line}\n`);
  }
  await running.endInput();
  assertEquals((await running.result()).code, 0);
});

Deno.test("the prefix stands once before each line when every read gives one byte", async () => {
  await using server = echoing();
  const net = chopped(Deno, 1);
  assertEquals(await runInside(echoClient, server.at, { input: "one\ntwo\n", net }), {
    code: 0,
    stdout: TWO_LINES.stdout,
    stderr: "",
  });
});

Deno.test({
  name: "a line of 64 MiB without a newline comes back (needs sh)",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = start(tcplab("echo_server", "--clients", "1", "0"));
    const at = ["127.0.0.1", String(await server.port())];
    const makeLine = "head -c 67108864 /dev/zero | tr '\\0' x";
    const script = `${makeLine} | "$@" | cksum; ${makeLine} | cksum`;
    const { stdout, stderr } = await runToEnd(["sh", "-c", script, "sh", ...client(at, "--quiet")]);
    const [came, sent] = stdout.split("\n");
    assertEquals([came, stderr], [sent, ""]);
    assertMatch(came, / 67108864$/);
  },
});

Deno.test({
  name: "memory is the same for 20 MB and for 100 MB (needs /proc)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const [small, large] = [await peakMemory(20e6), await peakMemory(100e6)];
    // Much less than what 80 MB more would take, and more than the noise of a collector.
    assertLess(large, small + 40_000, `${small} kB for 20 MB, ${large} kB for 100 MB`);
  },
});

/** The most memory that a client has had when `total` bytes have come back, in kB. */
async function peakMemory(total: number): Promise<number> {
  await using server = start(tcplab("echo_server", "--clients", "1", "0"));
  const [command, ...args] = client(["127.0.0.1", String(await server.port())], "--quiet");
  const running = new Deno.Command(command, {
    args,
    env: CHILD_ENV,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = running.stdin.getWriter();
  const writing = (async () => {
    const piece = new TextEncoder().encode("a line of twenty b.\n".repeat(5000));
    for (let left = total; left > 0; left -= piece.length) await writer.write(piece);
  })();
  let peak = 0;
  let came = 0;
  for await (const bytes of running.stdout) {
    came += bytes.length;
    if (came < total || peak > 0) continue;
    const status = await Deno.readTextFile(`/proc/${running.pid}/status`);
    peak = Number(/VmHWM:\s+([0-9]+) kB/.exec(status)![1]);
    await writing;
    await writer.close();
  }
  assertEquals([(await running.status).code, came], [0, total]);
  return peak;
}

// Servers of other makes.

for (
  const [name, needs, serve] of [
    ["a C server with a buffer of 1 KiB that reads nothing while it writes", "gcc", cServer],
    ["a Python server that does the same", "python3", () => start(python("echo.py"))],
  ] as const
) {
  Deno.test({
    name: `13 MB through ${name} (needs ${needs})`,
    ignore: !has(needs),
    async fn() {
      await using server = await serve();
      const [, port] = await server.printed(/^([0-9]+)\n/);
      const at = ["127.0.0.1", port];
      // More than all buffers on the way hold: a client that only wrote would stand still.
      const input = Array.from({ length: 600_000 }, (_, i) => `the line number ${i}\n`).join("");
      const { code, stdout, stderr } = await runToEnd(client(at, "--quiet"), { input });
      assertEquals([code, stderr], [0, ""]);
      assert(stdout === input);
      assertEquals(await runToEnd(client(at), { input: "one\ntwo\n" }), TWO_LINES);
    },
  });
}

async function cServer() {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-echo-" });
  const server = start([await compile("echo", folder)]);
  await server.printed("\n"); // it runs: its file is no longer needed
  await Deno.remove(folder, { recursive: true });
  return server;
}

Deno.test({
  name: "socat echoes with cat (needs socat)",
  ignore: !has("socat"),
  async fn() {
    for (const echo of ["EXEC:cat", "SYSTEM:cat"]) {
      const port = String(freePort());
      const address = `TCP-LISTEN:${port},bind=127.0.0.1`;
      await using server = start(["socat", "-t", "20", address, echo]);
      const command = client(["127.0.0.1", String(port)], "--wait", "--quiet");
      const { code, stdout } = await runToEnd(command, { input: "one\ntwo\n" });
      assertEquals([code, stdout], [0, "one\ntwo\n"], echo);
      assertEquals((await server.result()).code, 0);
    }
  },
});

// What can go wrong.

Deno.test("a server that closes before the input ends is a failure, though all came back", async () => {
  await using server = serverThat(async (conn, server) => say(conn, await server.line(conn)));
  await using running = start(client(server.at, "--quiet"));
  await running.type("one\n");
  const { code, stdout, stderr } = await running.result();
  assertEquals([code, stdout, stderr], [
    1,
    "one\n",
    "echo_client: Server closed the connection before the input ended (4 of 4 bytes came back)\n",
  ]);
});

Deno.test("what follows the last echo is surplus, with its bytes", async () => {
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn) + "bye");
    await drain(conn);
  });
  const args = ["--quiet", ...server.at];
  const { code, stdout, stderr } = await runInside(echoClient, args, { input: "one\n" });
  assertEquals([code, stdout, stderr], [
    1,
    "one\nbye",
    "echo_client: Server sent 3 bytes more than it was given\n",
  ]);
});

Deno.test("a difference names the byte, shows what came, and asks the right question", async () => {
  await using server = serverThat(async (conn, server) => {
    await say(conn, (await server.line(conn)).toUpperCase());
    await drain(conn);
  });
  const { code, stdout, stderr } = await runInside(echoClient, server.at, { input: "1 two\n" });
  assertEquals([code, stdout], [1, "Connected......\nMessage from server: 1 TWO\n"]);
  assertEquals(
    stderr,
    "echo_client: Reply is not what was sent: byte 3 was 0x74 and came back as 0x54\n" +
      "  Is it an echo server that answers there?\n",
  );
});

Deno.test("a server that falls silent in mid-reply is given up, with byte counts", async () => {
  await using server = serverThat(async (conn, server) => {
    await say(conn, (await server.line(conn)).slice(0, 3));
    await drain(conn);
  });
  await using running = start(client(server.at, "--quiet", "--reply-timeout", "2s"));
  await running.type("hello\n");
  assertEquals(await running.result(), {
    code: 1,
    signal: null,
    stdout: "hel",
    stderr: "echo_client: Server was silent for 2 s (3 of 6 bytes came back)\n" +
      "  --reply-timeout sets how long to wait.\n",
  });
});

Deno.test("it is no silence of the server when there is nothing to send", async () => {
  await using server = echoing();
  await using running = start(client(server.at, "--quiet", "--reply-timeout", "3s"));
  await running.type("one\n");
  await running.printed("one\n");
  await new Promise((resolve) => setTimeout(resolve, 3500)); // the time itself is what is tested
  await running.type("two\n");
  await running.printed("one\ntwo\n");
  await running.endInput();
  assertEquals((await running.result()).code, 0);
});

Deno.test({
  name: "it is no silence of the server when the output is read slowly (needs sh)",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = echoing();
    const input = "0123456789abcde\n".repeat(300_000);
    const command = throughSlowPipe(client(server.at, "--quiet", "--reply-timeout", "2s"));
    const { stdout, stderr } = await runToEnd(command, { input });
    assertEquals(stderr, "");
    assert(stdout === input);
  },
});

Deno.test({
  name: "a reset is told, after what came before it (needs python3)",
  ignore: !has("python3"),
  async fn() {
    await using server = start(python("reset_server.py", "hello", 12));
    const [, port] = await server.printed(/^([0-9]+)\n/);
    await using running = start(client(["127.0.0.1", port], "--quiet"));
    await running.type("hello world\n");
    await running.printed("hello");
    await server.type("reset\n");
    assertEquals(await running.result(), {
      code: 1,
      signal: null,
      stdout: "hello",
      stderr: "echo_client: Cannot read the replies to their end (5 of 12 bytes came back): " +
        "connection reset by the other side\n",
    });
  },
});

Deno.test({
  name: "input that cannot be read is a failure, not its end (needs a folder as input)",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = echoing();
    const { code, stderr } = await runToEnd(["sh", "-c", '"$@" < /', "sh", ...client(server.at)]);
    assertEquals([code, stderr], [
      1,
      "echo_client: Cannot read the input to its end (0 of 0 bytes came back): is a directory\n",
    ]);
  },
});

Deno.test("a closed stdout is a quiet end", async () => {
  await using server = echoing();
  const input = "a line\n".repeat(10_000);
  for (const quiet of [[], ["--quiet"]]) {
    assertEquals(await runUnread(client(server.at, ...quiet), { input }), { code: 0, stderr: "" });
  }
});

Deno.test("a closed stdout is noticed at the first reply, though the input stays open", async () => {
  await using server = echoing();
  for (const quiet of [[], ["--quiet"]]) {
    await using running = start(client(server.at, ...quiet), { closeStdout: true });
    await running.type("one line\n").catch(() => {}); // without --quiet it may be gone before
    assertEquals((await running.result()).code, 0); // no other line ever comes
  }
});

Deno.test("a stdout that fails at once leaves no connection open", async () => {
  await using server = echoing();
  let open = 0;
  const net = wrapped(Deno, {
    async connect(options) {
      const conn = await Deno.connect(options);
      open++;
      return conn;
    },
    conn: (conn) => ({
      close() {
        open--;
        conn.close();
      },
    }),
  });
  const world = worldInMemory({ net });
  world.stdout.write = () => Promise.reject(new Deno.errors.BrokenPipe());
  assertEquals(await echoClient(server.at, world), 0);
  assertEquals(open, 0);
});

Deno.test("--wait waits for the server", async () => {
  const port = String(freePort());
  await using waiting = start(client(["127.0.0.1", port], "--wait"));
  await waiting.said(`Waiting for a server at 127.0.0.1:${port}\n`);
  await using server = start(tcplab("echo_server", "--clients", "1", port));
  await waiting.type("one\ntwo\n");
  await waiting.endInput();
  const { code, stdout } = await waiting.result();
  assertEquals([code, stdout], [0, TWO_LINES.stdout]);
  assertEquals((await server.result()).code, 0);
});

Deno.test("bytes that are no text come back unchanged, with the prefix before each line", async () => {
  await using server = echoing();
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  await using running = start(client(server.at));
  await running.type(bytes);
  await running.endInput();
  assertEquals((await running.result()).code, 0);
  const prefix = [..."Message from server: "].map((character) => character.charCodeAt(0));
  const [before, after] = [bytes.slice(0, 11), bytes.slice(11)]; // "\n" is the eleventh
  const connected = new TextEncoder().encode("Connected......\n");
  assertEquals(
    running.stdoutBytes,
    Uint8Array.of(...connected, ...prefix, ...before, ...prefix, ...after),
  );
});

// The half-close.

/** A proxy that takes the first end it sees for the end of all, as some do. */
function hastyProxy(to: string[]) {
  return serverThat(async (conn) => {
    const server = await Deno.connect({ hostname: to[0], port: Number(to[1]) });
    const pass = async (from: Deno.TcpConn, into: Deno.TcpConn) => {
      const buffer = new Uint8Array(64 * 1024);
      for (let n; (n = await from.read(buffer)) !== null;) {
        await writeAll(into, buffer.subarray(0, n));
      }
    };
    const passing = [pass(conn, server), pass(server, conn)];
    await Promise.race(passing);
    for (const one of [conn, server]) one.close();
    await Promise.allSettled(passing);
  });
}

Deno.test("all comes back through a proxy that takes a half-close for the end of all", async () => {
  await using server = echoing();
  await using proxy = hastyProxy(server.at);
  for (const input of ["hello\n", "no newline", ""]) {
    const { code, stdout, stderr } = await runInside(echoClient, ["--quiet", ...proxy.at], {
      input,
    });
    assertEquals([code, stdout, stderr], [0, input, ""]);
  }
});

Deno.test({
  name: "all comes back through socat from a server slower than socat's patience (needs socat)",
  ignore: !has("socat"),
  async fn() {
    await using server = serverThat(async (conn, server) => {
      const line = await server.line(conn);
      await new Promise((resolve) => setTimeout(resolve, 20)); // -t0.005 is 5 ms
      await say(conn, line);
      await drain(conn);
    });
    const port = freePort();
    const listening = `TCP-LISTEN:${port},bind=127.0.0.1`;
    const to = `TCP:127.0.0.1:${server.at[1]}`;
    await using _proxy = start(["socat", "-t0.005", listening, to]);
    const command = client(["127.0.0.1", String(port)], "--wait", "--quiet");
    const { code, stdout } = await runToEnd(command, { input: "hello\n" });
    assertEquals([code, stdout], [0, "hello\n"]);
  },
});

Deno.test("a server that answers only at the end of its input is told of it", async () => {
  await using server = serverThat(async (conn, server) => {
    while (await server.line(conn) !== "");
    await say(conn, server.received);
  });
  const input = "one\ntwo\n";
  const { code, stdout, stderr } = await runInside(echoClient, ["--quiet", ...server.at], {
    input,
  });
  assertEquals([code, stdout, stderr], [0, input, ""]);
});

Deno.test("where the half-close may be why replies are lost, the advice says so", async () => {
  await using server = serverThat(async (conn, server) => {
    const line = await server.line(conn);
    await server.line(conn); // the end
    await say(conn, line.slice(0, 3));
  });
  const args = ["--quiet", ...server.at];
  assertEquals(await runInside(echoClient, args, { input: "hello\n" }), {
    code: 1,
    stdout: "hel",
    stderr: "echo_client: Server closed the connection before its reply was complete " +
      "(3 of 6 bytes came)\n" +
      "  The input was at its end, and the server was told so. If a proxy on the way takes that for\n" +
      "  the end of all, keep the input open until the replies are back: { cat FILE; sleep 5; } |\n",
  });
});
