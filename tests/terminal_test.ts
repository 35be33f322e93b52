/**
 * Figures in a terminal: the colours of messages, and how wide it is.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { widthOf } from "../src/cli/columns.ts";
import type { Figure, StreamFigure } from "../src/draw/figure.ts";
import {
  colourOf,
  MESSAGE_CODES,
  MESSAGE_COLOURS,
  messageAt,
} from "../src/draw/message_colours.ts";
import { figureLines } from "../src/draw/terminal_figures.ts";
import { tableLines } from "../src/draw/terminal_table.ts";
import { SCRIPT as RELAY_SCRIPT, STYLE as RELAY_STYLE } from "../src/relay/page.ts";
import { picture } from "../src/draw/picture.ts";
import { LIGHT, step, unitsOf, WIDTH } from "../src/draw/svg.ts";
import { has, onTerminal, runToEnd, tcplab } from "./support.ts";

const BYTES = new TextEncoder().encode("hello\nhi!\nTCP\n");
const STREAM: StreamFigure = {
  kind: "stream",
  bytes: BYTES,
  length: BYTES.length,
  messages: [6, 4, 4],
  cuts: [
    { call: "write()", pieces: [6, 4, 4], tone: "write" },
    { call: "read()", pieces: [14], tone: "read" },
  ],
};

/** Each painted part of a line: its colour and its columns, from where to where. */
function painted(figure: Figure, width = 76): { paint: string; from: number; to: number }[][] {
  const paint = (name: string, text: string) => `<${name}>${text}</>`;
  return figureLines(figure, { lang: "en", width, paint }).map((line) => {
    const parts = [];
    let at = 0;
    for (const [, name, inner, plain] of line.matchAll(/<(\w+)>([^<]*)<\/>|([^<]+)/g)) {
      const to = at + widthOf(inner ?? plain);
      if (name !== undefined) parts.push({ paint: name, from: at, to });
      at = to;
    }
    return parts;
  });
}

for (const [width, cell] of [[76, 3], [36, 1]]) {
  Deno.test(`in ${width} columns message 2 has one colour in the write, the bytes and the read`, () => {
    const start = width === 76 ? 14 : 9;
    const ends = [0, 6, 10, 14].map((byte) => start + byte * cell);
    const expected = [0, 1, 2].map((i) => ({ paint: `m${i}`, from: ends[i], to: ends[i + 1] }));
    assertEquals(painted(STREAM, width), [expected, expected, expected]);
  });
}

Deno.test("a stream whose messages are not known has the colours of its calls", () => {
  const { messages: _, ...stream } = STREAM;
  assertEquals(painted(stream).map((row) => row.map(({ paint }) => paint)), [["write"], [], [
    "read",
  ]]);
});

const plain = (_: string, text: string) => text;

Deno.test("in one column a byte, a piece of one byte is one column, too", () => {
  const cuts: StreamFigure["cuts"] = [
    { call: "write()", pieces: [14], tone: "write" },
    { call: "read()", pieces: [1, 2, 3, 8], tone: "read" },
  ];
  assertEquals(figureLines({ ...STREAM, cuts }, { lang: "en", width: 30, paint: plain }), [
    "write()  ├──── 14 ────┤",
    "         hello↵hi!↵TCP↵",
    "read()   │├┤├3┤├─ 8 ──┤",
  ]);
});

Deno.test("a queue that lets in more than there is room for says so, and stays in its columns", () => {
  const figure: Figure = {
    kind: "queue",
    queues: [{ backlog: 15, letIn: 38, next: "waits" }, { backlog: 1, letIn: 2, next: "refused" }],
  };
  const lines = figureLines(figure, { lang: "en", width: 36, paint: plain });
  assertEquals(lines.slice(0, 2), ["backlog 15  ■■■■■■■■■■■┊…□ waits", "backlog  1  ■┊■× refused"]);
  const wide = figureLines(figure, { lang: "en", width: 76, paint: plain });
  assertEquals(wide[1], "backlog  1    ■ ┊ ■ × refused");
  assert(wide[0].includes("■".repeat(2)) === false && wide[0].includes("… □ waits"), wide[0]);
  // So does the picture, with how many they are.
  assert(picture(figure, "en").body.includes(">… 38</text>"));
});

Deno.test("every colour of a message is one on a terminal and one on a page, and begins again", () => {
  assertEquals(MESSAGE_CODES.length, MESSAGE_COLOURS);
  assertEquals(new Set(MESSAGE_CODES).size, MESSAGE_COLOURS);
  assertEquals([0, 5, 6].map(colourOf), ["m0", "m5", "m0"]);
  assertEquals([0, 5, 6, 9, 10, 13, 14].map((byte) => messageAt(byte, [6, 4, 4])), [
    0,
    0,
    1,
    1,
    2,
    2,
    3,
  ]);
});

Deno.test("clients with short names and long ones stand in columns, and all lead to their server", () => {
  const clients = ["client 9", "client 10", "client 111"].map((en, i) => ({
    who: { en, zh: en },
    address: `127.0.0.1:${[9, 50_000, 40_000][i]}`,
  }));
  const figure: Figure = { kind: "endpoints", server: "127.0.0.1:9190", clients };
  assertEquals(figureLines(figure, { lang: "en", width: 76, paint: plain }), [
    "client 9    127.0.0.1:9      ───┐",
    "client 10   127.0.0.1:50000  ───┼──▶  127.0.0.1:9190",
    "client 111  127.0.0.1:40000  ───┘",
  ]);
});

Deno.test("in a picture a byte is its character where it has one, a space too, and else two digits", () => {
  const bytes = new Uint8Array([0x20, 0x61, 0x7e, 0x7f, 0x1f, 0x0a, 0xff]);
  const cuts: StreamFigure["cuts"] = [{ call: "write()", pieces: [7], tone: "write" }];
  const { body } = picture({ kind: "stream", bytes, length: 7, cuts }, "en");
  const labels = [...body.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  assertEquals(labels, ["write()", " ", "a", "~", "7f", "1f", "\\n", "ff", "7 bytes"]);
});

Deno.test("nothing is no step of a picture, and a queue that is just full has none more", () => {
  const queues = [{ backlog: 2, letIn: 2, next: "none" as const }];
  const steps = picture({ kind: "queue", queues }, "en").body.match(/<g class="step"/g);
  assertEquals([step(), steps?.length], ["", 1]);
});

Deno.test("a timeline's times stand within its picture, whenever the last thing happened", () => {
  for (let lastMs = 1; lastMs < 20_000; lastMs = Math.ceil(lastMs * 1.01)) {
    const bars = [{ fromUs: 0, toUs: 1000 * lastMs, state: "waits" as const }];
    const who = { en: "it", zh: "它" };
    const { body } = picture({ kind: "timeline", lanes: [{ who, bars, marks: [] }] }, "en");
    const texts = [...body.matchAll(/<text x="([0-9.]+)"[^>]*text-anchor="middle"[^>]*>([^<]*)/g)];
    assert(texts.length > 2);
    for (const [, middle, text] of texts) {
      assert(Number(middle) + unitsOf(text, 12) / 2 <= WIDTH + 0.1, `${text} of ${lastMs} ms`);
    }
  }
});

Deno.test("the relay's page has the same colours of messages as all pictures", () => {
  const colours = LIGHT.match(/--m[0-9]:#[0-9a-f]+/g)!;
  assertEquals(colours.length, MESSAGE_COLOURS);
  for (const colour of colours) assert(RELAY_STYLE.includes(colour), colour);
  assert(RELAY_SCRIPT.includes(`COLOURS = ${MESSAGE_COLOURS};`));
});

Deno.test("a table breaks the words of its widest column, and becomes a list where that does not do", () => {
  const paint = plain;
  const text = (en: string) => ({ en, zh: en });
  const table = {
    head: [text("layer"), text("task"), text("bytes")],
    rows: [[text("IP"), text("from host to host: it chooses the path"), 20]],
  };
  assertEquals(tableLines(table, { lang: "en", width: 60, paint }), [
    "layer   task                                     bytes",
    "IP      from host to host: it chooses the path      20",
  ]);
  assertEquals(tableLines(table, { lang: "en", width: 36, paint }), [
    "layer   task                   bytes",
    "IP      from host to host:        20",
    "        it chooses the path",
  ]);
  assertEquals(tableLines(table, { lang: "en", width: 24, paint }), [
    "layer: IP",
    "  task: from host to",
    "  host: it chooses the",
    "  path",
    "  bytes: 20",
  ]);
  // A number is never broken.
  const long = { head: [text("what"), text("n")], rows: [["bytes a second", "1,234,567,890,123"]] };
  assertEquals(tableLines(long, { lang: "en", width: 32, paint }), [
    "what                           n",
    "bytes a        1,234,567,890,123",
    "second",
  ]);
});

for (const [columns, most] of [[50, 50], [30, 40], [100, 100], [200, 120]]) {
  Deno.test({
    name: `on a terminal of ${columns} columns the labs take up to ${most} (needs script)`,
    ignore: !has("script"),
    async fn() {
      const [sh, c, line] = ["sh", "-c", `stty cols ${columns}; exec "$@"`];
      const command = [sh, c, line, sh, ...tcplab("labs", "refused")];
      const { stdout } = await runToEnd(onTerminal(command), { env: { NO_COLOR: "1" } });
      const widths = stdout.split(/\r?\n/).map(widthOf);
      assert(Math.max(...widths) <= most && Math.max(...widths) > most - 8, `${widths}`);
    },
  });
}
