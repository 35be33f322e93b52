/**
 * How fast is a quiet relay? Against socat and, where it is installed, HAProxy in TCP mode; and
 * against itself with a page that somebody looks at. Side by side in one run: rounds in turn, the
 * medians, and the ratios to our own.
 *
 *     deno run -A tests/bench/relay.ts [--rounds 5] [--seconds 2] [--quiet-connections 5000]
 *
 * The server behind is the C echo server of tests/peers for the messages, and a C-like sink in this
 * process for bulk; the client is this process. What is measured holds on a quiet machine alone: the
 * load is printed.
 *
 * @module
 */

import { parseArgs } from "jsr:@std/cli@1.0.32/parse-args";
import { compile } from "../server_support.ts";
import { freePort, has, Running, start, tcplab } from "../support.ts";

const options = parseArgs(Deno.args, {
  string: ["rounds", "seconds", "quiet-connections"],
});
const rounds = Number(options.rounds ?? 5);
const seconds = Number(options.seconds ?? 2);
const quietConnections = Number(options["quiet-connections"] ?? 5000);

const HOST = "127.0.0.1";
const folder = await Deno.makeTempDir({ prefix: "tcplab-bench-" });

/** A way to the server: its port, and the programs that make it. */
interface Way {
  name: string;
  to: (port: number) => Promise<{ port: number; end(): Promise<void>; pid?: number }>;
}

const relay = (name: string, ...more: string[]): Way => ({
  name,
  async to(port) {
    const running = start(tcplab("relay", "--quiet", ...more, "0", HOST, String(port)));
    const own = await running.port();
    const viewer = more.includes("--web") ? await watch(running) : null;
    return {
      port: own,
      pid: running.pid,
      async end() {
        viewer?.abort();
        await running[Symbol.asyncDispose]();
      },
    };
  },
});

const WAYS: Way[] = [
  { name: "direct", to: (port) => Promise.resolve({ port, end: () => Promise.resolve() }) },
  relay("relay"),
  relay("relay, a page watched", "--web", "0"),
  relay("relay --resets", "--resets"),
];
if (has("socat")) {
  WAYS.push({
    name: "socat -b65536",
    async to(port) {
      const own = freePort();
      const listening = `TCP-LISTEN:${own},reuseaddr,fork`;
      return await listeningOn(own, ["socat", "-b65536", listening, `TCP:${HOST}:${port}`]);
    },
  });
}
if (has("haproxy")) {
  WAYS.push({
    name: "haproxy, TCP mode",
    async to(port) {
      const own = freePort();
      const file = `${folder}/haproxy-${own}.cfg`;
      await Deno.writeTextFile(
        file,
        `defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen all
  bind ${HOST}:${own}
  server one ${HOST}:${port}
`,
      );
      return await listeningOn(own, ["haproxy", "-db", "-f", file]);
    },
  });
}

/** A program that listens there soon. */
async function listeningOn(port: number, command: [string, ...string[]]) {
  const running = new Running(command);
  for (;;) {
    try {
      (await Deno.connect({ hostname: HOST, port })).close();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { port, pid: running.pid, end: () => running[Symbol.asyncDispose]() };
}

/** Somebody who looks at the page: reads its events, and throws them away. Until it is aborted. */
async function watch(running: Running): Promise<AbortController> {
  const [, url] = await running.said(/Page at (http:\S+)\/#/);
  const leaving = new AbortController();
  const { body } = await fetch(`${url}/events`, { signal: leaving.signal });
  body!.pipeTo(new WritableStream()).catch(() => {});
  return leaving;
}

/** MB a second through one connection, one way. */
async function bulk(port: number, sink: { bytes: number }): Promise<number> {
  const conn = await Deno.connect({ hostname: HOST, port });
  const piece = new Uint8Array(256 * 1024);
  const before = sink.bytes;
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) await conn.write(piece);
  const moved = sink.bytes - before;
  const took = performance.now() - began;
  conn.close();
  return moved / 1e3 / took;
}

/** The median round trip of 64 bytes, in microseconds. */
async function pingPong(port: number): Promise<number> {
  const conn = await Deno.connect({ hostname: HOST, port });
  const message = new Uint8Array(64);
  const times: number[] = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    const sent = performance.now();
    await conn.write(message);
    for (let n = 0; n < 64;) n += (await conn.read(message))!;
    times.push((performance.now() - sent) * 1000);
  }
  conn.close();
  return median(times);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function load(): string {
  return Deno.loadavg().map((value) => value.toFixed(1)).join(" ");
}

const echo = start([await compile("echo", folder)]);
const echoPort = Number((await echo.printed(/(\d+)\n/))[1]);
const sink = { bytes: 0 };
const sinkListener = Deno.listen({ hostname: HOST, port: 0 });
(async () => {
  for await (const conn of sinkListener) {
    (async () => {
      const buffer = new Uint8Array(1024 * 1024);
      for (let n; (n = await conn.read(buffer).catch(() => null)) !== null;) sink.bytes += n;
      conn.close();
    })();
  }
})().catch(() => {});

console.log(`Deno ${Deno.version.deno}, ${rounds} rounds of ${seconds} s; load ${load()}`);
const bulks = new Map<string, number[]>(WAYS.map(({ name }) => [name, []]));
const pings = new Map<string, number[]>(WAYS.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const { name, to } of WAYS) {
    const toSink = await to(sinkListener.addr.port);
    bulks.get(name)!.push(await bulk(toSink.port, sink));
    await toSink.end();
    const toEcho = await to(echoPort);
    pings.get(name)!.push(await pingPong(toEcho.port));
    await toEcho.end();
    console.error(`round ${round + 1}: ${name}`);
  }
}
if (rounds > 0) printTable();

function printTable(): void {
  const [ownBulk, ownPing] = [bulks, pings].map((all) => median(all.get("relay")!));
  console.log("way                      bulk MB/s   to relay   64 B µs   to relay");
  for (const { name } of WAYS) {
    const [mbs, us] = [median(bulks.get(name)!), median(pings.get(name)!)];
    console.log(
      name.padEnd(24) + mbs.toFixed(0).padStart(10) + (mbs / ownBulk).toFixed(2).padStart(11) +
        us.toFixed(1).padStart(10) + (us / ownPing).toFixed(2).padStart(11),
    );
  }
}

if (quietConnections > 0) {
  const room = relay("", "--concurrent", String(quietConnections));
  const way = await room.to(sinkListener.addr.port);
  const conns = [];
  for (let i = 0; i < quietConnections; i++) {
    conns.push(await Deno.connect({ hostname: HOST, port: way.port }));
  }
  const status = await Deno.readTextFile(`/proc/${way.pid}/status`);
  const mb = Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1000;
  console.log(`${quietConnections} quiet connections: at most ${mb.toFixed(0)} MB resident`);
  conns.forEach((conn) => conn.close());
  await way.end();
}
console.log(`load ${load()}`);
await echo[Symbol.asyncDispose]();
await Deno.remove(folder, { recursive: true });
Deno.exit(0);
