/** `tcplab bench` against servers that are right, slow, unfair or wrong. */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { bench } from "../src/bench/mod.ts";
import { writeAll } from "../src/framing.ts";
import { Messages } from "../src/bench/messages.ts";
import { pause } from "../src/net/silence.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { widthOf } from "../src/cli/columns.ts";
import { echoes, type Ran, run, serverThat, told } from "./bench_support.ts";
import { drain, runInside } from "./client_support.ts";
import { PYTHON } from "./server_support.ts";
import { DENO, freePort, has, onTerminal, pathOf, runToEnd, start, within } from "./support.ts";

const SHORT = ["--duration", "200ms", "--warmup", "20ms"];

/** The messages of one connection, one after the other. */
function streamOf(size: number, { lines = false, connection = 1, count = 10 } = {}): Uint8Array {
  const messages = new Messages({ least: size, most: size }, { lines });
  const first = messages.firstOf(connection);
  return new Uint8Array(
    Array.from({ length: count }, (_, i) => {
      const index = (first + i) % messages.count;
      return [...messages.bytes.subarray(messages.starts[index], messages.starts[index + 1])];
    }).flat(),
  );
}

const LOADS: [name: string, messages: number, options: string[]][] = [
  ["one connection", 400, []],
  ["ten connections", 400, ["--connections", "10"]],
  ["many under way", 4000, ["--connections", "3", "--pipeline", "50"]],
  ["lengths at random", 400, ["--size", "1-5000", "--pipeline", "7"]],
  ["one byte", 4000, ["--size", "1", "--pipeline", "9"]],
  ["large messages", 6, ["--size", "3000001", "--connections", "2"]],
  ["lines", 400, ["--lines", "--size", "1-200", "--pipeline", "3"]],
  ["at a rate", 100, ["--rate", "500", "--connections", "4"]],
  ["a crowd", 2000, ["--connections", "150"]],
];

for (const [name, messages, options] of LOADS) {
  for (const cut of [Infinity, 7]) {
    const how = cut === Infinity ? "as it came" : `in pieces of at most ${cut} bytes`;
    Deno.test(`bench compares every byte of a server that sends back ${how}: ${name}`, {
      // The turns of a crowd look around for a moment after its end.
      sanitizeOps: name !== "a crowd",
      sanitizeResources: name !== "a crowd", // where Deno 2.4 counts timers
    }, async () => {
      await using server = serverThat(
        cut === Infinity ? echoes() : async (conn) => {
          conn.setNoDelay(true); // or the second piece waits for 40 ms
          const buffer = new Uint8Array(cut);
          for (let n; (n = await conn.read(buffer)) !== null;) {
            await writeAll(conn, buffer.subarray(0, n));
          }
        },
      );
      // Seven bytes at a time take long enough without megabytes.
      const fitting = options.map((option) => cut === 7 && option === "3000001" ? "30001" : option);
      const it = await told(server.port, ...fitting, "--messages", String(messages));
      assertEquals([it.code, it.faults, it.messages], [0, {}, messages]);
      assertEquals(it.connected, server.clients);
    });
  }
}

Deno.test("--messages are all of them, of all connections, also in threads", async () => {
  await using server = serverThat(echoes());
  for (const options of [["--connections", "7"], ["--connections", "6", "--workers", "3"]]) {
    const it = await told(server.port, ...options, "--messages", "1000", "--size", "10");
    assertEquals([it.code, it.messages, it.bytes], [0, 1000, 10_000]);
  }
});

Deno.test("lines end in a newline and have no other, whatever their length", async () => {
  const came: number[] = [];
  await using server = serverThat(echoes((bytes) => (came.push(...bytes), bytes)));
  await told(server.port, "--lines", "--size", "1-9", "--messages", "300");
  const lines = new TextDecoder().decode(new Uint8Array(came)).split("\n");
  assertEquals([lines.length, lines.pop()], [301, ""]);
  for (const line of lines) assertMatch(line, /^[!-~]{0,8}$/);
});

Deno.test("a byte that is not the one that was sent is told with its place", async () => {
  const stream = streamOf(10, { connection: 1 });
  await using server = serverThat(echoes((bytes, at) => {
    const place = 34 - at; // the fifth byte of the fourth message
    if (place >= 0 && place < bytes.length) bytes[place] ^= 1;
    return bytes;
  }));
  const { code, faults } = await told(server.port, "--size", "10", ...SHORT);
  const first = { kind: "wrong", due: stream[34], came: stream[34] ^ 1 };
  assertEquals([code, faults], [1, {
    wrong: { count: 1, first: { ...first, connection: 1, message: 4, byte: 4 } },
  }] as [number, unknown]);
});

for (const place of [0, 1, 2, 3, 4, 63, 64, 65, 127, 99_999]) {
  Deno.test(`byte ${place} is compared, also in the middle of large pieces`, async () => {
    await using server = serverThat(echoes((bytes, at) => {
      if (place >= at && place < at + bytes.length) bytes[place - at] ^= 128;
      return bytes;
    }));
    const { faults } = await told(server.port, "--size", "100000", ...SHORT);
    assertEquals([faults.wrong?.first.message, faults.wrong?.first.byte], [1, place]);
  });
}

Deno.test("the reply of another connection is found out", async () => {
  let other: Deno.TcpConn | undefined;
  const [one, two] = [streamOf(10, { connection: 1 }), streamOf(10, { connection: 2 })];
  assert(String(one) !== String(two));
  await using server = serverThat(async (conn) => {
    const buffer = new Uint8Array(100);
    if (other === undefined) {
      other = conn;
      return await drain(conn);
    }
    for (let n; (n = await conn.read(buffer)) !== null;) await other.write(buffer.subarray(0, n));
  });
  const it = await told(server.port, "--connections", "2", "--reply-timeout", "300ms", ...SHORT);
  assertEquals(it.faults.wrong?.count, 1);
});

Deno.test("a message that comes twice, or not at all, is found out", async () => {
  await using twice = serverThat(
    echoes((bytes, at) => at === 30 ? new Uint8Array([...bytes, ...bytes]) : bytes),
  );
  const doubled = await told(twice.port, "--size", "10", ...SHORT);
  // Its second half is there before the next message is sent, or comes instead of its reply.
  const { surplus, wrong } = doubled.faults;
  assertEquals((surplus ?? wrong)?.first.message, 5);
  await using less = serverThat(echoes((bytes, at) => at === 0 ? bytes.subarray(10) : bytes));
  const lost = await told(less.port, "--size", "10", "--pipeline", "2", ...SHORT);
  assertEquals([lost.faults.wrong?.first.message, lost.faults.wrong?.first.byte], [1, 0]);
});

Deno.test("a byte that no message asked for is told", async () => {
  await using server = serverThat(async (conn) => {
    const buffer = new Uint8Array(100);
    const n = await conn.read(buffer);
    await conn.write(buffer.subarray(0, n!));
    await pause(50);
    await conn.write(new TextEncoder().encode("!"));
    await conn.read(buffer);
  });
  // The second message is due only a second later.
  const { code, faults } = await told(server.port, "--rate", "1", "--duration", "900ms");
  const first = { kind: "surplus", came: 33, connection: 1, message: 2, byte: 0 };
  assertEquals([code, faults], [1, { surplus: { count: 1, first } }] as [number, unknown]);
});

Deno.test("a server that closes early, in the middle of a reply, is told with the place", async () => {
  await using server = serverThat(async (conn) => {
    const buffer = new Uint8Array(10);
    await conn.read(buffer);
    await conn.write(buffer.subarray(0, 10));
    await conn.read(buffer);
    await conn.write(buffer.subarray(0, 4));
  });
  const { code, faults, messages } = await told(server.port, "--size", "10", "--warmup", "1ms");
  assertEquals([code, faults, messages <= 1], [1, {
    closed: { count: 1, first: { kind: "closed", connection: 1, message: 2, byte: 4 } },
  }, true] as [number, unknown, boolean]);
});

Deno.test("a server that answers nothing more is silent, and the others are measured", async () => {
  await using server = serverThat(async (conn, client) => {
    if (client === 2) {
      await drain(conn);
    } else await echoes()(conn, client);
  });
  const it = await told(server.port, "--connections", "3", "--reply-timeout", "300ms", ...SHORT);
  const { count, first } = it.faults.silent!;
  assertEquals([it.code, count, first.message, first.byte], [1, 1, 1, 0]);
  assert(it.messages > 0 && it.longestWaitMs >= 300);
  assertEquals([it.longestWaitConnection, it.share], [first.connection, 0]);
});

Deno.test("an iterative server serves one of two, and the other one when that has gone", async () => {
  let free = Promise.resolve();
  await using server = serverThat(async (conn, client) => {
    const before = free;
    const gone = Promise.withResolvers<void>();
    free = gone.promise;
    await before;
    await echoes()(conn, client).finally(gone.resolve);
  });
  const it = await told(server.port, "--connections", "2", ...SHORT);
  assertEquals([it.code, it.share], [0, 0]);
  // It was answered after the end of the time, and has waited for all of it.
  assert(it.longestWaitMs >= 200, `${it.longestWaitMs} ms`);
});

Deno.test("nobody listens: said as a client says it, exit code 1", async () => {
  const { code, stdout, stderr } = await run(["127.0.0.1", String(freePort())]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^bench: Cannot connect to 127\.0\.0\.1:[0-9]+: connection refused\n {2}No server/,
  );
});

Deno.test("connections that fail are counted, and those that do not are measured", async () => {
  await using server = serverThat(echoes());
  let calls = 0;
  const net = wrapped(Deno, {
    connect: (options) =>
      ++calls % 3 === 0
        ? Promise.reject(new Deno.errors.ConnectionRefused("refused"))
        : Deno.connect(options),
  });
  const args = ["--json", "--connections", "6", ...SHORT, "127.0.0.1", String(server.port)];
  const { code, stdout } = await run(args, { net });
  const it = JSON.parse(stdout);
  assertEquals([code, it.connected, it.faults.refused.count], [1, 4, 2]);
  assert(it.messages > 0);
});

Deno.test("--wait waits for the server", async () => {
  const port = freePort();
  const running = told(port, "--wait", ...SHORT);
  await pause(150);
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const conn = await listener.accept();
  const serving = echoes()(conn, 1);
  const { code, messages } = await running;
  await serving;
  conn.close();
  listener.close();
  assertEquals([code, messages > 0], [0, true]);
});

for (const more of [[], ["--connect-only"]]) {
  const how = more.join();
  Deno.test(`the time till the server was up is no part of connect() ${how}`, async () => {
    await using server = serverThat(echoes());
    const tries: number[] = [];
    const net = wrapped(Deno, {
      connect(options) {
        tries.push(performance.now());
        if (tries.length > 3) return Deno.connect(options);
        return Promise.reject(new Deno.errors.ConnectionRefused("refused"));
      },
    });
    const args = ["--json", "--wait", ...more, ...SHORT, "127.0.0.1", String(server.port)];
    const { code, stdout } = await run(args, { net });
    const { connectMs, durationMs, messages } = JSON.parse(stdout);
    assertEquals([code, messages > 0], [0, true]);
    assert(connectMs.max < tries[3] - tries[0], `${connectMs.max} ms`);
    assert(durationMs > 100, "it was measured before the server was up");
  });
}

Deno.test("--connect-only --wait: who is refused by a server that was up does not wait", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const one = (async () => {
    using conn = await listener.accept();
    listener.close();
    await echoes()(conn, 1);
  })();
  const { port } = listener.addr;
  const { code, faults } = await told(port, "--connect-only", "--wait", ...SHORT);
  await one;
  assertEquals([code, faults.refused !== undefined], [1, true]);
});

Deno.test("a stall is not hidden by those who were not sent meanwhile (coordinated omission)", async () => {
  const stalling = () => {
    let isOver = false;
    return serverThat(echoes(async (bytes) => {
      if (isOver) return bytes;
      isOver = true;
      await pause(400);
      return bytes;
    }));
  };
  await using closed = stalling();
  const one = await told(closed.port, "--messages", "200");
  await using open = stalling();
  const other = await told(open.port, "--rate", "200", "--duration", "500ms", "--warmup", "1ms");
  // Closed: one message of hundreds was slow. Open: most of those that were due had to wait.
  assert(one.latencyMs!.p50 < 100, `${one.latencyMs!.p50} ms`);
  assert(other.latencyMs!.p50 > 100, `${other.latencyMs!.p50} ms`);
});

Deno.test("what was due and could not be sent is counted, and has waited", async () => {
  await using server = serverThat(async (conn) => {
    await drain(conn);
  });
  const it = await told(
    server.port,
    ...["--rate", "100", "--duration", "400ms", "--warmup", "1ms", "--reply-timeout", "600ms"],
  );
  assertEquals([it.code, it.messages, it.faults.silent?.count], [1, 0, 1]);
  assert(it.unsent >= 20 && it.unsent <= 41, `${it.unsent} were not sent`);
});

Deno.test("--rate sends what was asked for, in turn on all connections", async () => {
  await using server = serverThat(echoes());
  const it = await told(
    server.port,
    ...["--rate", "400", "--connections", "4", "--duration", "1s", "--warmup", "1ms"],
  );
  assertEquals([it.code, it.faults], [0, {}]);
  // A busy machine may answer the last ones after the end.
  assert(it.messages >= 200 && it.messages <= 404, `${it.messages} of 400 messages`);
  assert(it.lateMs !== null && it.connected === 4);
});

Deno.test("at a rate each connection's messages have times of their own", async () => {
  await using server = serverThat(echoes());
  const it = await told(
    server.port,
    ...["--rate", "4", "--connections", "8", "--duration", "1900ms", "--warmup", "1ms"],
  );
  assertEquals([it.code, it.messages >= 6], [0, true]);
  // One after the other, a quarter of a second apart. Were all due with the first one, half of them
  // would have waited for 875 ms and more.
  assert(it.latencyMs!.p50 < 600, `${it.latencyMs!.p50} ms`);
});

Deno.test("--connect-only: clients come and go, each with its byte", async () => {
  await using server = serverThat(echoes());
  const it = await told(server.port, "--connect-only", "--connections", "4", ...SHORT);
  assertEquals([it.code, it.faults], [0, {}]);
  assert(it.messages > 0 && server.clients >= it.messages, `${server.clients} clients`);
  const exact = await told(server.port, "--connect-only", "--connections", "4", "--messages", "50");
  assertEquals([exact.messages, exact.bytes], [50, 50]);
});

Deno.test("--connect-only tells a wrong byte, one too many, an early end, and a silence", async () => {
  const kinds = async (serve: Parameters<typeof serverThat>[0]) => {
    await using server = serverThat(serve);
    const options = ["--connect-only", "--messages", "3", "--reply-timeout", "300ms"];
    const { code, faults } = await told(server.port, ...options);
    return [code, ...Object.entries(faults).map(([kind, { count }]) => `${kind} ${count}`)];
  };
  assertEquals(await kinds(echoes((bytes) => bytes.map((byte) => byte + 1))), [1, "wrong 3"]);
  const twice = echoes((bytes) => Uint8Array.of(bytes[0], bytes[0]));
  assertEquals(await kinds(twice), [1, "surplus 3"]);
  assertEquals(await kinds(async (conn) => void await conn.read(new Uint8Array(1))), [
    1,
    "closed 3",
  ]);
  assertEquals(
    await kinds(async (conn) => void await conn.read(new Uint8Array(1)).then(() => pause(900))),
    [
      1,
      "silent 3",
    ],
  );
});

Deno.test("--connect-only does not flood one that refuses", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const one = (async () => {
    using conn = await listener.accept();
    listener.close(); // before the first client has its byte: all others are refused
    await echoes()(conn, 1);
  })();
  const { port } = listener.addr;
  const it = await told(port, "--connect-only", "--duration", "180ms", "--warmup", "20ms");
  await one;
  const { count } = it.faults.refused!;
  // It waits for 20 ms after each, on a busy machine for longer.
  assert(count >= 1 && count <= 11, `${count} times`);
});

Deno.test("stopped, it tells what was measured so far", async () => {
  await using server = serverThat(echoes());
  const stop = new AbortController();
  const running = run(["--json", "--duration", "1h", "127.0.0.1", String(server.port)], {
    stop: stop.signal,
  });
  while (server.clients === 0) await pause(10);
  await pause(500);
  stop.abort();
  const { code, stdout } = await running;
  const { messages, durationMs } = JSON.parse(stdout);
  assertEquals(code, 0);
  assert(messages > 0 && durationMs < 60_000);
});

/** The command of an echo server that notes its name and its number in a file. */
function serverOf(name: string, file: string): string {
  return `${PYTHON} -c '
import os, socket, sys
open("${file}", "a").write("${name} %d\\n" % os.getpid())
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
  c, a = s.accept()
  while b := c.recv(65536): c.sendall(b)
'`;
}

/** The command of a server that sends so many bytes back, and then does something else. */
function wrongServer(bytes: number, then: string): string {
  return `${PYTHON} -c '
import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
  c, a = s.accept()
  n = 0
  while b := c.recv(64):
    n += len(b)
    if n > ${bytes}: ${then}
    c.sendall(b)
'`;
}

/** Runs bench --compare with these servers. */
async function compared(servers: string[], ...options: string[]): Promise<Ran> {
  return await run([...servers.flatMap((server) => ["--compare", server]), ...options]);
}

/** Bench as a process, which may start servers. */
const BENCH: [string, ...string[]] = [DENO, "run", "-A", pathOf("main.ts"), "bench"];
const FLIPS = "b = bytes([b[0] ^ 1]) + b[1:]";

Deno.test({
  name: "--compare starts, measures and ends each server in turns (needs python3)",
  ignore: !has(PYTHON),
  async fn() {
    const started = await Deno.makeTempFile({ prefix: "tcplab-bench-" });
    const servers = ["one", "two"].flatMap((name) => ["--compare", serverOf(name, started)]);
    const args = [...servers, "--rounds", "2"];
    // A number, not a time: a busy machine may take all of that to start one.
    const load = ["--messages", "500", "--warmup", "1ms"];
    const { code, stdout, stderr } = await run(["--json", ...args, ...load]);
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ event, round }) => `${event} ${round}`), [
      "result 1",
      "result 1",
      "result 2",
      "result 2",
      "comparison undefined",
    ]);
    for (const { port } of lines.slice(0, 4)) assert(port > 0, `port ${port}`);
    const { servers: [one, two], rounds } = lines[4];
    assertEquals([rounds, one.perSecond.ratio.median], [2, 1]);
    assertEquals(
      two.perSecond.ratio.most,
      Math.max(...[0, 2].map((i) => lines[i + 1].messagesPerSecond / lines[i].messagesPerSecond)),
    );
    const starts = (await Deno.readTextFile(started)).trimEnd().split("\n");
    await Deno.remove(started);
    assertEquals(starts.map((line) => line.split(" ")[0]), ["one", "two", "one", "two"]);
    // None of them runs any more.
    for (const line of starts) {
      const { code } = await runToEnd(["kill", "-0", line.split(" ")[1]]);
      assertEquals(code, 1);
    }
  },
});

Deno.test({
  name: "stopped within a round, --compare tells the whole rounds (needs python3)",
  ignore: !has(PYTHON),
  async fn() {
    const started = await Deno.makeTempFile({ prefix: "tcplab-bench-" });
    const stop = new AbortController();
    const args = ["one", "two"].flatMap((name) => ["--compare", serverOf(name, started)]);
    const running = run(["--json", ...args, "--duration", "1s"], { stop: stop.signal });
    // The second server of the second round.
    while ((await Deno.readTextFile(started)).split("two").length < 3) await pause(20);
    stop.abort();
    const { code, stdout, stderr } = await running;
    await Deno.remove(started);
    const last = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    assertEquals([code, stderr, last.event, last.rounds], [0, "", "comparison", 1]);
  },
});

for (
  const [what, server, words] of [
    [
      "sends a wrong byte",
      wrongServer(2000, FLIPS),
      /server 2: another byte came back, 2 times; the first: connection 1, message 32, byte 1, 0x.*came/,
    ],
    [
      "ends",
      wrongServer(2000, "sys.exit(3)"),
      /server 2: closed while a reply was due, 2 times; the first: connection 1, message 32, byte 1\n/,
    ],
  ] as [string, string, RegExp][]
) {
  Deno.test({
    name: `one that ${what} within the warm-up is compared, and its fault is told (needs python3)`,
    ignore: !has(PYTHON),
    async fn() {
      const args = ["--rounds", "2", "--duration", "200ms"];
      // Its hour of warm-up ends with its only connection.
      const alone = await compared([server], ...args, "--warmup", "1h");
      assertEquals([alone.code, alone.stderr], [1, ""]);
      assertMatch(alone.stdout, /✗ faults: 2 rounds\. Faults: 2\./);
      const both = [wrongServer(1e12, "pass"), server];
      const { code, stdout, stderr } = await compared(both, ...args, "--warmup", "50ms");
      assertEquals([code, stderr], [1, ""]);
      assertMatch(stdout.replace(/\n +(?! )/g, " "), words);
    },
  });
}

Deno.test({
  name: "a server that cannot be measured again costs none of the rounds before (needs python3)",
  ignore: !has(PYTHON),
  async fn() {
    const file = await Deno.makeTempFile({ prefix: "tcplab-bench-" });
    // The third one does not start.
    const server = serverOf("one", file).replace(
      "s = ",
      `if len(open("${file}").readlines()) == 3: sys.exit("no more")\ns = `,
    );
    const args = ["--rounds", "5", "--messages", "50"];
    const { code, stdout, stderr } = await compared([server], "--json", ...args);
    const last = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    assertEquals([code, last.event, last.rounds], [1, "comparison", 2]);
    assertMatch(stderr, /: it ended with exit code 1 before it answered\n {2}It said: no more\n$/);
    await Deno.remove(file);
  },
});

Deno.test({
  name: "stopped in its first round, --compare says that nothing was measured (needs python3)",
  ignore: !has(PYTHON),
  async fn() {
    const file = await Deno.makeTempFile({ prefix: "tcplab-bench-" });
    await using bench = start([...BENCH, "--compare", serverOf("one", file)]);
    const started = async () => {
      while (await Deno.readTextFile(file) === "") await pause(20);
    };
    await within(started(), () => bench.stderr);
    bench.kill("SIGINT");
    const { code, stdout, stderr } = await bench.result();
    const words = "bench: Stopped by SIGINT\nbench: Nothing was measured yet: no round is whole\n";
    assertEquals([code, stdout, stderr], [1, "", words]);
    await Deno.remove(file);
  },
});

for (const columns of [50, 80]) {
  Deno.test({
    name: `the live line of --compare takes one line of ${columns} columns (needs script, python3)`,
    ignore: !has("script") || !has(PYTHON),
    async fn() {
      const server = `${wrongServer(1e12, "pass")} {port} --with many words behind it`;
      const args = ["--compare", server, "--rounds", "1", "--duration", "700ms"];
      const sized = ["sh", "-c", `stty cols ${columns}; exec "$@"`, "sh"];
      const { stdout } = await runToEnd(onTerminal([...sized, ...BENCH, ...args]));
      const lines = stdout.split("\r").filter((text) => text.startsWith("round"))
        .map((text) => text.split("\x1b")[0]);
      assert(lines.length > 0, stdout);
      for (const line of lines) {
        assertMatch(line, /^round 1 of 1, server 1 {2}[0-9.]+ s {2}[0-9,]+ answered.*…$/);
        assertEquals(widthOf(line), columns - 1);
      }
    },
  });
}

Deno.test("stopped before it begins, it puts no load on the server", async () => {
  await using server = serverThat(echoes());
  const args = ["--json", "--duration", "1h", "127.0.0.1", String(server.port)];
  const { code, stdout } = await run(args, { stop: AbortSignal.abort() });
  assertEquals([code, JSON.parse(stdout).messages, server.clients], [1, 0, 0]);
});

Deno.test("a server that cannot be compared is told: not there, ended, not listening", async () => {
  const refusal = async (command: string, ...more: string[]) => {
    const { code, stdout, stderr } = await run(["--compare", command, ...more, ...SHORT]);
    assertEquals([code, stdout], [1, ""]);
    return stderr;
  };
  assertMatch(await refusal("./not-there"), /^bench: Cannot start "\.\/not-there": no such file\n/);
  const ends = `"${DENO}" eval console.error("busy");Deno.exit(7)`;
  assertMatch(
    // It is not waited for: that would take an hour.
    await refusal(ends, "--connect-timeout", "1h"),
    /: it ended with exit code 7 before it answered\n {2}It said: busy\n/,
  );
  const hangs = `"${DENO}" eval setTimeout(()=>{},1e6)`;
  const words = await refusal(hangs, "--connect-timeout", "300ms");
  assertMatch(words, /: it answers nobody at 127\.0\.0\.1:[0-9]+\n/);
});

Deno.test("what contradicts is wrong usage", async () => {
  for (
    const [args, words] of [
      [[], "Missing argument <host>"],
      [["127.0.0.1"], "Missing argument <port>"],
      [["127.0.0.1", "1", "2"], 'Unexpected argument "2"'],
      [["--compare", "x", "127.0.0.1", "1"], "Cannot use --compare and <host>"],
      [["--rounds", "2", "127.0.0.1", "1"], "Cannot use --rounds without --compare"],
      [["--duration", "1s", "--messages", "5", "127.0.0.1", "1"], "Cannot use --duration and"],
      [["--rate", "5", "--connect-only", "127.0.0.1", "1"], "Cannot use --rate and --connect-only"],
      [
        ["--size", "64", "--connect-only", "127.0.0.1", "1"],
        "Cannot use --size and --connect-only",
      ],
      [["--workers", "2", "127.0.0.1", "1"], "Cannot use --workers 2 with --connections 1"],
      [["--size", "0", "127.0.0.1", "1"], 'Cannot use --size "0": not a number of bytes from 1'],
      [["--size", "9-3", "127.0.0.1", "1"], 'Cannot use --size "9-3"'],
      [["--size", "16777217", "127.0.0.1", "1"], 'Cannot use --size "16777217"'],
    ] as [string[], string][]
  ) {
    const { code, stderr } = await runInside(bench, args);
    assertEquals([code, stderr.includes(words)], [2, true], stderr);
  }
});

Deno.test("--html writes the page, a terminal has a live line that is gone at the end", async () => {
  await using server = serverThat(echoes());
  const folder = await Deno.makeTempDir({ prefix: "tcplab-bench-" });
  try {
    const args = ["--html", `${folder}/page.html`, "--duration", "900ms", "127.0.0.1"];
    const it = await run([...args, String(server.port)], { terminal: { stderr: true } });
    assertEquals(it.code, 0);
    const shown = it.stderr.replaceAll("\x1b[K", "<end>");
    assertMatch(shown, /\r0\.[0-9] s {2}[0-9,]+ answered, [0-9,]+ a second<end>/);
    assertMatch(shown, /\r<end>Wrote .*page\.html: open it in a browser\n$/);
    const page = await Deno.readTextFile(`${folder}/page.html`);
    assertMatch(page, /<svg/);
    const again = await run([...args, String(server.port)]);
    assertMatch(again.stderr, /the file exists/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("who answers byte by byte is not silent, however long it lasts", async () => {
  await using server = serverThat(async (conn) => {
    const byte = new Uint8Array(1);
    while (await conn.read(byte) !== null) {
      await pause(60);
      await conn.write(byte);
    }
  });
  const options = ["--reply-timeout", "500ms", "--messages", "1", "--size", "20"];
  const it = await told(server.port, ...options);
  assertEquals([it.code, it.faults], [0, {}]);
});
