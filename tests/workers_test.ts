// --workers: one server in several threads. Linux alone has it.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "jsr:@std/assert@1.0.19";
import { Failure } from "../src/cli/failure.ts";
import { startInMemory } from "../src/cli/in_memory.ts";
import type { ServerTask } from "../src/cli/server.ts";
import { takePort } from "../src/cli/shared_port.ts";
import { echoServer } from "../src/echo_server.ts";
import type { Net } from "../src/net/net.ts";
import { pause } from "../src/net/silence.ts";
import { connect, echo, file, patiently, send, talk } from "./server_support.ts";
import { DENO, pathOf, ROOT, type Running, runToEnd, start } from "./support.ts";

const ignore = Deno.build.os !== "linux"; // elsewhere it is refused

/** echo_server with what --workers needs. */
function inThreads(...args: string[]): [string, ...string[]] {
  const allowed = ["-N", `-R=${pathOf("src")}`];
  return [DENO, "run", ...allowed, pathOf("src/echo_server.ts"), "--workers", "3", ...args];
}

/**
 * Waits until a port that was let go of can be had. Files of tests are threads of one process: a
 * child that another one starts at this moment holds what we have closed until it runs.
 */
async function becomesFree(listen: () => void): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      return listen();
    } catch (error) {
      if (tries === 100 || !(error instanceof Deno.errors.AddrInUse)) throw error;
      await pause(10);
    }
  }
}

Deno.test({
  name: "three threads count their clients as one server, and end with the last of them",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--backlog", "64", "--concurrent", "90", "--clients", "40", "0"),
    );
    const port = await server.port();
    // Thirty at a time: the system deals them out unevenly, but there is room.
    const conns = await Promise.all(Array.from({ length: 30 }, () => connect(port)));
    const replies = await Promise.all(conns.map((conn, i) => echo(conn, `client ${i}`)));
    assertEquals(replies, conns.map((_, i) => `client ${i}`));
    for (const conn of conns) conn.close();
    for (let i = 0; i < 10; i++) assertEquals(await talk(port, `late ${i}`), `late ${i}`);
    const { code, stdout, stderr } = await server.result();
    assertEquals(code, 0);
    const numbers = stdout.match(/[0-9]+/g)!.map(Number).toSorted((a, b) => a - b);
    assertEquals(numbers, Array.from({ length: 40 }, (_, i) => i + 1));
    assertEquals(stderr.match(/^Listening on/gm)?.length, 1);
    assertMatch(stderr, /\nServed 40 clients: 320 bytes read, 320 written, [0-9.]+ s\n$/);
  },
});

Deno.test({
  name: "when a server with threads says that it listens, each of them does",
  ignore,
  async fn() {
    await using server = start(inThreads("--concurrent", "3", "--forever", "0"));
    const port = (await server.port()).toString(16).toUpperCase().padStart(4, "0");
    const listening = new RegExp(`:${port} 00000000:0000 0A `, "g"); // 0A: LISTEN
    const sockets = await Deno.readTextFile("/proc/net/tcp");
    assertEquals(sockets.match(listening)?.length, 3);
  },
});

Deno.test({
  name: "threads within another program stop when their world says so, and hear no signal",
  ignore,
  async fn() {
    const stop = new AbortController();
    const said: string[] = [];
    const server = startInMemory(echoServer, [
      ...["--workers", "2", "--concurrent", "2", "--forever", "--lang", "en", "0"],
    ], { stop: stop.signal, onSay: (text) => said.push(text) });
    const port = (await server.port)!;
    stop.abort();
    assertEquals(await server.ended, 0);
    assertMatch(said.join(""), /\nServed 0 clients: 0 bytes read, 0 written, [0-9.]+ s\n$/);
    await assertRejects(() => connect(port), Deno.errors.ConnectionRefused);
    const stopped = startInMemory(echoServer, [
      ...["--workers", "2", "--concurrent", "2", "--forever", "0"],
    ], { stop: stop.signal });
    assertEquals(await stopped.ended, 0);
  },
});

Deno.test({
  name: "a signal stops all threads, and who is being served may finish",
  ignore,
  async fn() {
    await using server = start(inThreads("--concurrent", "30", "--forever", "--json", "0"));
    const port = await listeningPort(server);
    const conns = await Promise.all(Array.from({ length: 9 }, () => connect(port)));
    for (const conn of conns) await echo(conn, "hello");
    server.kill("SIGTERM");
    // No thread listens any more, and all still answer.
    for (let refused = false; !refused;) {
      refused = await connect(port).then((conn) => (conn.close(), false), () => true);
    }
    for (const conn of conns) assertEquals(await echo(conn, "again"), "again");
    for (const conn of conns) conn.close();
    const { code, stdout } = await server.result();
    assertEquals(code, 0);
    const { durationMs, time, clients, refused, ...summary } = JSON.parse(
      stdout.trimEnd().split("\n").at(-1)!,
    );
    assert(durationMs > 0 && time !== undefined && refused === 0);
    // Somebody who asked whether it still listens may have been served.
    assert(clients >= 9, `${clients} clients`);
    assertEquals(summary, {
      event: "summary",
      faults: 0,
      bytesRead: 90,
      bytesWritten: 90,
      signal: "SIGTERM",
    });
  },
});

Deno.test({
  name: "threads share what --grace allows: a client that stays is hung up on, and all end",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--concurrent", "30", "--forever", "--grace", "100ms", "0"),
    );
    const conns = await Promise.all(
      Array.from({ length: 6 }, async () => connect(await server.port())),
    );
    for (const conn of conns) await echo(conn, "hello");
    server.kill("SIGINT");
    for (const conn of conns) {
      assertEquals(await conn.read(new Uint8Array(1)), null);
      conn.close();
    }
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertEquals(stderr.match(/; the server stopped\n/g)?.length, 6);
    assertMatch(stderr, /\nServed 6 clients: 30 bytes read, 30 written, [0-9.]+ s\n$/);
  },
});

Deno.test({
  name: "a port is taken once for all threads: a second server is refused, --workers here or there",
  ignore,
  async fn() {
    const alone = file("echo_server", "--forever");
    const threads = inThreads("--concurrent", "3", "--forever");
    for (const [first, second] of [[alone, threads], [threads, alone], [threads, threads]]) {
      await using server = start([...first, "0"]);
      const port = await server.port();
      const { code, stderr } = await runToEnd([...second, `${port}`]);
      assertEquals(code, 1);
      assertEquals(
        stderr,
        `echo_server: Cannot bind 127.0.0.1:${port}: address already in use\n` +
          "  Another program listens there. Give another port, or 0 to take any free one.\n",
      );
    }
  },
});

Deno.test({
  name: "of servers with threads that start on one port at the same moment, one listens",
  ignore,
  async fn() {
    const port = freePort();
    const all = Array.from(
      { length: 4 },
      () => start(inThreads("--concurrent", "3", "--forever", `${port}`)),
    );
    try {
      const outcomes = await Promise.all(
        all.map((server) =>
          server.port().then(() => "listens", async () => (await server.result()).code)
        ),
      );
      assertEquals(outcomes.toSorted(), [1, 1, 1, "listens"]);
      assertEquals(await talk(port, "hello"), "hello");
    } finally {
      for (const server of all) await server[Symbol.asyncDispose]();
    }
  },
});

Deno.test({
  name:
    "while a server with threads takes its port no other one can begin to, and afterwards it can",
  ignore,
  async fn() {
    const port = freePort();
    const listenDatagram = () =>
      Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }).close();
    let closed = 0;
    // Between its two binds the port is free for a moment: when the first listener is closed.
    const net: Net = {
      ...Deno,
      listen(at) {
        const listener = Deno.listen(at);
        const close = () => {
          listener.close();
          closed++;
          assertThrows(listenDatagram, Deno.errors.AddrInUse);
        };
        return at.reusePort ? listener : { ...listener, addr: listener.addr, close };
      },
    };
    const options = { host: "127.0.0.1" };
    const task = { port, options, net, say() {} } as unknown as ServerTask;
    const listener = await takePort(task);
    assertEquals(closed, 1);
    await becomesFree(listenDatagram);
    await assertRejects(() => takePort(task), Failure, "address already in use");
    await becomesFree(listenDatagram);
    listener.close();
  },
});

Deno.test({
  name: "a stranger's UDP port of the same number does not keep threads from starting",
  ignore,
  async fn() {
    const port = freePort();
    const stranger = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
    await using server = start(inThreads("--concurrent", "3", "--clients", "1", `${port}`));
    assertEquals(await server.port(), port);
    assertEquals(await talk(port, "hello"), "hello");
    assertEquals((await server.result()).code, 0);
    stranger.close();
  },
});

Deno.test({
  name: "room anywhere is room: with --concurrent 3 in three threads three clients never wait",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--concurrent", "3", "--forever", "--quiet", "--json", "0"),
    );
    const port = await listeningPort(server);
    for (let i = 0; i < 50; i++) {
      const conns = await Promise.all([connect(port), connect(port), connect(port)]);
      const replies = await Promise.all(conns.map((conn) => echo(conn, `run ${i}`)));
      assertEquals(replies, Array(3).fill(`run ${i}`));
      for (const conn of conns) conn.close();
    }
  },
});

Deno.test({
  name: "threads serve no more at a time than --concurrent, and everybody in the end",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--concurrent", "3", "--clients", "60", "--backlog", "64", "--json", "0"),
    );
    const port = await listeningPort(server);
    const texts = Array.from({ length: 60 }, (_, i) => `client ${i}`);
    assertEquals(await Promise.all(texts.map((text) => talk(port, text))), texts);
    const { code, stdout } = await server.result();
    assertEquals(code, 0);
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    let [present, most] = [0, 0];
    for (const { event } of events) {
      if (event === "connected") most = Math.max(most, ++present);
      if (event === "closed") present--;
    }
    assertEquals([present, most], [0, 3]);
    const { event, clients, faults, bytesRead } = events.at(-1);
    assertEquals({ event, clients, faults }, { event: "summary", clients: 60, faults: 0 });
    assertEquals(bytesRead, texts.join("").length);
  },
});

Deno.test({
  name: "--max-per-address lets in as many in all threads as in one, and who left may come again",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--host", "::", "--concurrent", "90", "--max-per-address", "4", "--forever", "0"),
    );
    const port = await server.port();
    const conns: Deno.TcpConn[] = [];
    for (let i = 0; i < 24; i++) {
      const conn = await connect(port);
      await send(conn, "hello");
      // A refused one is closed, or reset, before a byte comes.
      const reply = await conn.read(new Uint8Array(5)).catch(() => null);
      if (reply === null) conn.close();
      else conns.push(conn);
    }
    assertEquals(conns.length, 4);
    // Other addresses are counted on their own.
    const other = await connect(port, "::1");
    assertEquals(await echo(other, "other"), "other");
    other.close();
    conns.pop()!.close();
    await server.said(/(served to its end[^]*){2}/); // the other one, and this one
    for (let i = 0; i < 100; i++) assertEquals(await talk(port, `again ${i}`), `again ${i}`);
    for (const conn of conns) {
      assertEquals(await echo(conn, "still"), "still");
      conn.close();
    }
    server.kill("SIGTERM");
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertEquals(stderr.match(/Refused a client .*: too many from its address/g)?.length, 20);
    assertMatch(stderr, /\nServed 105 clients, 20 refused: /);
  },
});

Deno.test({
  name: "--allow holds in every thread, and what is no network is said once",
  ignore,
  async fn() {
    const allow = ["--host", "::", "--allow", "::1"];
    await using server = start(inThreads("--concurrent", "90", "--forever", ...allow, "0"));
    const port = await server.port();
    for (let i = 0; i < 12; i++) {
      using stranger = await connect(port);
      assertEquals(await stranger.read(new Uint8Array(1)), null);
    }
    using friend = await connect(port, "::1");
    assertEquals(await echo(friend, "hello"), "hello");
    server.kill("SIGTERM");
    await friend.closeWrite();
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertMatch(stderr, /\nServed 1 client, 12 refused: 5 bytes read, 5 written, /);
    const wrong = await runToEnd(inThreads("--concurrent", "3", "--allow", "here", "0"));
    assertEquals(wrong.code, 2);
    assertMatch(wrong.stderr, /^echo_server: Cannot use --allow "here": .*\nUsage: .*\n$/);
  },
});

Deno.test({
  name: "the trace of all threads has one clock: what came after is later",
  ignore,
  async fn() {
    await using server = start(inThreads("--concurrent", "3", "--forever", "--trace", "0"));
    await server.port();
    server.kill("SIGTERM");
    const { stderr } = await server.result();
    const timesOf = (call: string) =>
      stderr.split("\n").filter((line) => line.includes(` ms  ${call}(`)).map(parseFloat);
    // The others start when the first one listens.
    const [, ...sockets] = timesOf("socket");
    const [first] = timesOf("listen");
    assertEquals(sockets.length, 2);
    for (const ms of sockets) assert(ms >= first, `socket() at ${ms}, after ${first}`);
  },
});

Deno.test("without what it needs, --workers is refused with a word on how to get it", async () => {
  const args = [pathOf("src/echo_server.ts"), "--workers", "2", "--concurrent", "2", "0"];
  // As from a URL: without the deno.json of the checkout, which turns it on.
  const { imports } = JSON.parse(await Deno.readTextFile(pathOf("deno.json")));
  const map = `--import-map=data:application/json,${
    encodeURIComponent(JSON.stringify({ imports }))
  }`;
  const without = await runToEnd([DENO, "run", "--no-config", map, "-N", ...args]);
  assertEquals(without.code, 1);
  if (ignore) return assertMatch(without.stderr, /Cannot use --workers: only Linux/);
  assertMatch(without.stderr, /Cannot use --workers.*share a port\n.*--unstable-net\.\n$/);
  const unread = await runToEnd([DENO, "run", "-N", ...args]);
  assertEquals(unread.code, 1);
  assertMatch(unread.stderr, /Cannot use --workers.*read the code.*\n.*--allow-read/);
  const few = await runToEnd(inThreads("--concurrent", "2", "0"));
  assertEquals(few.code, 2);
  assertMatch(few.stderr, /Cannot use --workers 3 with --concurrent 2/);
});

Deno.test({
  name: "threads start from a URL too",
  ignore,
  async fn() {
    await using sources = serveSources();
    await using server = start(fromUrl(sources, "--clients", "1"));
    assertEquals(await talk(await server.port(), "hello"), "hello");
    assertEquals((await server.result()).code, 0);
  },
});

Deno.test({
  name: "a signal during the start ends a server with threads as soon as it has started",
  ignore,
  async fn() {
    const asked = Promise.withResolvers<void>();
    const mayLoad = Promise.withResolvers<void>();
    await using sources = serveSources(async (path, text) => {
      if (path === "/src/cli/worker.ts") {
        asked.resolve();
        await mayLoad.promise;
      }
      return text;
    });
    await using server = start(fromUrl(sources, "--forever"));
    await patiently(asked.promise, "the code of a thread to be asked for");
    server.kill("SIGTERM");
    await server.said(/SIGTERM: no more clients/);
    mayLoad.resolve();
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertMatch(stderr, /\nServed 0 clients: 0 bytes read, 0 written, [0-9.]+ s\n$/);
    assert(!stderr.includes("Listening on"), stderr); // nobody is to come any more
  },
});

Deno.test({
  name: "a thread that dies is told once, and the server ends with it: exit code 1",
  ignore,
  async fn() {
    const fault = 'throw new RangeError("it died")';
    for (const dies of [`${fault};`, `setTimeout(() => { ${fault}; });`]) {
      await using sources = serveSources((path, text) =>
        path === "/src/echo_server.ts"
          ? text.replace(
            "await client.write(message)",
            (writing) => `{ if (message[0] === 33) { ${dies} } ${writing}; }`,
          )
          : text
      );
      await using server = start(fromUrl(sources, "--forever", "--grace", "100ms"));
      const port = await server.port();
      // In every thread, as far as they can be had.
      const others = await Promise.all(Array.from({ length: 8 }, () => connect(port)));
      for (const conn of others) assertEquals(await echo(conn, "hello"), "hello");
      using last = await connect(port);
      await send(last, "!");
      for (const conn of others) {
        await conn.read(new Uint8Array(1)).catch(() => null);
        conn.close();
      }
      const { code, stderr } = await server.result();
      assertEquals(code, 1);
      assertEquals(stderr.match(/RangeError: it died/g)?.length, 1, stderr);
    }
  },
});

/** A server of the sources, as they are or changed. */
function serveSources(
  change: (path: string, text: string) => string | Promise<string> = (_, text) => text,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const path = new URL(request.url).pathname;
      const text = await Deno.readTextFile(new URL(`.${path}`, ROOT));
      return new Response(await change(path, text), {
        headers: { "content-type": "text/typescript" },
      });
    },
  );
}

/** echo_server with two threads, from there. */
function fromUrl(
  { addr: { port } }: Deno.HttpServer<Deno.NetAddr>,
  ...args: string[]
): [string, ...string[]] {
  const allowed = ["-N", `--allow-import=127.0.0.1:${port}`, "--unstable-net"];
  // What an earlier run had on this port may be in the cache: then nobody would ask for it.
  allowed.push(`--reload=http://127.0.0.1:${port}`);
  const config = ["--config", pathOf("deno.json"), "--no-lock"];
  const program = `http://127.0.0.1:${port}/src/echo_server.ts`;
  const threads = ["--workers", "2", "--concurrent", "20"];
  return [DENO, "run", ...allowed, ...config, program, ...threads, ...args, "0"];
}

/** The port that a server with --json listens on. */
async function listeningPort(server: Running): Promise<number> {
  return Number((await server.printed(/"listening".*"port":([0-9]+)/))[1]);
}

/** A port that nobody has. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
