/** What was due beside what came: the mark stands under the first difference, however wide. */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { charactersOf } from "../src/cli/bytes.ts";
import { excerptOf, firstDifference } from "../src/draw/excerpt.ts";
import { widthOf } from "../src/cli/columns.ts";
import { describe } from "../src/draw/describe.ts";
import { differenceLines } from "../src/draw/difference.ts";
import { type Lang, LANGUAGES } from "../src/draw/figure.ts";

const utf8 = new TextEncoder();

function lines(
  due: Uint8Array | string,
  came: Uint8Array | string,
  width = 76,
  lang: Lang = "en",
) {
  const bytes = (row: Uint8Array | string) => typeof row === "string" ? utf8.encode(row) : row;
  const figure = { kind: "difference", due: bytes(due), came: bytes(came) } as const;
  return differenceLines(figure, { lang, width, paint: (_, text) => text });
}

Deno.test("bytes are text where they are UTF-8, and escapes where not", () => {
  const text = (...bytes: number[]) =>
    charactersOf(new Uint8Array(bytes)).map(({ text }) => text).join("");
  assertEquals(text(...utf8.encode('a"\\\t\r\n\0\x1b中é😀')), 'a\\"\\\\\\t\\r\\n\\0\\x1b中é😀');
  assertEquals(text(0xff, 0x41, 0xe4, 0xb8), "\\xffA\\xe4\\xb8");
  // What stands on the character before it, turns the line around or is not seen at all.
  assertEquals(text(...utf8.encode("e\u0301\u202e\u200b")), "e\\u{301}\\u202e\\u200b");
});

Deno.test("every byte belongs to one character, whatever the bytes are", () => {
  for (let first = 0; first < 256; first++) {
    for (const second of [0x00, 0x41, 0x80, 0xbf, 0xc2, 0xe4, 0xff]) {
      const row = charactersOf(new Uint8Array([first, second, 0x80, 0x41]));
      assertEquals(row[0].from, 0);
      row.slice(1).forEach(({ from }, i) => assertEquals(from, row[i].to));
      assertEquals(row.at(-1)!.to, 4);
    }
  }
});

Deno.test("the mark stands under the first difference, before and behind wide characters", () => {
  assertEquals(lines("hello, world\n", "hello, World\n"), [
    'due   "hello, world\\n"',
    'came  "hello, World\\n"',
    "              ^ byte 8 of 13 is the first that differs",
  ]);
  assertEquals(lines("你好，世界\n", "你好，世间\n"), [
    'due   "你好，世界\\n"',
    'came  "你好，世间\\n"',
    "               ^ byte 13 of 16 is the first that differs",
  ]);
});

Deno.test("nothing, too little and too much are told apart", () => {
  assertEquals(lines("abc\n", ""), ['due   "abc\\n"', "came  nothing"]);
  assertEquals(lines("abc\n", "ab").at(-1), "         ^ no more came: 2 of 4 bytes");
  assertEquals(lines("abc\n", "abc\n\0").at(-1), "            ^ 1 byte too many");
});

Deno.test("what may stand anywhere is looked for, and marked where it breaks off", () => {
  const within = (due: string, came: string) => {
    const [one, other] = [due, came].map((row) => utf8.encode(row));
    const figure = { kind: "difference", due: one, came: other, within: true } as const;
    return differenceLines(figure, { lang: "en", width: 76, paint: (_, text) => text });
  };
  assertEquals(within("Hello World!", "Message from server: Hello\n"), [
    'due   "Hello World!"',
    'came  …Hello\\n"',
    "            ^ only 5 of its 12 bytes stand there",
  ]);
  assertEquals(within("HELLO", "got: hello"), [
    'due   "HELLO"',
    'came  "got: hello"',
    "it does not stand there",
  ]);
  assertEquals(within("HELLO", ""), ['due   "HELLO"', "came  nothing"]);
});

Deno.test("in words it is a sentence for each row, and each says where something is left out", () => {
  const inWords = (due: string, came: string, lang: Lang, within?: true) => {
    const [one, other] = [due, came].map((row) => utf8.encode(row));
    return describe({ kind: "difference", due: one, came: other, within }, lang);
  };
  const [due, came] = ["Hello World!", "Message from server: Hello\n"];
  assertEquals(
    inWords(due, came, "en", true),
    'row due, bytes 12, as text "Hello World!". row came, bytes 27, as text …Hello\\n".',
  );
  assertEquals(
    inWords(due, came, "zh", true),
    '行 预期，字节数 12，内容 "Hello World!"。行 实际，字节数 27，内容 …Hello\\n"。',
  );
  const long = "x".repeat(300);
  assertMatch(inWords(`${long}a`, `${long}b`, "en"), /text …x+a"\. .* text …x+b"\.$/);
});

Deno.test("however long and wide the rows are, they fit, and the mark is right", () => {
  const letters = ["a", "中", "\n", "\xff", "é", "😀", "\\"];
  let seen = 0;
  for (let same = 0; same < 300; same += 7) {
    for (const [i, letter] of letters.entries()) {
      const start = Array.from({ length: same }, (_, at) => letters[(at * 5 + i) % 7]).join("");
      const due = utf8.encode(`${start}${letter}${"x".repeat(same)}`);
      const came = utf8.encode(`${start}-${"中".repeat(300 - same)}`);
      for (const width of [46, 76]) {
        for (const lang of LANGUAGES) {
          const [first, second, marked] = lines(due, came, width, lang);
          for (const line of [first, second]) assert(widthOf(line) <= width, line);
          const column = marked.indexOf("^");
          const columns = widthOf(marked.slice(0, column));
          const [before, behind] = [first, second].map((line) => splitAt(line, columns));
          // Past the names of the rows both are the same up to the mark, and differ there.
          const shared = ([text]: [string, string]) => text.slice(text.search(/["…]/));
          assertEquals(shared(before), shared(behind));
          assert(before[1][0] !== behind[1][0], `${first}\n${second}\n${marked}`);
          seen++;
        }
      }
    }
  }
  assert(seen > 1000);
});

Deno.test("a difference within a character is marked where the character begins", () => {
  const [due, came] = [[0x61, 0xe4, 0xb8, 0xad], [0x61, 0xe4, 0xb8, 0x41]].map((bytes) =>
    new Uint8Array(bytes)
  );
  assertEquals(firstDifference(due, came), 3);
  assertEquals(lines(due, came).slice(0, 2), ['due   "a中"', 'came  "a\\xe4\\xb8A"']);
  assertEquals(lines(due, came)[2].indexOf("^"), 8);
});

Deno.test("of a megabyte only what is near the difference is looked at", () => {
  const due = new Uint8Array(1024 * 1024).fill(0x61);
  const came = due.slice();
  came[900_000] = 0x62;
  const { isCutBefore, before, due: rest } = excerptOf({ due, came }, { room: 60, widthOf });
  assertEquals([isCutBefore, rest.isCut], [true, true]);
  assertEquals([before.at(-1)!.to, rest.characters[0].from], [900_000, 900_000]);
});

/** The text up to this column, and the text from there on. */
function splitAt(line: string, column: number): [string, string] {
  let at = 0;
  for (const character of line) {
    if (widthOf(line.slice(0, at)) >= column) break;
    at += character.length;
  }
  return [line.slice(0, at), line.slice(at)];
}
