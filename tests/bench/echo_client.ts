/**
 * echo_client with a million lines of 20 bytes piped in, against a C echo server
 * with a 1 KiB buffer; beside it a strict C client, one line at a time, and nc,
 * which compares nothing. Interleaved rounds, medians, ratios; then the peak
 * memory for ten times as much, and the start-up of hello_client.
 *
 *     deno run -A tests/bench/echo_client.ts [rounds]
 *
 * Linux; gcc, and nc (netcat-openbsd) for its row.
 *
 * @module
 */

const ROUNDS = Number(Deno.args[0] ?? 5);
const LINES = 1_000_000;
const ROOT = new URL("../../", import.meta.url);
const MAIN = new URL("main.ts", ROOT).pathname;
const HELLO_CLIENT = new URL("src/hello_client.ts", ROOT).pathname;
const PEERS = new URL("peers/", import.meta.url).pathname;
const ENV = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

const folder = await Deno.makeTempDir();
try {
  await build("iterative");
  await build("strict_client");
  const input = await writeLines("input", LINES);
  const large = await writeLines("large", 10 * LINES);
  await printMachine();
  await printThroughput(input);
  await printMemory(input, large);
  await printStartUp();
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function printThroughput(input: string): Promise<void> {
  const deno = `${Deno.execPath()} run -N ${MAIN} echo_client`;
  const candidates: Record<string, (port: number) => string> = {
    "C, one line at a time": (port) => `${folder}/strict_client ${port}`,
    "echo_client": (port) => `${deno} 127.0.0.1 ${port}`,
    "echo_client --quiet": (port) => `${deno} --quiet 127.0.0.1 ${port}`,
    "nc -N (compares nothing)": (port) => `nc -N 127.0.0.1 ${port}`,
  };
  const seconds: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(candidates)) {
      (seconds[name] ??= []).push(await exchange(command, input, LINES));
    }
  }
  const strict = median(seconds["C, one line at a time"]);
  console.log("| client | lines/s | strict C = 1 |\n| --- | --- | --- |");
  for (const [name, all] of Object.entries(seconds)) {
    const middle = median(all);
    const rate = Math.round(LINES / middle / 1000);
    console.log(`| ${name} | ${rate} thousand | ${(strict / middle).toFixed(1)} |`);
  }
}

/** Seconds from start to exit, with as many lines out as went in. */
async function exchange(
  command: (port: number) => string,
  input: string,
  lines: number,
): Promise<number> {
  const server = await startServer();
  const start = performance.now();
  const replies = `${folder}/replies`;
  await shell(`cat ${input} | ${command(server.port)} > ${replies}`);
  const seconds = (performance.now() - start) / 1000;
  await server.stop();
  // "Connected......" is a line too; with --quiet and nc there is none.
  const counted = Number((await shell(`wc -l < ${replies}`)).trim());
  if (counted !== lines && counted !== lines + 1 && !command(0).includes("strict_client")) {
    throw new Error(`${command(server.port)}: ${counted} of ${lines} lines came back`);
  }
  return seconds;
}

async function printMemory(input: string, large: string): Promise<void> {
  console.log("\n| echo_client, peak resident memory | 20 MB | 200 MB |\n| --- | --- | --- |");
  for (const quiet of ["", "--quiet "]) {
    const peaks = [];
    for (const file of [input, large]) {
      const server = await startServer();
      const command =
        `${Deno.execPath()} run -N ${MAIN} echo_client ${quiet}127.0.0.1 ${server.port}`;
      const said = await shell(
        `cat ${file} | (exec python3 -c 'import resource, subprocess, sys; ` +
          `subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); ` +
          `print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' ${command})`,
      );
      peaks.push(`${Math.round(Number(said) / 1024)} MiB`);
      await server.stop();
    }
    console.log(`| ${quiet === "" ? "with the book's words" : "--quiet"} | ${peaks.join(" | ")} |`);
  }
}

async function printStartUp(): Promise<void> {
  const empty = `${folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const to = `127.0.0.1 ${server.addr.port}`;
  const programs = [
    { name: "deno run of an empty file", run: `run ${empty}`, greeted: false },
    { name: "main.ts hello_client", run: `run -N ${MAIN} hello_client ${to}`, greeted: true },
    { name: "src/hello_client.ts", run: `run -N ${HELLO_CLIENT} ${to}`, greeted: true },
  ].map((program) => ({ ...program, times: [] as number[] }));
  for (let round = 0; round < Math.max(21, ROUNDS); round++) {
    for (const { run, greeted, times } of programs) {
      const greeting = greeted ? server.accept().then(greet) : null;
      times.push(await milliseconds(`exec ${Deno.execPath()} ${run}`));
      await greeting;
    }
  }
  console.log("\n| start to exit, ms | least | median | more than the empty file (median) |");
  console.log("| --- | --- | --- | --- |");
  const base = median(programs[0].times);
  for (const { name, times } of programs) {
    const values = [Math.min(...times), median(times), median(times) - base];
    console.log(`| ${name} | ${values.map((ms) => ms.toFixed(1)).join(" | ")} |`);
  }
}

async function greet(conn: Deno.TcpConn): Promise<void> {
  await conn.write(new TextEncoder().encode("Hello World!"));
  conn.close();
}

async function milliseconds(command: string): Promise<number> {
  const start = performance.now();
  await shell(command);
  return performance.now() - start;
}

/** The chapter's server: it serves clients in turn, on a port of its own choice. */
async function startServer(): Promise<{ port: number; stop(): Promise<void> }> {
  const port = freePort();
  const child = new Deno.Command(`${folder}/iterative`, { args: [String(port)], stderr: "null" })
    .spawn();
  for (let tries = 0; tries < 200; tries++) {
    try {
      (await Deno.connect({ port })).close();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

async function build(name: string): Promise<void> {
  await shell(`gcc -O2 -o ${folder}/${name} ${PEERS}${name}.c`);
}

/** A file of lines of 20 bytes, each another number. */
async function writeLines(name: string, lines: number): Promise<string> {
  const path = `${folder}/${name}`;
  await shell(`seq -f '%019.0f' ${lines} > ${path}`);
  return path;
}

async function shell(command: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-o", "pipefail", "-c", command],
    env: ENV,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

async function printMachine(): Promise<void> {
  const load = (await Deno.readTextFile("/proc/loadavg")).split(" ")[0];
  const cores = navigator.hardwareConcurrency;
  console.log(
    `Deno ${Deno.version.deno}, ${Deno.build.target}, ${cores} cores, load ${load}; ` +
      `${ROUNDS} interleaved rounds, medians\n`,
  );
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
