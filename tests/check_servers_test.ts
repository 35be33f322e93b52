/**
 * `tcplab check` on servers of readers: of each it names exactly the fault, and
 * of the right ones nothing.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Outcome } from "../src/check/case.ts";
import { CASES } from "../src/check/cases.ts";
import { runCases } from "../src/check/run_cases.ts";
import { type Kind, languageOf, type Subject } from "../src/check/subject.ts";
import { CHILD_ENV } from "./support.ts";
import { SERVERS } from "./students/servers.ts";
import { build, type Student, toolOf } from "./students/student.ts";

/** Much of a check is waiting for what does not come. */
const AT_A_TIME = navigator.hardwareConcurrency;
/** Before Deno 2.7 no connection can be reset, and what only a reset shows is not seen. */
const CAN_RESET = "resetAndDestroy" in (await import("node:net")).Socket.prototype;
const NEEDS_RESET =
  /^(echo_server\/reset|hello_server_iterative\/next-after-reset|.*\/gone-client)$/;

async function check(student: Student, folder: string): Promise<Outcome[]> {
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

async function hasTool(tool: string): Promise<boolean> {
  try {
    const command = new Deno.Command(tool, { args: ["--version"], env: CHILD_ENV });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

/** The faults that are told, by the ids of their cases. */
function told(outcomes: Outcome[]): string[] {
  return outcomes.filter(({ finding, explainedBy }) =>
    finding.verdict === "fails" && explainedBy === undefined
  ).map((outcome) => outcome.case.id);
}

/** What each of them is told, where that is not what it should be. */
async function mistakes(students: Student[]): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir();
  const found: Record<string, unknown> = {};
  const waiting = [...students];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      if (!await hasTool(toolOf(one))) continue;
      const outcomes = await check(one, folder);
      const due = one.fails.filter((id) => CAN_RESET || !NEEDS_RESET.test(id));
      const came = told(outcomes);
      if (String(came) === String(due)) continue;
      const why = outcomes.filter(({ finding }) => finding.verdict !== "holds")
        .map(({ case: { id }, finding }) => [id, finding]);
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

for (const kind of ["echo_server", "hello_server", "hello_server_iterative"]) {
  const students = SERVERS.filter((student) => student.kind === kind);

  Deno.test(`check names nothing in the right ones of readers' ${kind}`, async () => {
    assertEquals(await mistakes(students.filter(({ fails }) => fails.length === 0)), {});
  });

  Deno.test(`check names the one fault of each wrong ${kind}, and nothing else`, async () => {
    assertEquals(await mistakes(students.filter(({ fails }) => fails.length > 0)), {});
  });
}
