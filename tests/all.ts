/**
 * Runs all tests: those that do not mind beside one another, then the others
 * alone. `deno task test` is this program.
 *
 *     deno run --allow-all tests/all.ts [option of deno test, or test file ...]
 *
 * Prints `N passed, N failed` last. The exit code is 1 if any has failed.
 *
 * @module
 */

import { writeAll } from "../src/framing.ts";
import { DENO, ROOT } from "./support.ts";

/** Files that need the machine to themselves, or would be too much for others beside them. */
const ALONE = new Set([
  "bulk_test.ts", // moves data as fast as it goes
  "fairness_test.ts", // a thousand busy clients
  "faults_test.ts", // memory and CPU time of servers, full tables of descriptors
]);

const files = Deno.args.filter((arg) => arg.endsWith(".ts"));
const options = Deno.args.filter((arg) => !arg.endsWith(".ts"));
if (files.length === 0) {
  for (const { name } of Deno.readDirSync(new URL("tests/", ROOT))) {
    if (name.endsWith("_test.ts")) files.push(`tests/${name}`);
  }
  files.sort();
}

const isAlone = (file: string) => ALONE.has(file.replace(/^.*[\\/]/, ""));
const beside = await run(["--parallel"], files.filter((file) => !isAlone(file)));
const alone = await run([], files.filter(isAlone));
const failed = beside.failed + alone.failed;
console.log(`${beside.passed + alone.passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

/** `deno test` of these files, and how many tests passed and failed. */
async function run(how: string[], files: string[]): Promise<{ passed: number; failed: number }> {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const child = new Deno.Command(DENO, {
    args: ["test", "--allow-all", ...how, ...options, ...files],
    cwd: ROOT,
    env: {
      // One more than there are cores: many a test waits for something.
      DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1),
      ...(Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {}),
    },
    stdout: "piped",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true });
    await writeAll(Deno.stdout, bytes);
  }
  const { success } = await child.status;
  // deno-lint-ignore no-control-regex
  const plain = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const counts = plain.match(/^(?:ok|FAILED) \| ([0-9]+) passed.*\| ([0-9]+) failed/m) ?? [0, 0, 0];
  const [passed, failed] = [Number(counts[1]), Number(counts[2])];
  // One that did not get as far as its sum has failed, too.
  return { passed, failed: success ? failed : Math.max(failed, 1) };
}
