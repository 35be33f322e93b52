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
import type { Case, Cause, Outcome } from "../src/check/case.ts";
import { caseJson, summaryJson } from "../src/check/json_report.ts";
import { junitOf } from "../src/check/junit_report.ts";
import { runCases } from "../src/check/run_cases.ts";
import type { Subject } from "../src/check/subject.ts";
import { tallyOf } from "../src/check/tally.ts";
import { TextReport } from "../src/check/text_report.ts";
import { receive, send } from "../src/check/trial.ts";
import { widthOf } from "../src/draw/columns.ts";
import { LANGUAGES } from "../src/draw/figure.ts";
import { PYTHON } from "./server_support.ts";
import { DENO, has, pathOf, start } from "./support.ts";

const utf8 = new TextEncoder();

/** A cause that is told in two languages. */
const CAPITALS: Cause = {
  id: "capitals",
  in: {
    c: {
      why: { en: "toupper() changes what came.", zh: "toupper() 改动了收到的内容。" },
      cure: "write(sock, buf, n);",
    },
    javascript: {
      why: {
        en: "toUpperCase() changes what came; and what is no text does not survive the way to a " +
          "string and back.",
        zh: "toUpperCase() 改动了收到的内容；而且不是文本的字节，转成字符串再转回来就不一样了。",
      },
      cure: "const n = await conn.read(buffer);\nawait conn.write(buffer.subarray(0, n));",
    },
  },
};

const PIECES: Cause = {
  id: "pieces",
  in: {
    c: {
      why: { en: "One read() is no message.", zh: "一次 read() 不等于一条消息。" },
      cure: "loop",
    },
  },
};

/** Cases of every outcome, on a program with a fault that shows. */
const CASES: Case[] = [
  {
    id: "echo_server/digits",
    section: "4.3.2",
    weight: "book",
    title: { en: "Digits come back exactly", zh: "数字原样返回" },
    async run(trial) {
      const { first } = await trial.startServer();
      await send(first, utf8.encode("1 2 3\n"), trial);
      const { bytes } = await receive(first, { bytes: 6, ...trial });
      assertEquals(new TextDecoder().decode(bytes), "1 2 3\n");
      return { verdict: "holds" };
    },
  },
  {
    id: "echo_server/words",
    section: "4.3.2",
    weight: "book",
    lab: "boundary",
    title: {
      en: "A line of words in any language comes back exactly, however long it is",
      zh: "任何语言的一行文字，不论多长，都原样返回",
    },
    async run(trial) {
      const { first } = await trial.startServer();
      const due = utf8.encode('"中文" 与 1, 2, 3 \\ hello, world\n');
      await send(first, due, trial);
      const { bytes: came } = await receive(first, { bytes: due.length, ...trial });
      return {
        verdict: "fails",
        cause: CAPITALS,
        seen: {
          en: "A line was sent, and it came back in capitals.",
          zh: "发送的一行变成了大写。",
        },
        differ: { what: { en: "the reply to the line", zh: "对这一行的回复" }, due, came },
      };
    },
  },
  {
    id: "echo_server/more-words",
    section: "4.3.2",
    weight: "book",
    title: { en: "Three more lines come back exactly", zh: "再发三行也原样返回" },
    async run(trial) {
      const { first } = await trial.startServer();
      first.close();
      return {
        verdict: "fails",
        cause: CAPITALS,
        seen: { en: "Nor did they.", zh: "也不是。" },
      };
    },
  },
  {
    id: "echo_server/cut",
    section: "4.3.3",
    weight: "robust",
    listingFails: true,
    title: { en: "A line in two pieces is one line", zh: "分成两段的一行仍是一行" },
    async run(trial) {
      const { first } = await trial.startServer();
      first.close();
      return {
        verdict: "fails",
        cause: PIECES,
        seen: { en: "It was shown as two.", zh: "显示成了两行。" },
        cut: { bytes: utf8.encode("hello, you\n"), writes: [5, 6], shown: [5, 6] },
      };
    },
  },
  {
    id: "echo_server/slow",
    section: "4.3.3",
    weight: "robust",
    title: { en: "It is as fast as light", zh: "它和光一样快" },
    run: () => Promise.resolve({ verdict: "slow", note: { en: "1 byte/s", zh: "每秒 1 字节" } }),
  },
  {
    id: "echo_server/impossible",
    section: "4.4 (7)",
    weight: "robust",
    title: { en: "It does what cannot be tried", zh: "它能做无法测试的事" },
    run: () => Promise.reject(new Error("no such system")),
  },
  {
    id: "echo_server/clients",
    section: "4.3.2",
    weight: "note",
    title: { en: "How many clients it serves", zh: "它服务多少个客户端" },
    run: () =>
      Promise.resolve({
        verdict: "holds",
        note: {
          en: "serves clients one after the other, and goes on after the fifth",
          zh: "逐个服务客户端，第五个之后仍继续",
        },
      }),
  },
];

const SUBJECT: Subject = {
  kind: "echo_server",
  command: [DENO, "run", "-N", pathOf("tests/peers/shouting_server.ts")],
  language: "javascript",
};

const outcomes = steady(await runCases(CASES, SUBJECT, { net: Deno, patienceMs: 60_000 }));
const STEADY_SUBJECT = { ...SUBJECT, command: ["deno", "run", "-N", "shouting_server.ts"] };
const tally = tallyOf(outcomes, { kind: "echo_server", strict: false, tookMs: 1234 });

for (const lang of LANGUAGES) {
  for (const columns of [80, 50]) {
    Deno.test(`what check tells in ${columns} columns (${lang}) is as in its file`, async () => {
      const options = { lang, columns, colour: false, show: columns === 80 };
      const text = new TextReport(options).whole(STEADY_SUBJECT, { outcomes, tally });
      const tooWide = text.split("\n").filter((line) => widthOf(line) > columns);
      assertEquals(tooWide, []);
      await compare(`check-${lang}-${columns}.txt`, text);
    });
  }
}

Deno.test("--json tells every case and a summary, and what came exactly", async () => {
  const options = { lang: "en", language: SUBJECT.language, strict: false } as const;
  const text = outcomes.map((outcome) => caseJson(outcome, options)).join("") + summaryJson(tally);
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
      const strictly = tallyOf(outcomes, { kind: "echo_server", strict, tookMs: 1234 });
      const xml = junitOf(STEADY_SUBJECT, {
        outcomes,
        tally: strictly,
        lang: "en",
        at: new Date(0),
      });
      if (!strict) await compare("check.xml", xml);
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

/** Without what differs from run to run, and from machine to machine. */
function steady(outcomes: Outcome[]): Outcome[] {
  const plain = (text: string) =>
    text.replaceAll(DENO, "deno").replaceAll(pathOf("tests/peers/"), "")
      .replace(/\b[23][0-9]{4}\b/g, "9190").replace(/from 127.*/, "from 127.0.0.1:54321");
  return outcomes.map((outcome) => ({
    ...outcome,
    tookMs: 50,
    steps: outcome.steps.map((step, i) => ({
      ...step,
      text: plain(step.text),
      atUs: 1000 * (i + 1),
    })),
    printed: outcome.printed.map((one) => ({ ...one, command: one.command.map(plain) })),
  }));
}
