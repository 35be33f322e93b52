/**
 * Our own five programs, tried by `tcplab check` as a reader's would be.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { NO_RESET } from "../src/check/case.ts";
import { CASES } from "../src/check/cases.ts";
import { KINDS } from "../src/check/subject.ts";
import { runToEnd, tcplab } from "./support.ts";

export { KINDS };

/** Every case of it holds with --strict, or is a note, and none was left out. */
export async function assertRight(
  kind: typeof KINDS[number],
  command: string[],
  by: (...args: string[]) => [string, ...string[]] = checker,
): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(
    // A longer patience than by default: other tests run beside this one.
    by("check", kind, "--strict", "--json", "--timeout", "30s", "--", ...command),
    { patienceMs: 600_000 },
  );
  const told: { id?: string; weight?: string; verdict?: string; note?: string | null }[] = stdout
    .trim().split("\n")
    .map((line) => JSON.parse(line));
  const cases = told.filter(({ id }) => id !== undefined);
  assertEquals(cases.map(({ id }) => id), CASES[kind].map(({ id }) => id), stdout + stderr);
  // What this system or this Deno cannot try is told as such, and never is a book case.
  const wrong = cases.filter(({ verdict }) => verdict !== "holds" && verdict !== "note");
  assertEquals(wrong, [], stdout);
  // Of a right program there is nothing to remark, but where a case is there to tell how it is.
  const remarks = cases.filter(({ weight, note }) =>
    weight !== "note" && (note ?? NO_RESET.en) !== NO_RESET.en
  );
  assertEquals(remarks, [], stdout);
  assert(code === 0, stderr);
}

function checker(...args: string[]): [string, ...string[]] {
  const [deno, run, ...rest] = tcplab(...args);
  return [deno, run, "--allow-run", "--no-prompt", ...rest];
}
