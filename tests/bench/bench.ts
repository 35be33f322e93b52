// `tcplab bench` against a plain load generator in C, on the same servers: do both say the same, and
// how much of its speed has ours, which compares every byte too and keeps every latency?
// `deno run -A tests/bench/bench.ts [--rounds 5] [section …]`. Linux, with gcc.
//
// Both are run in turns against one server, which stays; the tables have the medians of the rounds,
// and of the ratios of ours to C's in the same round.

import { parseArgs } from "jsr:@std/cli@1.0.32/parse-args";
import { spreadOf } from "../../src/bench/compare.ts";
import { Histogram } from "../../src/bench/histogram.ts";
import { freePort, runToEnd, start, tcplab } from "../support.ts";

const PEERS = new URL("peers/", import.meta.url).pathname;
const SECONDS = 2;
const folder = await Deno.makeTempDir({ prefix: "tcplab-bench-" });

/** What both generators tell. */
interface Told {
  messagesPerSecond: number;
  medianUs: number;
  p99Us: number;
}

/** A load, for both. */
interface Section {
  title: string;
  connections: number;
  /** Messages a second; without it as fast as it goes. */
  rate?: number;
}

const SECTIONS: Record<string, Section> = {
  one: { title: "1 connection", connections: 1 },
  busy64: { title: "64 connections", connections: 64 },
  busy1000: { title: "1000 connections", connections: 1000 },
  paced64: { title: "64 connections, 20,000 messages a second", connections: 64, rate: 20_000 },
  paced1000: {
    title: "1000 connections, 20,000 messages a second",
    connections: 1000,
    rate: 20_000,
  },
};

/** The servers: one that is faster than both generators, and ours. */
const SERVERS: Record<string, (port: number) => [string, ...string[]]> = {
  "C, epoll": (port) => [`${folder}/epoll`, `${port}`],
  "echo_server": (port) =>
    tcplab("echo_server", "--quiet", "--forever", "--concurrent", "10000", `${port}`),
};

const options = parseArgs(Deno.args, { string: ["rounds", "_"] });
const rounds = Number(options.rounds ?? 5);
const names = options._.length > 0 ? options._.map(String) : Object.keys(SECTIONS);

try {
  for (const program of ["load", "epoll"]) {
    const args = ["-O2", "-Wall", "-o", `${folder}/${program}`, `${PEERS}${program}.c`];
    const { code, stderr } = await runToEnd(["gcc", ...args]);
    if (code !== 0) throw new Error(stderr);
  }
  const load = (await Deno.readTextFile("/proc/loadavg")).split(" ")[0];
  console.log(`Deno ${Deno.version.deno}, load ${load}, ${rounds} rounds of ${SECONDS} s\n`);
  for (const name of names) console.log(await table(SECTIONS[name]));
  const { recordNs, nowNs } = costOfRecording();
  console.log(
    `A latency costs ${nowNs.toFixed(0)} ns to take (two looks at the clock) and ` +
      `${recordNs.toFixed(0)} ns to keep.`,
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function table(section: Section): Promise<string> {
  const lines = [
    `### ${section.title}\n`,
    "| server | C: messages/s | p50, ms | p99, ms | ours: messages/s | p50, ms | p99, ms | messages/s | p50 | p99 |",
    "| --- |" + " ---: |".repeat(9),
  ];
  for (const [name, command] of Object.entries(SERVERS)) {
    const port = freePort();
    await using _server = start(command(port));
    const theirs: Told[] = [];
    const own: Told[] = [];
    await ours(port, section, 0.5); // also the server is warm then
    for (let round = 0; round < rounds; round++) {
      theirs.push(await inC(port, section));
      own.push(await ours(port, section, SECONDS));
    }
    const of = (all: Told[], figure: keyof Told) => spreadOf(all.map((it) => it[figure])).median;
    const cells = (all: Told[]) => [
      of(all, "messagesPerSecond").toFixed(0),
      (of(all, "medianUs") / 1000).toFixed(2),
      (of(all, "p99Us") / 1000).toFixed(2),
    ];
    const ratios = (["messagesPerSecond", "medianUs", "p99Us"] as const).map((figure) =>
      spreadOf(own.map((it, i) => it[figure] / theirs[i][figure])).median.toFixed(2)
    );
    lines.push(`| ${[name, ...cells(theirs), ...cells(own), ...ratios].join(" | ")} |`);
  }
  return lines.join("\n") + "\n";
}

async function inC(port: number, { connections, rate }: Section): Promise<Told> {
  const args = rate === undefined
    ? ["pingpong", `${port}`, `${SECONDS}`, `${connections}`, "0"]
    : ["paced", `${port}`, `${SECONDS}`, `${connections}`, `${rate}`];
  const { code, stdout, stderr } = await runToEnd([`${folder}/load`, ...args]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function ours(
  port: number,
  { connections, rate }: Section,
  seconds: number,
): Promise<Told> {
  const args = ["--duration", `${seconds}s`, "--connections", `${connections}`, "--wait", "--json"];
  const paced = rate === undefined ? [] : ["--rate", `${rate}`];
  const command = tcplab("bench", ...args, ...paced, "127.0.0.1", `${port}`);
  const { stdout, stderr } = await runToEnd(command);
  const { faults, messagesPerSecond, latencyMs } = JSON.parse(stdout);
  if (Object.keys(faults).length > 0) throw new Error(stdout + stderr);
  return { messagesPerSecond, medianUs: latencyMs.p50 * 1000, p99Us: latencyMs.p99 * 1000 };
}

function costOfRecording(): { recordNs: number; nowNs: number } {
  const times = 2_000_000;
  const perCall = (call: (i: number) => void) => {
    for (let i = 0; i < times; i++) call(i);
    const beganMs = performance.now();
    for (let i = 0; i < times; i++) call(i);
    return (performance.now() - beganMs) / times * 1e6;
  };
  const histogram = new Histogram();
  const recordNs = perCall((i) => histogram.record(0.05 + (i & 1023) / 1000));
  let sum = 0;
  const nowNs = 2 * perCall(() => sum += performance.now());
  if (histogram.total === 0 || sum === 0) throw new Error("nothing was done");
  return { recordNs, nowNs };
}
