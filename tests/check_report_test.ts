/**
 * What check tells, compared whole with the files in tests/reports/: to a person in both
 * languages and widths, to a script, to a grader. After a wanted change write them anew, and
 * look at the difference before you commit it:
 *
 *     deno test -A tests/check_report_test.ts -- --update
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Outcome } from "../src/check/case.ts";
import { caseJson, summaryJson } from "../src/check/json_report.ts";
import { junitOf } from "../src/check/junit_report.ts";
import { tallyOf } from "../src/check/tally.ts";
import { TextReport } from "../src/check/text_report.ts";
import { WORDS } from "../src/check/words.ts";
import { widthOf } from "../src/cli/columns.ts";
import { LANGUAGES } from "../src/draw/figure.ts";
import { OUTCOMES, SUBJECT, TALLY } from "./check_outcomes.ts";
import { PYTHON } from "./server_support.ts";
import { has, start } from "./support.ts";

for (const lang of LANGUAGES) {
  for (const columns of [80, 50]) {
    Deno.test(`what check tells in ${columns} columns (${lang}) is as in its file`, async () => {
      const options = { lang, columns, colour: false, show: columns === 80 };
      const text = new TextReport(options).whole(SUBJECT, { outcomes: OUTCOMES, tally: TALLY });
      const tooWide = text.split("\n").filter((line) => widthOf(line) > columns);
      assertEquals(tooWide, []);
      await compare(`check-${lang}-${columns}.txt`, text);
    });
  }
}

Deno.test("the exit code is 1 where all was skipped or too slow, and says why", () => {
  const note = { en: "no", zh: "否" };
  const untried = OUTCOMES.map((outcome, i): Outcome => ({
    ...outcome,
    finding: { verdict: i % 2 === 0 ? "skipped" : "slow", note },
  }));
  const tallied = (outcomes: Outcome[]) =>
    tallyOf(outcomes, { kind: "echo_server", strict: false, tookMs: 1 });
  const tally = tallied(untried);
  assertEquals(tally.exitCode, 1);
  assertEquals(WORDS.exitCode(1, tally).en, "Exit code 1: nothing could be judged.");
  const holds: Outcome = { ...OUTCOMES[0], finding: { verdict: "holds" } };
  assertEquals(tallied([...untried, holds]).exitCode, 0);
  assertEquals(tallied([]).exitCode, 0);
});

Deno.test("--json tells every case and a summary, and what came exactly", async () => {
  const options = { lang: "en", language: SUBJECT.language, strict: false } as const;
  const text = OUTCOMES.map((outcome) => caseJson(outcome, options)).join("") +
    summaryJson(SUBJECT, { outcomes: OUTCOMES, tally: TALLY });
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const pretty = lines.map((line) => JSON.stringify(line, null, 1)).join("\n") + "\n";
  await compare("check.json.txt", pretty);
  const { due, came } = lines[1];
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  assertEquals(new TextDecoder().decode(bytes(due.base64)), due.text);
  assertEquals(due.text.toUpperCase(), came.text);
});

Deno.test({
  name: "--junit is XML that a reader takes, with what fails, what is skipped and what was said",
  ignore: !has(PYTHON),
  async fn() {
    for (const strict of [false, true]) {
      const strictly = tallyOf(OUTCOMES, { kind: "echo_server", strict, tookMs: 1234 });
      const xml = junitOf(SUBJECT, {
        outcomes: OUTCOMES,
        tally: strictly,
        lang: "en",
        at: new Date(0),
      });
      if (!strict) await compare("check.junit.txt", xml);
      const read = await readXml(xml);
      assertEquals(read.suite.failures, strict ? "3" : "2");
      assertEquals(read.suite.skipped, strict ? "2" : "3");
      assertEquals(read.cases.map(({ children }) => children.join(" ")), [
        "system-out system-err",
        "failure system-out system-err",
        "failure system-out system-err",
        `${strict ? "failure" : "skipped"} system-out system-err`,
        "skipped",
        "skipped",
        "system-out",
      ]);
      assertEquals(
        read.cases[0].out,
        "$ deno run -N shouting_server.ts 9190\nready \\x1b[31m是\\x1b[0m\n",
      );
    }
  },
});

interface ReadXml {
  suite: Record<string, string>;
  cases: { name: string; children: string[]; out: string | null }[];
}

/** What Python's reader makes of it. */
async function readXml(xml: string): Promise<ReadXml> {
  const script = `
import json, sys, xml.etree.ElementTree as tree
suite = tree.fromstring(sys.stdin.buffer.read())[0]
print(json.dumps({"suite": suite.attrib, "cases": [{
  "name": case.attrib["name"],
  "children": [child.tag for child in case if child.tag != "properties"],
  "out": case.findtext("system-out"),
} for case in suite.iter("testcase")]}))`;
  await using reader = start([PYTHON, "-c", script]);
  await reader.type(xml);
  await reader.endInput();
  const { code, stdout, stderr } = await reader.result();
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

async function compare(name: string, text: string): Promise<void> {
  const file = new URL(`reports/${name}`, import.meta.url);
  if (Deno.args.includes("--update")) await Deno.writeTextFile(file, text);
  assertEquals(text, await Deno.readTextFile(file));
}
