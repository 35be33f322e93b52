/**
 * What bench tells, compared whole with the files in tests/reports/: to a person in both
 * languages and widths, and to a script. After a wanted change write them anew, and look at
 * the difference before you commit it:
 *
 *     deno test -A tests/bench_report_test.ts -- --update
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { type Compared, type Figures, ratioOf, spreadOf, wordsOf } from "../src/bench/compare.ts";
import { comparisonOf } from "../src/bench/compare_report.ts";
import { Faults } from "../src/bench/fault.ts";
import { Histogram } from "../src/bench/histogram.ts";
import { comparisonJson, resultJson } from "../src/bench/json_report.ts";
import type { Result } from "../src/bench/measure.ts";
import type { Load } from "../src/bench/measured.ts";
import { sectionOf } from "../src/bench/report.ts";
import { pageWords } from "../src/bench/words.ts";
import { widthOf } from "../src/cli/columns.ts";
import { LANGUAGES, type Section } from "../src/draw/figure.ts";
import { page } from "../src/draw/page.ts";
import { TerminalPrinter } from "../src/draw/terminal.ts";
import { LOAD } from "./bench_support.ts";

const BUSY: Load = {
  ...LOAD,
  connections: 64,
  size: { least: 1, most: 4096 },
  pipeline: 4,
  rate: { perSecond: 20_000, first: 0, step: 1 },
};

/** So many messages, each a little slower than the one before. */
function slower(count: number, { fromMs, times }: { fromMs: number; times: number }): Histogram {
  const histogram = new Histogram();
  for (let i = 0; i < count; i++) histogram.record(fromMs * times ** (i / count));
  return histogram;
}

const RIGHT: Result = {
  durationMs: 5000,
  messages: 100_000,
  bytes: 204_850_000,
  latencies: slower(100_000, { fromMs: 0.08, times: 40 }),
  connects: slower(64, { fromMs: 0.05, times: 10 }),
  late: slower(100_000, { fromMs: 0.001, times: 20 }),
  unsent: 0,
  connections: Array.from({ length: 64 }, (_, i) => ({
    number: i + 1,
    messages: 950 + i * 37 % 64, // in no order, of three digits and of four
    longestMs: 3 + (i === 16 ? 0.2 : i / 1000),
  })),
  faults: {},
  busy: 0.62,
};

const faults = new Faults();
for (let i = 0; i < 3; i++) {
  faults.add({ kind: "wrong", connection: 3, message: 17, byte: 4, due: 0x41, came: 0x0a });
}
faults.add({ kind: "surplus", connection: 1, message: 2, byte: 0, came: 0 });
faults.add({ kind: "closed", connection: 12, message: 1, byte: 0 });
faults.add({
  kind: "reset",
  connection: 5,
  message: 1204,
  byte: 12,
  reason: "Connection reset by peer (os error 104)\u001b[31m",
});
faults.add({ kind: "silent", connection: 9, message: 3, byte: 63 });
faults.add({ kind: "refused", connection: 14 });
faults.add({ kind: "unreachable", connection: 15, reason: "Cannot assign requested address" });
const WRONG: Result = {
  ...RIGHT,
  messages: 60_000,
  unsent: 1234,
  late: slower(100_000, { fromMs: 0.5, times: 40 }),
  connections: RIGHT.connections.slice(0, 12),
  faults: faults.byKind,
  busy: 0.97,
};

const round = (perSecond: number, p50Ms: number, p99Ms: number, share: number): Figures => ({
  perSecond,
  p50Ms,
  p99Ms,
  share,
  faults: {},
});
const COMPARED: Compared[] = [
  {
    command: "./my_server {port}",
    rounds: [round(1000, 0.5, 2, 1), round(2000, 0.4, 3, 0.9), round(1500, 0.6, 2.5, 0.5)],
  },
  {
    command: "tcplab echo_server --forever",
    rounds: [round(1100, 0.4, 4, 1), round(1000, 0.8, 3, 1), round(1500, 0.3, 2, 1)],
  },
];

/** One that answers nothing in its only round, beside one that is wrong. */
const NOTHING: Figures = { perSecond: null, p50Ms: null, p99Ms: null, share: null, faults: {} };
const WRONG_ONES: Compared[] = [
  { command: "./silent", rounds: [{ ...NOTHING, faults: { silent: faults.byKind.silent } }] },
  { command: "./wrong", rounds: [{ ...round(1000, 0.5, 2, 1), faults: faults.byKind }] },
];

const CLOSED: Load = { ...BUSY, rate: undefined, pipeline: 1, size: { least: 64, most: 64 } };
const SECTIONS: Record<string, Section> = {
  right: sectionOf(BUSY, RIGHT),
  wrong: sectionOf(BUSY, WRONG),
  clients: sectionOf({ ...CLOSED, connectOnly: true, connections: 2 }, {
    ...RIGHT,
    late: new Histogram(),
    busy: 0.93,
    connections: RIGHT.connections.slice(0, 2),
  }),
  nothing: sectionOf({ ...CLOSED, lines: true, connections: 1 }, {
    ...RIGHT,
    messages: 0,
    bytes: 0,
    latencies: new Histogram(),
    late: new Histogram(),
    connections: RIGHT.connections.slice(0, 1),
  }),
  compared: comparisonOf(CLOSED, COMPARED),
  alone: comparisonOf(CLOSED, [{ ...COMPARED[0], rounds: COMPARED[0].rounds.slice(0, 1) }]),
  "compared with faults": comparisonOf(CLOSED, WRONG_ONES),
};

for (const lang of LANGUAGES) {
  for (const columns of [80, 50]) {
    Deno.test(`what bench tells in ${columns} columns (${lang}) is as in its file`, async () => {
      const printer = new TerminalPrinter({ lang, columns, colour: false });
      const text = Object.values(SECTIONS).map((section) => printer.section(section)).join("\n");
      const tooWide = text.split("\n").filter((line) => widthOf(line) > columns);
      if (columns === 80) assertEquals(tooWide, []);
      await compare(`bench-${lang}-${columns}.txt`, text);
    });
  }

  Deno.test(`the page of bench has every figure, and its numbers as a table (${lang})`, () => {
    for (const section of Object.values(SECTIONS)) {
      const html = page([section], { words: pageWords("127.0.0.1:9190"), lang });
      const figures = section.scenes.filter(({ figure }) => figure !== undefined);
      assertEquals(html.split("<figure").length - 1, figures.length);
      for (const { title } of section.scenes) assert(html.includes(title[lang]), title[lang]);
      assert(!html.includes("\u001b"));
    }
  });
}

Deno.test("--json tells a run and a comparison", async () => {
  const lines = [
    resultJson(BUSY, RIGHT, { workers: 1 }),
    resultJson(BUSY, WRONG, { workers: 2, command: "./my_server {port}", round: 3 }),
    comparisonJson(COMPARED),
    comparisonJson(WRONG_ONES),
  ].map((line) => JSON.parse(line));
  const pretty = lines.map((line) => JSON.stringify(line, null, 1)).join("\n") + "\n";
  await compare("bench.json.txt", pretty);
});

Deno.test("only a generator that was at work all the time is told to do less", () => {
  const words = (busy: number) => JSON.stringify(sectionOf(BUSY, { ...WRONG, busy }));
  assertMatch(words(0.97), /sent later than it was told.*Try a lower --rate/);
  assertMatch(words(0.01), /sent later than it was told/);
  assert(!words(0.01).includes("Try a lower --rate"));
});

Deno.test("less than a second is told in milliseconds, and one message is no messages", () => {
  const seen = (messages: number, durationMs: number) =>
    sectionOf(CLOSED, { ...RIGHT, messages, durationMs }).verdict.seen;
  assertEquals([seen(10, 4.2).en, seen(1, 999).en], [
    "10 messages in 4.2 ms.",
    "1 message in 999 ms.",
  ]);
  assertEquals([seen(10, 2000).en, seen(10, 2000).zh], [
    "10 messages in 2.0 s.",
    "2.0 秒内 10 条消息。",
  ]);
});

Deno.test("the spread of a figure is its median, and the least and the most", () => {
  assertEquals(spreadOf([3, 1, 2]), { median: 2, least: 1, most: 3 });
  assertEquals(spreadOf([4, 1, 2, 3]), { median: 2.5, least: 1, most: 4 });
  const ratio = ratioOf(COMPARED[1], { to: COMPARED[0], of: (it) => it.perSecond });
  assertEquals(ratio, { median: 1, least: 0.5, most: 1.1 });
});

Deno.test("a command is parted as one types it, and gets its port", () => {
  assertEquals(wordsOf("./a", 5), ["./a", "5"]);
  assertEquals(wordsOf("java Server -p {port}", 5), ["java", "Server", "-p", "5"]);
  assertEquals(wordsOf(`"my server" 'x "y"' ''`, 5), ["my server", 'x "y"', "", "5"]);
  assertEquals(wordsOf("C:\\dir\\a.exe --at=127.0.0.1:{port}", 5), [
    "C:\\dir\\a.exe",
    "--at=127.0.0.1:5",
  ]);
});

async function compare(name: string, text: string): Promise<void> {
  const file = new URL(`reports/${name}`, import.meta.url);
  if (Deno.args.includes("--update")) await Deno.writeTextFile(file, text);
  assertEquals(text, await Deno.readTextFile(file));
}
