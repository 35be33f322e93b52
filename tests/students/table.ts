/**
 * Tries programs of readers by `tcplab check`, and compares what it names with what it should.
 *
 * @module
 */

import type { Outcome } from "../../src/check/case.ts";
import { CASES } from "../../src/check/cases.ts";
import { runCases } from "../../src/check/run_cases.ts";
import { type Kind, languageOf, type Subject } from "../../src/check/subject.ts";
import { canReset } from "../../src/net/reset.ts";
import { has } from "../support.ts";
import { build, type Student, toolOf } from "./student.ts";

/** So many are tried at a time: much of a check is waiting for what does not come. */
const AT_A_TIME = 2 * navigator.hardwareConcurrency;
/** Before Deno 2.7 no connection can be reset, and what a reset shows is seen or is not. */
const CAN_RESET = await canReset();
const NEEDS_RESET = /\/(reset|next-after-reset|gone-client)$/;

/** What is named of each, where that is not what should be; nothing, where all is right. */
export async function mistakes(students: readonly Student[]): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir();
  const found: Record<string, unknown> = {};
  const waiting = students.filter((student) => has(toolOf(student)) && mayBeTried(student));
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const outcomes = await check(one, folder);
      const due = one.fault === undefined || !canBeSeen(one.fault.id) ? [] : [told(one.fault)];
      const came = [...named(outcomes), ...hiddenBeside(outcomes, one.also ?? [])];
      if (String(came) === String(due)) continue;
      const why = outcomes.filter(({ finding }) => finding.verdict !== "holds")
        .map(({ case: { id }, finding, explainedBy }) => [id, finding, explainedBy]);
      found[`${one.kind}/${one.file}`] = { due, came, why };
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return found;
}

/** Tries one of them, built into `folder`. */
export async function check(student: Student, folder: string): Promise<Outcome[]> {
  const command = [...await build(student, folder), ...student.args ?? []];
  const kind = student.kind as Kind;
  const subject: Subject = {
    kind,
    command,
    language: languageOf(command),
    ...(student.port === undefined ? {} : { fixedPort: student.port }),
  };
  return await runCases(CASES[kind], subject, { net: Deno, patienceMs: 5000 });
}

/** STUDENTS=reads_once.c,reads_twice.c tries these alone. */
function mayBeTried({ file }: Student): boolean {
  const wanted = Deno.env.get("STUDENTS");
  return wanted === undefined || wanted.split(",").includes(file);
}

function canBeSeen(id: string): boolean {
  return CAN_RESET || !NEEDS_RESET.test(id);
}

/** Cases that fail behind another one's back, and that its fault does not break. */
function hiddenBeside(outcomes: Outcome[], also: string[]): string[] {
  return outcomes.filter(({ case: { id }, finding: { verdict }, explainedBy }) =>
    verdict === "fails" && explainedBy !== undefined && canBeSeen(id) && !also.includes(id)
  ).map(({ case: { id }, explainedBy }) => `${id}: as ${explainedBy}`);
}

/** A fault that is told: `echo_server/line: no-reply`. */
function told({ id, cause }: { id: string; cause: string }): string {
  return `${id}: ${cause}`;
}

/** The faults that are told; one that another explains is not. */
function named(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ case: { id }, finding, explainedBy }) => {
    if (explainedBy !== undefined || !canBeSeen(id)) return [];
    if (finding.verdict === "fails") return [told({ id, cause: finding.cause.id })];
    // That a case could not be tried at all is a mistake of ours.
    const isOurs = finding.verdict === "skipped" && finding.note.en.startsWith("could not");
    return isOurs ? [`${id}: ${finding.note.en}`] : [];
  });
}
