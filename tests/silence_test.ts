/** Limits on a wait: what counts as silence, and that a limit ends by itself, whatever close() does. */

import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1.0.19";
// echo_client imports it late; not found in Deno's cache, that import ended a test too early.
import "../src/echo/piped.ts";
import { echoClient } from "../src/echo_client.ts";
import { echoServer } from "../src/echo_server.ts";
import { helloClient } from "../src/hello_client.ts";
import { helloServer } from "../src/hello_server.ts";
import { demo } from "../src/labs/demo.ts";
import { connectedPair } from "../src/labs/stage.ts";
import type { Conn, Net } from "../src/net/net.ts";
import { oneOfMany, patient, SilenceError, SilenceTimer, startLimit } from "../src/net/silence.ts";
import { drain, runInside, say, serverThat } from "./client_support.ts";
import { connect, echo, patiently, python, readText, send, serving } from "./server_support.ts";
import { has, start } from "./support.ts";

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Holds up the whole program, as a stop does, but so briefly that no timer comes late by much. */
function standStill(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

/** Timers that are due when the test says so. */
function timersByHand() {
  const waiting: { ms: number; call: () => void }[] = [];
  return {
    start(ms: number, call: () => void) {
      waiting.push({ ms, call });
      return () => {};
    },
    /** The timer that runs was set for so long. */
    get ms() {
      return waiting[0].ms;
    },
    /** It is due, and comes so late. */
    async comesLateBy(ms: number) {
      const { call, ms: set } = waiting.shift()!;
      await pause(set + ms);
      call();
    },
    get isSet() {
      return waiting.length > 0;
    },
  };
}

Deno.test("a timer that comes late was our own standstill: the whole limit begins anew", async () => {
  const timers = timersByHand();
  let ended = false;
  startLimit(50, () => ended = true, { startTimer: timers.start });
  await timers.comesLateBy(500);
  assert(!ended);
  assertEquals(timers.ms, 50);
});

Deno.test("what was called off does not call, though its timer comes: as in Deno 2.4", async () => {
  const { clearTimeout } = globalThis;
  let calls = 0;
  globalThis.clearTimeout = () => {};
  try {
    const callOff = oneOfMany(1, () => calls++);
    oneOfMany(1, () => calls += 10);
    callOff();
    while (calls < 10) await pause(1);
    assertEquals(calls, 10);
  } finally {
    globalThis.clearTimeout = clearTimeout;
  }
});

Deno.test("where every timer comes late a limit still ends", async () => {
  const timers = timersByHand();
  let ended = false;
  startLimit(5, () => ended = true, { startTimer: timers.start });
  for (let late = 0; timers.isSet; late++) {
    assert(late < 10);
    await timers.comesLateBy(300);
  }
  assert(ended);
});

Deno.test("what happens in the last look before the end keeps it off, and the next silence is a whole one", async () => {
  const timers = timersByHand();
  let ended = 0;
  const silence = new SilenceTimer(200, () => ended++, { startTimer: timers.start });
  silence.touch();
  while (timers.ms === 200) await timers.comesLateBy(0); // more than once on a busy machine
  silence.touch();
  await timers.comesLateBy(0);
  assertEquals(ended, 0);
  while (timers.isSet) await timers.comesLateBy(0);
  assertEquals(ended, 1);
});

Deno.test("bytes that came while the program stood still are read, though the limit is over", async () => {
  for (let i = 0; i < 5; i++) {
    const { near, far } = await connectedPair(Deno, Deno);
    const conn = patient(near, 100);
    const p = new Uint8Array(5);
    const reading = conn.read(p);
    const writing = far.write(new TextEncoder().encode("hello"));
    standStill(150);
    assertEquals(await reading, 5);
    await writing;
    conn.close();
    far.close();
  }
});

Deno.test("a patient connection gives up a read and a write, and only the time within a call counts", async () => {
  await using net = new Endless();
  const { near, far } = await connectedPair(net, Deno);
  const conn = patient(near, 300);
  const p = new Uint8Array(1);
  for (let i = 0; i < 2; i++) {
    await pause(700); // longer than the limit, and nobody's silence
    await far.write(p);
    assertEquals(await conn.read(p), 1);
  }
  await assertRejects(() => conn.read(p), SilenceError);
  await assertRejects(() => conn.read(p), SilenceError);
  const big = new Uint8Array(64 * 1024 * 1024); // more than the kernel takes
  const taken = conn.write(big).then((n) => conn.write(big.subarray(n)));
  await assertRejects(() => taken, SilenceError);
  conn.close();
  far.close();
});

Deno.test("without a limit a patient connection is the connection itself", async () => {
  const { near, far } = await connectedPair(Deno, Deno);
  assertEquals(patient(near, Infinity), near);
  near.close();
  far.close();
});

/**
 * A network like that of Deno 2.8.3 (reads) and of Deno before 2.9.5 (writes): a call that is under
 * way when close() is called never ends, and as long as it lasts the socket stays open. A read that
 * was left behind may still write into its buffer.
 */
class Endless implements Net, AsyncDisposable {
  readonly #left: Uint8Array[] = []; // buffers of reads that were left behind
  readonly #conns: Conn[] = [];
  readonly #calls = new Set<Promise<unknown>>(); // under way
  listen: Net["listen"] = (options) => {
    const listener = Deno.listen(options);
    return {
      addr: listener.addr,
      accept: async () => this.#wrap(await listener.accept()),
      close: () => listener.close(),
    };
  };
  connect: Net["connect"] = async (options) => this.#wrap(await Deno.connect(options));

  #wrap(conn: Conn): Conn {
    this.#conns.push(conn);
    const reading = new Set<Uint8Array>();
    let underWay = 0;
    let isClosed = false;
    const call = <T>(calling: Promise<T>): Promise<T> => {
      underWay++;
      const settled = calling.then(() => {}, () => {}).then(() => {
        this.#calls.delete(settled);
        if (--underWay === 0 && isClosed) close(conn);
      });
      this.#calls.add(settled);
      return new Promise((resolve, reject) => {
        calling.then((value) => isClosed || resolve(value), (error) => isClosed || reject(error));
      });
    };
    return {
      localAddr: conn.localAddr,
      remoteAddr: conn.remoteAddr,
      read: async (p) => {
        this.#left.forEach((p) => p.fill(0x58));
        reading.add(p);
        const n = await call(conn.read(p));
        reading.delete(p);
        return n;
      },
      write: (p) => call(conn.write(p)),
      closeWrite: () => call(conn.closeWrite()),
      close: () => {
        isClosed = true;
        this.#left.push(...reading);
        if (underWay === 0) close(conn);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conns.forEach(close);
    await Promise.all(this.#calls);
  }
}

function close(conn: Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed before.
  }
}

const SILENT = "--reply-timeout sets how long to wait.\n";

Deno.test("hello_client gives up a silent server although close() ends no read", async () => {
  await using server = serverThat(async (conn) => {
    await say(conn, "Hello");
    await drain(conn);
  });
  const args = ["--reply-timeout", "300ms", ...server.at];
  await using net = new Endless();
  const { code, stdout, stderr } = await patiently(
    runInside(helloClient, args, { net }),
    "its end",
  );
  assertEquals([code, stdout], [1, "Message from server: Hello \n"]);
  assertEquals(stderr, `hello_client: Server was silent for 0.3 s (5 bytes came)\n  ${SILENT}`);
});

for (const [how, isTerminal] of [["a dialogue", true], ["piped input", false]] as const) {
  Deno.test(`echo_client gives up a silent server although close() ends no read: ${how}`, async () => {
    const done = Promise.withResolvers<void>();
    await using server = serverThat(async (conn) => {
      await say(conn, "he");
      await done.promise; // also when piped input is half-closed
    });
    const args = ["--reply-timeout", "300ms", ...server.at];
    await using net = new Endless();
    const input = { input: "hello\n", net, isTerminal };
    const { code, stderr } = await patiently(runInside(echoClient, args, input), "its end");
    assertEquals(code, 1);
    assertMatch(stderr, /^echo_client: Server was silent for 0\.3 s \(2 /);
    done.resolve();
  });

  Deno.test(`echo_client gives up a server that takes nothing although close() ends no write: ${how}`, async () => {
    const done = Promise.withResolvers<void>();
    await using server = serverThat(() => done.promise);
    const args = ["--reply-timeout", "300ms", "--max-line", "100000000", ...server.at];
    await using net = new Endless();
    const input = { input: "x".repeat(30_000_000) + "\n", net, isTerminal };
    const { code, stderr } = await patiently(runInside(echoClient, args, input), "its end");
    assertEquals(code, 1);
    assertMatch(stderr, /^echo_client: Server was silent for 0\.3 s \(0 /);
    done.resolve();
  });
}

Deno.test("piped input ends when all came back, although close() ends no read of a server that stays", async () => {
  const done = Promise.withResolvers<void>();
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn));
    await done.promise;
  });
  await using net = new Endless();
  const ran = runInside(echoClient, ["--quiet", ...server.at], {
    input: "hello\n",
    net,
  });
  assertEquals(await patiently(ran, "its end"), { code: 0, stdout: "hello\n", stderr: "" });
  done.resolve();
});

Deno.test("--idle-timeout and --max-duration free an iterative server although close() ends no read", async () => {
  for (const [option, reason] of [["--idle-timeout", "idle"], ["--max-duration", "here"]]) {
    const args = [option, "1500ms", "--clients", "2"];
    await using net = new Endless();
    await using server = await serving(echoServer, args, net);
    using _silent = await connect(server.port);
    using second = await connect(server.port);
    assertEquals(await echo(second, "at last"), "at last");
    await second.closeWrite();
    assertEquals(await server.end(), 0);
    assertMatch(server.stderr, new RegExp(`Client 1 \\(.*; ${reason} for too long\n`));
  }
});

Deno.test("a read that was left behind writes into no other client's buffer", async () => {
  const args = ["--idle-timeout", "1500ms", "--clients", "2"];
  await using net = new Endless();
  await using server = await serving(echoServer, args, net);
  using _silent = await connect(server.port);
  using second = await connect(server.port);
  for (let i = 0; i < 20; i++) assertEquals(await echo(second, `message ${i}`), `message ${i}`);
  await second.closeWrite();
  await server.end();
});

Deno.test({
  name: "a client that takes nothing is hung up on although close() ends no write (needs python3)",
  ignore: !has("python3"),
  async fn() {
    for (const option of ["--idle-timeout", "--max-duration"]) {
      await using net = new Endless();
      await using server = await serving(echoServer, [option, "500ms", "--clients", "1"], net);
      await using _flood = start(python("flood.py", server.port, 200_000_000));
      await server.said(/Client 1 \(.* for too long\n/);
      assertEquals(await server.end(), 0);
    }
  },
});

Deno.test("a server that is stopped ends by its grace although close() ends no call", async () => {
  const args = ["--forever", "--concurrent", "3", "--grace", "200ms"];
  await using net = new Endless();
  await using server = await serving(echoServer, args, net);
  using one = await connect(server.port);
  using other = await connect(server.port);
  assertEquals([await echo(one, "1"), await echo(other, "2")], ["1", "2"]);
  server.stop();
  assertEquals(await server.end(), 0);
  assertEquals(await one.read(new Uint8Array(1)), null);
});

Deno.test("hello_server leaves a client that never ends although close() ends no read", async () => {
  await using net = new Endless();
  await using server = await serving(helloServer, [], net);
  using conn = await connect(server.port);
  assertEquals(await readText(conn, 12), "Hello World!");
  await send(conn, "and I stay");
  assertEquals(await server.end(), 0);
});

Deno.test("the demo ends although close() ends no call", async () => {
  await using net = new Endless();
  const ran = runInside(demo, [], { net });
  assertEquals((await patiently(ran, "the end of the demo")).code, 0);
});
