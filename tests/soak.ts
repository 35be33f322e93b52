/**
 * An echo_server under good and bad clients for a while (default: 60 s, at most
 * that). Not a part of the tests; Linux, with python3:
 *
 *     deno run -A tests/soak.ts [seconds]
 *
 * Ends with exit code 1 if a good client lost a byte, if a descriptor stays
 * open, or if memory keeps growing.
 *
 * @module
 */

import { writeAll } from "../src/framing.ts";
import { connect, echo, python, readAll, talk } from "./server_support.ts";
import { runToEnd, start, tcplab } from "./support.ts";

const MOST_SECONDS = 60;
const GOOD_CLIENTS = 20;
const MIB = 1024 * 1024;
/** What the memory of a steady program may swing by. */
const MOST_GROWTH = 8 * MIB;
/** V8 doubles the young part of its heap once, in one step of 27 MiB that may come late: not here. */
const STEADY_HEAP = "--v8-flags=--max-semi-space-size=4";

const seconds = Math.min(MOST_SECONDS, Number(Deno.args[0] ?? MOST_SECONDS));
const deadline = performance.now() + seconds * 1000;
const counts = { exchanges: 0, bytes: 0, lost: 0, halfClosed: 0, resets: 0, floods: 0, silent: 0 };

const options = ["--forever", "--concurrent", "500", "--backlog", "500"];
options.push("--json", "--idle-timeout", "2s", "--max-duration", "5s");
const [deno, run, ...program] = tcplab("echo_server", ...options, "0");
await using server = start([deno, run, STEADY_HEAP, ...program]);
const [, portText] = await server.printed(/"listening".*"port":([0-9]+)/);
const port = Number(portText);

await talk(port, "warm");
await server.printed('"closed"');
const descriptorsBefore = descriptors();

/** Does it again and again until the time is over. */
async function again(round: () => Promise<void>): Promise<void> {
  while (performance.now() < deadline) await round();
}

/** Echoes of all sizes on one connection, each compared. */
async function good(): Promise<void> {
  using conn = await connect(port);
  for (let i = 0; i < 20; i++) {
    const text = "0123456789abcdef".repeat(1 + Math.floor(Math.random() ** 4 * 2000));
    const back = await echo(conn, text);
    counts.exchanges++;
    counts.bytes += text.length;
    if (back !== text) counts.lost++;
  }
}

/** All of a megabyte, with the half closed while the echo is under way. */
async function halfClosing(): Promise<void> {
  using conn = await connect(port);
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const sending = (async () => {
    for (let i = 0; i < 16; i++) await writeAll(conn, bytes);
    await conn.closeWrite();
  })();
  const back = await readAll(conn);
  await sending;
  counts.halfClosed++;
  counts.bytes += back.length;
  if (back.length !== 16 * bytes.length) counts.lost++;
  else if (!back.every((byte, i) => byte === bytes[i % bytes.length])) counts.lost++;
}

async function resetting(): Promise<void> {
  for (const when of ["idle", "blocked", "before-accept"]) {
    const { code, stderr } = await runToEnd(python("reset.py", port, when, 10));
    if (code !== 0) console.error(stderr);
    counts.resets += 10;
  }
}

async function flooding(): Promise<void> {
  await using client = start(python("flood.py", port, 50_000_000));
  await client.printed(/\n/);
  counts.floods++;
}

/** Sends nothing, until the server hangs up. */
async function silent(): Promise<void> {
  using conn = await connect(port);
  if ((await readAll(conn)).length === 0) counts.silent++;
}

const memory: number[] = [];
async function watching(): Promise<void> {
  memory.push(residentBytes());
  await new Promise((resolve) => setTimeout(resolve, 500));
}

await Promise.all([
  ...Array.from({ length: GOOD_CLIENTS }, () => again(good)),
  ...Array.from({ length: 3 }, () => again(halfClosing)),
  ...Array.from({ length: 5 }, () => again(silent)),
  again(resetting),
  again(flooding),
  again(watching),
]);

// What is still connected is hung up on, by --idle-timeout.
const patience = performance.now() + 10_000;
while (descriptors() > descriptorsBefore && performance.now() < patience) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const leaked = descriptors() - descriptorsBefore;
// The first third warms up: the heap finds its size.
const settled = memory.slice(Math.floor(memory.length / 3));
const half = Math.ceil(settled.length / 2);
const early = median(settled.slice(0, half));
const late = median(settled.slice(half));
server.kill("SIGTERM");
const { code, stdout } = await server.result();

console.log(`${seconds} s: ${JSON.stringify(counts)}`);
console.log(`summary of the server: ${stdout.trimEnd().split("\n").at(-1)}`);
console.log(`exchanges with a wrong or missing byte: ${counts.lost}`);
console.log(`descriptors left open: ${leaked}`);
console.log(
  `resident memory, median: ${mib(early)} then ${mib(late)}; most ${mib(Math.max(...memory))}`,
);
const ok = code === 0 && counts.lost === 0 && leaked <= 0 && late - early < MOST_GROWTH &&
  counts.exchanges > 0 && counts.halfClosed > 0;
console.log(ok ? "ok" : "FAILED");
Deno.exit(ok ? 0 : 1);

function descriptors(): number {
  return [...Deno.readDirSync(`/proc/${server.pid}/fd`)].length;
}

function residentBytes(): number {
  const status = Deno.readTextFileSync(`/proc/${server.pid}/status`);
  return Number(status.match(/VmRSS:\s+([0-9]+) kB/)![1]) * 1024;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}
