// How fast echo_server is, against the same server in other makes: a C server in the manner of the
// chapter, C with a large buffer, C on epoll, Go, Node, and a bare loop in Deno.
// `deno run -A tests/bench/echo_server.ts [--rounds 5] [section …]`. Linux, with gcc; Go and Node for
// their columns.
//
// The load comes from peers/load.c, over loopback. In each round every server is started anew and
// measured once, one after the other, so that a busy minute touches all of them; the table has the
// median of the rounds, and ratios to the first server of the section.

import { ROOT } from "../support.ts";

const SECONDS = 1; // of each measurement, after 0.3 to warm up
const PEERS = new URL("tests/bench/peers/", ROOT).pathname;
const HAMMER_SECONDS = 4; // where p99 is of few messages
const PATIENCE_MS = 20_000;

/** A server: how it is started, given a port that is free. */
interface Make {
  name: string;
  /** A program that must be there. */
  needs: string;
  command(built: string, port: number): string[];
}

const ECHO_SERVER = new URL("src/echo_server.ts", ROOT).pathname;

function ours(name: string, options: string[], flags: string[] = []): Make {
  return {
    name,
    needs: "deno",
    command: (_, port) => [
      Deno.execPath(),
      "run",
      "-N",
      ...flags,
      ECHO_SERVER,
      ...["--quiet", "--forever", "--backlog", "511", ...options, `${port}`],
    ],
  };
}

function built(name: string, program: string, needs = "gcc"): Make {
  return { name, needs, command: (folder, port) => [`${folder}/${program}`, `${port}`] };
}

const MANY = ["--concurrent", "10000"];
/** Room for more clients than come: the accept loop is never held back by a full house. */
const MANY_AT_A_TIME = ours("echo_server --concurrent 30000", ["--concurrent", "30000"]);
const DEFAULT = ours("echo_server, one at a time", []);
const CONCURRENT = ours("echo_server --concurrent", MANY);
const WORKERS = ours("echo_server --workers 2", ["--workers", "2", ...MANY], ["-R"]);
const SMALL_HEAP = ours("… with --v8-flags=--optimize-for-size", MANY, [
  "--v8-flags=--optimize-for-size",
]);
const CHAPTER = built("C, the chapter's (1 KiB)", "iterative");
const LARGE = built("C, 64 KiB", "iterative64");
const EPOLL = built("C, epoll", "epoll");
const BARE: Make = {
  name: "Deno, the bare loop",
  needs: "deno",
  command: (_, port) => [Deno.execPath(), "run", "-N", `${PEERS}echo_bare.ts`, `${port}`],
};
const GO = built("Go, Read and Write", "echo_go", "go");
const NODE: Make = {
  name: "Node, pipe()",
  needs: "node",
  command: (_, port) => ["node", `${PEERS}echo_node.cjs`, `${port}`],
};

/** What one measurement gave, by name. */
type Values = Record<string, number>;

interface Column {
  title: string;
  of(values: Values): number;
  digits?: number;
  /** Show it as a ratio to the first server too. */
  ratio?: boolean;
}

interface Section {
  title: string;
  /** The arguments of load: its mode, and what follows the port. */
  load: [mode: string, ...rest: string[]];
  /** So many others that move bulk data at the same time. */
  besideBulk?: number;
  /** Four others that connect and end at once, again and again; and one new client after the other. */
  besideHammers?: "close" | "reset";
  makes: Make[];
  columns: Column[];
}

const PINGPONG_COLUMNS: Column[] = [
  { title: "messages/s", of: (v) => v.messagesPerSecond, ratio: true },
  { title: "median, ms", of: (v) => v.medianUs / 1000, digits: 2 },
  { title: "p99, ms", of: (v) => v.p99Us / 1000, digits: 2, ratio: true },
  { title: "worst wait, ms", of: (v) => v.worstUs / 1000, digits: 1 },
  { title: "slowest/fastest", of: (v) => v.least / v.most, digits: 2 },
  { title: "resident, MB", of: (v) => v.residentMB },
];

function pingpong(busy: number, quiet: number, title: string): Section {
  return {
    title,
    load: ["pingpong", `${SECONDS}`, `${busy}`, `${quiet}`],
    makes: [EPOLL, CONCURRENT, WORKERS, BARE, GO, NODE],
    columns: PINGPONG_COLUMNS,
  };
}

function connects(atATime: number): Section {
  return {
    title: `Connect, one byte, close, ${atATime} at a time`,
    load: ["connect", `${SECONDS}`, `${atATime}`],
    makes: [EPOLL, DEFAULT, CONCURRENT, WORKERS, GO, NODE],
    columns: [
      { title: "clients/s", of: (v) => v.clientsPerSecond, ratio: true },
      { title: "resident, MB", of: (v) => v.residentMB },
    ],
  };
}

function hammered(how: "close" | "reset"): Section {
  return {
    title: `64-byte ping-pong, one connection, beside four that connect and ${how} in a loop`,
    load: ["pingpong", `${HAMMER_SECONDS}`, "1", "0"],
    besideHammers: how,
    makes: [EPOLL, MANY_AT_A_TIME, GO, NODE],
    columns: [
      { title: "median, ms", of: (v) => v.medianUs / 1000, digits: 2 },
      { title: "p99, ms", of: (v) => v.p99Us / 1000, digits: 1 },
      { title: "worst wait, ms", of: (v) => v.worstUs / 1000, digits: 0 },
      { title: "new clients served/s", of: (v) => v.newPerSecond, digits: 1 },
      { title: "connects/s of the four", of: (v) => v.hammersPerSecond, ratio: true },
      { title: "descriptors at most", of: (v) => v.mostDescriptors },
    ],
  };
}

const SECTIONS: Record<string, Section> = {
  bulk: {
    title: "Bulk, one connection",
    load: ["bulk", `${SECONDS}`],
    makes: [CHAPTER, DEFAULT, CONCURRENT, LARGE, GO, NODE],
    columns: [
      { title: "MB/s", of: (v) => v.megabytesPerSecond, ratio: true },
      { title: "resident, MB", of: (v) => v.residentMB },
    ],
  },
  together: {
    title: "64-byte ping-pong, one connection, beside 8 that move bulk data",
    load: ["pingpong", `${SECONDS}`, "1", "0"],
    besideBulk: 8,
    makes: [EPOLL, CONCURRENT, GO, NODE],
    columns: [
      { title: "median, ms", of: (v) => v.medianUs / 1000, digits: 2 },
      { title: "p99, ms", of: (v) => v.p99Us / 1000, digits: 1 },
      { title: "worst wait, ms", of: (v) => v.worstUs / 1000, digits: 1 },
      { title: "bulk, MB/s in all", of: (v) => v.bulkMBps, ratio: true },
      { title: "slowest/fastest bulk", of: (v) => v.bulkShare, digits: 2 },
      { title: "resident, MB", of: (v) => v.residentMB },
    ],
  },
  latency: {
    title: "64-byte ping-pong, one connection",
    load: ["pingpong", `${SECONDS}`, "1", "0"],
    makes: [CHAPTER, DEFAULT, CONCURRENT, GO, NODE],
    columns: [
      { title: "median, µs", of: (v) => v.medianUs, digits: 1, ratio: true },
      { title: "p99, µs", of: (v) => v.p99Us, digits: 1 },
      { title: "resident, MB", of: (v) => v.residentMB },
    ],
  },
  connect: connects(32),
  connect1: connects(1),
  hammer: hammered("close"),
  hammer_reset: hammered("reset"),
  busy64: pingpong(64, 0, "64-byte ping-pong, 64 connections"),
  quiet3000: pingpong(64, 3000, "The same beside 3000 quiet connections"),
  busy1000: pingpong(1000, 0, "64-byte ping-pong, 1000 connections"),
  many: {
    title: "5000 connections, 100 messages each, every reply compared",
    load: ["many", "5000", "100"],
    makes: [EPOLL, CONCURRENT, SMALL_HEAP, WORKERS, BARE, GO, NODE],
    columns: [
      { title: "seconds", of: (v) => v.seconds, digits: 2, ratio: true },
      { title: "right replies", of: (v) => v.replies },
      { title: "resident while quiet, MB", of: (v) => v.quietMB },
      { title: "at most, MB", of: (v) => v.peakMB },
    ],
  },
};

/** Runs a command to its end; its stdout. */
async function output(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

function has(program: string): boolean {
  const args = ["-c", `command -v ${program}`];
  return new Deno.Command("sh", { args, stdout: "null", stderr: "null" }).outputSync().success;
}

async function build(folder: string): Promise<void> {
  const gcc = (program: string, source: string, ...more: string[]) =>
    output("gcc", "-O2", "-Wall", ...more, "-o", `${folder}/${program}`, `${PEERS}${source}`);
  await gcc("load", "load.c");
  await gcc("iterative", "iterative.c");
  await gcc("iterative64", "iterative.c", "-DBUF_SIZE=65536");
  await gcc("epoll", "epoll.c");
  if (has("go")) await output("go", "build", "-o", `${folder}/echo_go`, `${PEERS}echo.go`);
}

/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function ready(port: number, server: Deno.ChildProcess): Promise<void> {
  let ended = false;
  server.status.then(() => ended = true);
  for (const start = performance.now(); performance.now() < start + PATIENCE_MS && !ended;) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      // A reset: with --workers the port is tried before it is listened on.
      const isEarly = error instanceof Deno.errors.ConnectionRefused ||
        error instanceof Deno.errors.ConnectionReset;
      if (!isEarly) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("a server did not get ready");
}

/** A line of /proc/<pid>/status, in MB. */
function memoryMB(pid: number, line: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(status.match(new RegExp(`${line}:\\s+([0-9]+)`))![1]) / 1024;
}

/** Starts a server, puts the load on it, ends it. `null`: it failed, and says so. */
async function measure(section: Section, make: Make, folder: string): Promise<Values | null> {
  const port = freePort();
  const [command, ...args] = make.command(folder, port);
  const server = new Deno.Command(command, {
    args,
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await ready(port, server);
    const load = (mode: string, ...rest: string[]) => [`${folder}/load`, mode, `${port}`, ...rest];
    const [mode, ...rest] = section.load;
    if (section.besideHammers !== undefined) {
      return await measureHammered(load, [mode, ...rest], section.besideHammers, server.pid);
    }
    if (section.besideBulk === undefined) return await putLoad(load(mode, ...rest), server.pid);
    const others = Array.from(
      { length: section.besideBulk },
      () => rateOf(load("bulk", `${SECONDS + 1}`)),
    );
    await new Promise((resolve) => setTimeout(resolve, 500)); // all of them are at it
    const values = await putLoad(load(mode, ...rest), server.pid);
    const rates = await Promise.all(others);
    const bulkMBps = rates.reduce((sum, rate) => sum + rate);
    return { ...values, bulkMBps, bulkShare: Math.min(...rates) / Math.max(...rates) };
  } catch (error) {
    console.error(`${section.title}: ${make.name}: ${(error as Error).message}`);
    return null;
  } finally {
    try {
      server.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await server.status;
  }
}

/** MB/s of one that moves bulk data; 0 if the server let it starve. */
function rateOf([command, ...args]: string[]): Promise<number> {
  return output(command, ...args).then((said) => JSON.parse(said).megabytesPerSecond, () => 0);
}

async function measureHammered(
  load: (mode: string, ...rest: string[]) => string[],
  good: [mode: string, ...rest: string[]],
  how: "close" | "reset",
  serverPid: number,
): Promise<Values> {
  const run = ([command, ...args]: string[]) =>
    output(command, ...args).then((said) => JSON.parse(said).clientsPerSecond as number, () => 0);
  const seconds = `${HAMMER_SECONDS + 1}`;
  const hammers = Array.from({ length: 4 }, () => run(load("hammer", seconds, how)));
  const fresh = run(load("connect", `${HAMMER_SECONDS}`, "1"));
  let mostDescriptors = 0;
  const count = setInterval(() => {
    const descriptors = [...Deno.readDirSync(`/proc/${serverPid}/fd`)].length;
    mostDescriptors = Math.max(mostDescriptors, descriptors);
  }, 100);
  await new Promise((resolve) => setTimeout(resolve, 500)); // all of them are at it
  try {
    const [values, newPerSecond, ...rates] = await Promise.all([
      putLoad(load(...good), serverPid),
      fresh,
      ...hammers,
    ]);
    const hammersPerSecond = rates.reduce((sum, rate) => sum + rate);
    return { ...values, newPerSecond, hammersPerSecond, mostDescriptors };
  } finally {
    clearInterval(count);
  }
}

async function putLoad([command, ...args]: string[], serverPid: number): Promise<Values> {
  const load = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const kill = setTimeout(() => load.kill("SIGKILL"), PATIENCE_MS);
  const values: Values = {};
  const stdin = load.stdin.getWriter();
  let said = "";
  for await (const text of load.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said !== "quiet\n") continue;
    await new Promise((resolve) => setTimeout(resolve, 500));
    values.quietMB = memoryMB(serverPid, "VmRSS");
    await stdin.write(new TextEncoder().encode("\n"));
    said = "";
  }
  const { success } = await load.status;
  clearTimeout(kill);
  await stdin.close().catch(() => {});
  if (!success) throw new Error("it did not bear the load");
  values.residentMB = memoryMB(serverPid, "VmRSS");
  values.peakMB = memoryMB(serverPid, "VmHWM");
  return { ...values, ...JSON.parse(said) };
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(section: Section, results: Map<Make, Values[]>): string {
  const heads = section.columns.flatMap(({ title, ratio }) => ratio ? [title, "ratio"] : [title]);
  const lines = [
    `### ${section.title}\n`,
    `| server | ${heads.join(" | ")} |`,
    `| --- |${" ---: |".repeat(heads.length)}`,
  ];
  const first = results.get(section.makes[0]) ?? [];
  for (const [make, rounds] of results) {
    const cells = section.columns.flatMap(({ of, digits = 0, ratio }) => {
      if (rounds.length === 0) return ratio ? ["failed", ""] : ["failed"];
      const value = median(rounds.map(of));
      const shown = value.toFixed(digits);
      return ratio ? [shown, (value / median(first.map(of))).toFixed(2)] : [shown];
    });
    lines.push(`| ${make.name} | ${cells.join(" | ")} |`);
  }
  return lines.join("\n") + "\n";
}

async function versions(): Promise<string> {
  const said = [`Deno ${Deno.version.deno}`, (await output("gcc", "--version")).split("\n")[0]];
  if (has("go")) {
    said.push((await output("go", "version")).replace(/^go version /, "").split(" ")[0]);
  }
  if (has("node")) said.push(`Node ${await output("node", "--version")}`);
  const model = Deno.readTextFileSync("/proc/cpuinfo").match(/model name\s*: (.*)/)?.[1] ?? "?";
  return `${navigator.hardwareConcurrency} x ${model}, Linux ${Deno.osRelease()}; ${
    said.join(", ")
  }`;
}

async function bench(args: string[]): Promise<number> {
  let rounds = 5; // about eleven minutes in all
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--rounds") rounds = Number(args[++i]);
    else names.push(args[i]);
  }
  const unknown = names.find((name) => !Object.hasOwn(SECTIONS, name));
  if (unknown !== undefined || !(rounds >= 1)) {
    console.error(`Usage: echo_server.ts [--rounds N] [${Object.keys(SECTIONS).join("|")} ...]`);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "tcplab-bench-" });
  try {
    await build(folder);
    const command = ["deno run -A tests/bench/echo_server.ts", ...args].join(" ");
    console.log(`${await versions()}. Median of ${rounds} round(s): \`${command}\`\n`);
    for (const name of names.length > 0 ? names : Object.keys(SECTIONS)) {
      const section = SECTIONS[name];
      const makes = section.makes.filter(({ needs }) => needs === "deno" || has(needs));
      const results = new Map(makes.map((make) => [make, [] as Values[]]));
      for (let round = 0; round < rounds; round++) {
        for (const make of makes) {
          const values = await measure(section, make, folder);
          if (values !== null) results.get(make)!.push(values);
        }
      }
      console.log(table(section, results));
    }
    return 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await bench(Deno.args));
