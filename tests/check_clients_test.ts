import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Outcome } from "../src/check/case.ts";
import { CASES } from "../src/check/cases.ts";
import { runCases } from "../src/check/run_cases.ts";
import { type Kind, languageOf } from "../src/check/subject.ts";
import { CLIENTS } from "./students/clients.ts";
import { build, type Student, toolOf } from "./students/student.ts";
import { has } from "./support.ts";

/** So many programs are tried at a time: each waits most of the time. */
const AT_A_TIME = 3;

for (const kind of ["echo_client", "hello_client"] as const) {
  Deno.test(`check tells the fault of each ${kind} of the readers, and nothing of the right ones`, async () => {
    const students = CLIENTS.filter((student) =>
      student.kind === kind && has(toolOf(student)) && mayBeTried(student)
    );
    const folder = await Deno.makeTempDir();
    const told: Record<string, string[]> = {};
    try {
      const waiting = [...students];
      await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          told[next.file] = await faultsOf(next, folder);
        }
      }));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    const due = students.map(({ file, fails }) => [file, fails]);
    assertEquals(sorted(told), sorted(Object.fromEntries(due)));
  });
}

/** STUDENTS=reads_once.c,reads_twice.c tries these alone. */
function mayBeTried({ file }: Student): boolean {
  const wanted = Deno.env.get("STUDENTS");
  return wanted === undefined || wanted.split(",").includes(file);
}

async function faultsOf(student: Student, folder: string): Promise<string[]> {
  const kind = student.kind as Kind;
  const command = [...await build(student, folder), ...student.args ?? []];
  const port = student.port === undefined ? {} : { fixedPort: student.port };
  const subject = { kind, command, language: languageOf(command), ...port };
  const outcomes = await runCases(CASES[kind], subject, { net: Deno, patienceMs: 5000 });
  return outcomes.filter(isTold).map(toldAs);
}

/** A fault that another case explains is none of its own; one that could not be tried is a mistake of ours. */
function isTold({ finding, explainedBy }: Outcome): boolean {
  if (explainedBy !== undefined) return false;
  return finding.verdict === "fails" || finding.verdict === "slow" || finding.verdict === "skipped";
}

function toldAs({ case: { id }, finding }: Outcome): string {
  return finding.verdict === "fails" ? id : `${id}: ${finding.verdict}, ${finding.note?.en}`;
}

function sorted(record: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
