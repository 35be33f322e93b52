// How fast the executables start and how large they are, beside an empty program compiled in the same
// way: `deno run -A tests/bench/executables.ts [rounds]`. Wants what the tests of executables want
// (tests/executables.ts), and xz, zstd and gzip for the compressed sizes.
//
// The candidates take turns, so that a busy minute touches all alike. Each run is a process from its
// start to its exit; hello_client connects to a server in this process and prints its greeting.

import { built, compiler, EXE, TEMPORARY } from "../executables.ts";
import { has } from "../support.ts";

const ROUNDS = Number(Deno.args[0] ?? 41);

if (compiler === null) Deno.exit(1);
const folder = await built();
const empty = await compileEmpty();
const greeter = Deno.listen({ hostname: "127.0.0.1", port: 0 });
greet(greeter);
const to = ["127.0.0.1", String(greeter.addr.port)];
const link = `${TEMPORARY}/hello_client`;
await Deno.symlink(`${folder}/tcplab${EXE}`, link);

const candidates: [name: string, command: string, ...args: string[]][] = [
  ["empty program", empty],
  ["hello_client", `${folder}/hello_client${EXE}`, ...to],
  ["tcplab hello_client", `${folder}/tcplab${EXE}`, "hello_client", ...to],
  ["link to tcplab", link, ...to],
  ["tcplab --version", `${folder}/tcplab${EXE}`, "--version"],
];
const times = candidates.map(() => [] as number[]);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, [, command, ...args]] of candidates.entries()) {
    const start = performance.now();
    const { success } = await new Deno.Command(command, { args, stdin: "null" }).output();
    const ms = performance.now() - start;
    if (!success) throw new Error(`${candidates[i][0]} failed`);
    if (round > 0) times[i].push(ms); // the first one warms up the disk
  }
}
greeter.close();

console.log(`Start to exit, ms, ${ROUNDS} rounds in turns (${compiler.deno})\n`);
console.log("                        least  median  more than empty (least, median)");
for (const [i, [name]] of candidates.entries()) {
  const [least, median] = figures(times[i]);
  const [leastEmpty, medianEmpty] = figures(times[0]);
  console.log(
    `${name.padEnd(22)}${column(least)}${column(median, 8)}` +
      `${column(least - leastEmpty, 9)}${column(median - medianEmpty, 8)}`,
  );
}

const bare = (await Deno.stat(compiler.env.DENORT_BIN ?? empty)).size;
console.log(`\nSize, bytes (${compiler.env.DENORT_BIN ? "denort" : "empty program"} ${bare})\n`);
for (const name of ["hello_client", "echo_server", "tcplab"]) {
  const { size } = await Deno.stat(`${folder}/${name}${EXE}`);
  console.log(`${name.padEnd(16)}${size}, ${size - bare} more`);
}
console.log("\ntcplab compressed, MB\n");
for (const command of [["gzip", "-9"], ["zstd", "-19"], ["xz", "-9"]]) {
  if (!has(command[0])) continue;
  const [program, level] = command;
  const { stdout } = await new Deno.Command(program, {
    args: [level, "-c", `${folder}/tcplab${EXE}`],
  }).output();
  console.log(`${command.join(" ").padEnd(16)}${(stdout.length / 1e6).toFixed(1)}`);
}

function figures(ms: number[]): [least: number, median: number] {
  const sorted = ms.toSorted((a, b) => a - b);
  return [sorted[0], sorted[sorted.length >> 1]];
}

function column(ms: number, width = 7): string {
  return ms.toFixed(1).padStart(width);
}

async function compileEmpty(): Promise<string> {
  const cwd = `${TEMPORARY}/empty`;
  await Deno.mkdir(cwd);
  await Deno.writeTextFile(`${cwd}/empty.js`, "");
  const args = ["compile", "-q", "--no-config", "--no-check", "--no-code-cache", "--no-prompt"];
  const { success } = await new Deno.Command(compiler!.deno, {
    args: [...args, "--output", `${cwd}/empty${EXE}`, "empty.js"],
    cwd,
    env: compiler!.env as Record<string, string>,
  }).output();
  if (!success) throw new Error("Cannot compile an empty program");
  return `${cwd}/empty${EXE}`;
}

async function greet(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) {
    await conn.write(new TextEncoder().encode("Hello World!"));
    conn.close();
  }
}
