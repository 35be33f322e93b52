/**
 * How fast is a quiet relay, and what does its page cost? Against socat and, where it is
 * installed, HAProxy in TCP mode. Side by side in one run: rounds in turn, and the medians.
 *
 *     deno run -A tests/bench/relay.ts [--rounds 5] [--seconds 2] [--only bulk,latency,busy64,…]
 *
 * Linux, with gcc. Both ends are the C programs of peers/. Besides how much passes it tells the
 * CPU time that the relay takes for it: that says more on a machine that is not quiet, where all
 * else holds for nothing. The load is printed.
 *
 * @module
 */

import { parseArgs } from "jsr:@std/cli@1.0.32/parse-args";
import { freePort, has, pathOf, Running, runToEnd, start, tcplab } from "../support.ts";
import { pageOfGigabyte } from "./relay_page.ts";

const options = parseArgs(Deno.args, { string: ["rounds", "seconds", "only"] }) as {
  [name in "rounds" | "seconds" | "only"]?: string;
};
const rounds = Number(options.rounds ?? 5);
const seconds = options.seconds ?? "2";
const PARTS = ["bulk", "latency", "busy64", "share1000", "quiet5000", "page"];
const parts = options.only?.split(",") ?? PARTS;

const HOST = "127.0.0.1";
const QUIET = 5000;
/** Of a clock that /proc tells CPU time by. */
const TICKS = 100;
const folder = await Deno.makeTempDir({ prefix: "tcplab-bench-" });

/** A way to the server, under way. */
interface UnderWay {
  port: number;
  /** What does the work; `null`: nothing lies between. */
  pid: number | null;
  end(): Promise<void>;
}

interface Way {
  name: string;
  to(port: number): Promise<UnderWay>;
}

function relay(name: string, ...more: string[]): Way {
  return {
    name,
    async to(port) {
      const running = start(tcplab("relay", "--quiet", ...more, "0", HOST, String(port)));
      const own = await running.port();
      const viewer = name.includes("watched") ? await watch(running) : null;
      return {
        port: own,
        pid: running.pid,
        async end() {
          viewer?.abort();
          await running[Symbol.asyncDispose]();
        },
      };
    },
  };
}

const DIRECT: Way = {
  name: "direct",
  to: (port) => Promise.resolve({ port, pid: null, end: () => Promise.resolve() }),
};
const OURS = relay("relay");
const WAYS: Way[] = [
  DIRECT,
  OURS,
  relay("relay, with a page", "--web", "0"),
  relay("relay, its page watched", "--web", "0"),
  relay("relay --resets", "--resets"),
];
if (has("socat")) {
  WAYS.push({
    name: "socat -b65536",
    to(port) {
      const own = freePort();
      const listening = `TCP-LISTEN:${own},bind=${HOST},reuseaddr,fork,nodelay`;
      return listeningOn(own, ["socat", "-b65536", listening, `TCP:${HOST}:${port},nodelay`]);
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
      return listeningOn(own, ["haproxy", "-db", "-f", file]);
    },
  });
}

/** A program that listens there soon. */
async function listeningOn(port: number, command: [string, ...string[]]): Promise<UnderWay> {
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

/** The CPU time of a process and those it has started, in seconds. */
function cpuSeconds(pid: number): number {
  let stat;
  try {
    stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return 0; // it has just ended, and is its parent's
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Of itself, and of those that have ended.
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
  let children: string[] = [];
  try {
    children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).split(" ");
  } catch {
    // A process that has just ended has none.
  }
  return children.filter((child) => child !== "").reduce(
    (sum, child) => sum + cpuSeconds(Number(child)),
    own,
  );
}

type Values = Record<string, number>;

/** What is measured of each way. */
interface Part {
  title: string;
  /** To which port the way leads. */
  server: "sink" | "echo";
  load: string[];
  /** How much passed, by what the load printed. */
  amount(values: Values): number;
  columns: { title: string; of(values: Values): number; digits?: number }[];
}

const BUSY: Part["columns"] = [
  { title: "messages/s", of: (v) => v.messagesPerSecond },
  { title: "median, µs", of: (v) => v.medianUs, digits: 1 },
  { title: "least/most", of: (v) => v.least / v.most, digits: 2 },
  { title: "CPU µs a message", of: (v) => v.cpu * 1e6, digits: 1 },
];

function pingpong(connections: number, what: string): Part {
  return {
    title: `64-byte ping-pong, ${what}`,
    server: "echo",
    load: ["load", "pingpong", "PORT", seconds, `${connections}`, "0"],
    amount: (v) => v.messagesPerSecond * (Number(seconds) + 0.3),
    columns: BUSY,
  };
}

const MEASURED: Record<string, Part> = {
  bulk: {
    title: "Bulk one way, one connection",
    server: "sink",
    load: ["stream", "source", "PORT", seconds],
    amount: (v) => v.bytes,
    columns: [
      { title: "MB/s", of: (v) => v.megabytesPerSecond },
      { title: "CPU s a GB", of: (v) => v.cpu * 1e9, digits: 2 },
    ],
  },
  latency: pingpong(1, "one connection"),
  busy64: pingpong(64, "64 connections"),
  share1000: {
    title: "64 bytes, 1000 connections, until each had 20 replies",
    server: "echo",
    load: ["load", "share", "PORT", "1000", "20"],
    amount: () => 1,
    columns: [{ title: "least/most", of: (v) => v.least / v.most, digits: 2 }],
  },
};

/** One way, once. */
async function measure({ load, amount }: Part, way: Way, port: number): Promise<Values> {
  const underWay = await way.to(port);
  const before = underWay.pid === null ? 0 : cpuSeconds(underWay.pid);
  const [program, ...args] = load.map((word) => word === "PORT" ? String(underWay.port) : word);
  const { stdout, stderr, code } = await runToEnd([`${folder}/${program}`, ...args], {
    patienceMs: 120_000,
  });
  if (code !== 0) throw new Error(`${way.name}: ${stderr}`);
  const values: Values = JSON.parse(stdout);
  values.cpu = underWay.pid === null ? 0 : (cpuSeconds(underWay.pid) - before) / amount(values);
  await underWay.end();
  return values;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function load(): string {
  return `load ${Deno.loadavg().map((value) => value.toFixed(1)).join(" ")}`;
}

async function measureAll(part: Part, ports: Record<Part["server"], number>): Promise<void> {
  // A process for each of a thousand is more than a machine can bear.
  const ways = WAYS.filter(({ name }) => part !== MEASURED.share1000 || !name.startsWith("socat"));
  const all = new Map<string, Values[]>(ways.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const way of ways) {
      all.get(way.name)!.push(await measure(part, way, ports[part.server]));
    }
    console.error(`${part.title}: round ${round} of ${rounds}`);
  }
  const middle = (name: string, of: (values: Values) => number) => median(all.get(name)!.map(of));
  console.log(`\n${part.title} (${load()})\n`);
  console.log(
    `${"".padEnd(24)}${part.columns.map(({ title }) => title.padStart(18) + " (ratio)").join("")}`,
  );
  for (const { name } of ways) {
    const cells = part.columns.map(({ of, digits = 0 }) => {
      const [value, own] = [middle(name, of), middle(OURS.name, of)];
      return value.toFixed(digits).padStart(18) + ` (${(value / own).toFixed(2)})`.padEnd(8);
    });
    console.log(name.padEnd(24) + cells.join(""));
  }
}

/** The most memory that the relay took with so many who are connected, and say nothing. */
async function measureQuiet(port: number): Promise<void> {
  const { port: own, pid, end } = await relay("", "--concurrent", String(QUIET)).to(port);
  const conns = [];
  for (let i = 0; i < QUIET; i++) conns.push(await Deno.connect({ hostname: HOST, port: own }));
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const mb = Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024 / 1e6;
  console.log(`\n${QUIET} quiet connections: at most ${mb.toFixed(0)} MB resident`);
  conns.forEach((conn) => conn.close());
  await end();
}

for (const program of ["load", "epoll", "stream"]) {
  const source = pathOf(`tests/bench/peers/${program}.c`);
  const { code, stderr } = await runToEnd(["gcc", "-O2", "-o", `${folder}/${program}`, source]);
  if (code !== 0) throw new Error(stderr);
}
const echoPort = freePort();
const echo = await listeningOn(echoPort, [`${folder}/epoll`, String(echoPort)]);
const sink = start([`${folder}/stream`, "sink"]);
const sinkPort = Number((await sink.printed(/(\d+)\n/))[1]);
console.log(`Deno ${Deno.version.deno}; rounds: ${rounds}, of ${seconds} s; ${load()}`);
for (const [name, part] of Object.entries(MEASURED)) {
  if (parts.includes(name)) await measureAll(part, { sink: sinkPort, echo: echoPort });
}
if (parts.includes("quiet5000")) await measureQuiet(echoPort);
if (parts.includes("page")) await pageOfGigabyte(folder, { sink: sinkPort, echo: echoPort });
await echo.end();
await sink[Symbol.asyncDispose]();
await Deno.remove(folder, { recursive: true });
