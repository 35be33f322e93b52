/**
 * Runs the tests: those that do not mind beside one another, then the others
 * alone. `deno task test` is this program. With `--executables` (`deno task
 * test:executables`) it runs those that build some, which takes minutes and Deno's
 * runtime for executables; with `--tools` (`deno task test:tools`) those of check and relay that
 * start many programs or a browser; with `--students` (`deno task test:students`) those that try
 * `tcplab check` on every program of tests/students, which takes minutes, too.
 *
 *     deno run --allow-all tests/all.ts [--executables | --tools | --students] [option of deno test, or test file ...]
 *
 * Types are not checked here: `deno check` does that once for all.
 * Prints `N passed, N failed` last. The exit code is 1 if any has failed.
 *
 * @module
 */

import { writeAll } from "../src/framing.ts";
import { DENO, ROOT } from "./support.ts";

/** Files that build executables. */
const EXECUTABLES = new Set([
  "compile_test.ts",
  "executables_test.ts",
  "executables_permissions_test.ts",
  "release_test.ts",
]);

/** Files that start check or relay beside many other programs, or go through pages in a browser. */
const TOOLS = new Set([
  "check_command_test.ts",
  "check_own_test.ts",
  "check_page_test.ts",
  "check_process_test.ts",
  "check_stopped_test.ts",
  "relay_ends_test.ts",
  "relay_load_test.ts",
  "relay_page_test.ts",
  "relay_programs_test.ts",
  "slides_test.ts",
]);

/** Files that check every program of tests/students. */
const STUDENTS = new Set([
  "check_servers_test.ts",
  "check_clients_test.ts",
]);

/** Files that need the machine to themselves, or would be too much for others beside them. */
const ALONE = new Set([
  "bulk_test.ts", // moves data as fast as it goes
  "fairness_test.ts", // a thousand busy clients
  "relay_load_test.ts", // the same, and two thousand connections
]);

/**
 * Files with a process of their own, beside the others. Files side by side are threads of one process,
 * and a child that one of them starts has the listeners of all until its exec(): what was closed, and is
 * to be refused, is let in.
 */
const APART = new Set(["labs_test.ts"]);

/**
 * Files that take longest, for they wait for limits to be over: they begin first, or the others would
 * have ended long before them.
 */
const LONGEST = ["bench_test.ts", "standstill_test.ts", "silence_test.ts", "faults_test.ts"];

/** Signals that stop the tests, and what a shell makes of a program that such a one has ended. */
const EXIT_CODES: Partial<Record<Deno.Signal, number>> = Deno.build.os === "windows"
  ? { SIGINT: 130, SIGBREAK: 149 }
  : { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** So long the tests have to end by themselves, when they are stopped. */
const GRACE_MS = 2000;

const encoder = new TextEncoder();
const parts = ["--executables", "--tools", "--students"];
const part = parts.find((part) => Deno.args.includes(part));
const args = Deno.args.filter((arg) => !parts.includes(arg));
const files = args.filter((arg) => arg.endsWith(".ts"));
const options = args.filter((arg) => !arg.endsWith(".ts"));
if (files.length === 0) {
  for (const { name } of Deno.readDirSync(new URL("tests/", ROOT))) {
    if (name.endsWith("_test.ts") && partOf(name) === part) files.push(`tests/${name}`);
  }
  files.sort();
}

const shared = await Deno.makeTempDir({ prefix: "tcplab-tests-" });
const environment = {
  // More than there are cores: most tests wait for something most of their time. A job is a thread
  // with a memory of its own.
  DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(Math.min(3 * navigator.hardwareConcurrency, 16)),
  // What is made once for all files: the executables.
  TCPLAB_TEST_FOLDER: shared,
  // What a test that is stopped leaves goes with it.
  TMPDIR: shared,
  TMP: shared, // Windows
  TCPLAB_PYTHON: await pythonItself(),
  ...(Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {}),
};
const underWay = new Set<Deno.ChildProcess>();
let stopped: Deno.Signal | undefined;
let ending: Promise<unknown> | undefined;
for (const signal of Object.keys(EXIT_CODES) as Deno.Signal[]) {
  Deno.addSignalListener(signal, () => {
    stopped ??= signal;
    if (underWay.size > 0) ending ??= Promise.all([...underWay].map(end));
  });
}
let failed = 1;
try {
  const nameOf = (file: string) => file.replace(/^.*[\\/]/, "");
  const isAlone = (file: string) => ALONE.has(nameOf(file));
  const isApart = (file: string) => APART.has(nameOf(file));
  const rank = (file: string) => LONGEST.toReversed().indexOf(nameOf(file));
  files.sort((a, b) => rank(b) - rank(a));
  const sums = await Promise.all([
    run(["--parallel"], files.filter((file) => !isAlone(file) && !isApart(file))),
    run([], files.filter(isApart)),
  ]);
  sums.push(await run([], files.filter(isAlone)));
  const total = (of: "passed" | "failed") => sums.reduce((sum, counts) => sum + counts[of], 0);
  failed = total("failed");
  if (stopped === undefined) console.log(`${total("passed")} passed, ${failed} failed`);
} finally {
  await ending;
  await removeAll(shared);
}
if (stopped !== undefined) Deno.exit(EXIT_CODES[stopped]);
Deno.exit(failed === 0 ? 0 : 1);

/** Which part of the tests a file belongs to; `undefined`: `deno task test`. */
function partOf(name: string): string | undefined {
  if (EXECUTABLES.has(name)) return "--executables";
  if (TOOLS.has(name)) return "--tools";
  return STUDENTS.has(name) ? "--students" : undefined;
}

/** Where python3 really is: what the PATH has may be a script that looks for it, at every start. */
async function pythonItself(): Promise<string> {
  try {
    const { success, stdout } = await new Deno.Command("python3", {
      args: ["-c", "import sys; print(sys.executable)"],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : "";
  } catch {
    return ""; // there is none
  }
}

/** `deno test` of these files, and how many tests passed and failed. */
async function run(how: string[], files: string[]): Promise<{ passed: number; failed: number }> {
  if (files.length === 0 || stopped !== undefined) return { passed: 0, failed: 0 };
  const noCheck = options.some((option) => /^--(no-)?check/.test(option)) ? [] : ["--no-check"];
  // A checkout runs without a lock, or its first run would fetch the tools of the tests, too. What
  // the tests load is compared with it.
  const lock = options.includes("--no-lock") ? [] : ["--lock=deno.lock", "--frozen"];
  const child = new Deno.Command(DENO, {
    args: ["test", "--allow-all", ...noCheck, ...lock, ...how, ...options, ...files],
    cwd: ROOT,
    env: environment,
    stdin: "null",
    stdout: "piped",
    // A group of processes of its own, so that all that the tests have started can be ended.
    detached: Deno.build.os !== "windows",
  }).spawn();
  underWay.add(child);
  let text = "";
  let shown = 0;
  const decoder = new TextDecoder();
  const show = async (end: number) => {
    const lines = encoder.encode(text.slice(shown, end));
    shown = end;
    await writeAll(Deno.stdout, lines);
  };
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true });
    // Whole lines: another one may print beside this one.
    await show(text.lastIndexOf("\n") + 1);
  }
  await show(text.length);
  const { success } = await child.status;
  underWay.delete(child);
  // deno-lint-ignore no-control-regex
  const plain = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const counts = plain.match(/^(?:ok|FAILED) \| ([0-9]+) passed.*\| ([0-9]+) failed/m) ?? [0, 0, 0];
  const [passed, failed] = [Number(counts[1]), Number(counts[2])];
  // One that did not get as far as its sum has failed, too.
  return { passed, failed: success ? failed : Math.max(failed, 1) };
}

/** Ends the tests under way, with all that they have started. */
async function end(child: Deno.ChildProcess): Promise<void> {
  const kill = (signal: Deno.Signal) => {
    try {
      Deno.kill(Deno.build.os === "windows" ? child.pid : -child.pid, signal);
    } catch {
      // All have ended.
    }
  };
  kill("SIGTERM");
  await Promise.race([child.status, new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
  kill("SIGKILL");
}

/** Removes a folder, in which one that was just ended may yet have been writing. */
async function removeAll(folder: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
