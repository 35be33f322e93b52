/** A stranger's bytes on a terminal: the same text however they were cut. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { escapeControls, quote, TerminalText } from "../src/cli/escape.ts";

/** The text of these bytes, in pieces of so many. */
function shown(bytes: Uint8Array, pieceLength: number): string {
  const text = new TerminalText();
  let all = "";
  for (let at = 0; at < bytes.length; at += pieceLength) {
    all += text.push(bytes.subarray(at, at + pieceLength));
  }
  return all + text.end();
}

const CASES: [what: string, sent: string | number[], shown: string][] = [
  ["plain text", "one\ttwo\nthree", "one\ttwo\nthree"],
  ["line endings of both kinds", "a\r\nb\nc\r\n", "a\r\nb\nc\r\n"],
  ["a carriage return that ends no line", "a\rb\r\r\nc\r", "a\\x0db\\x0d\r\nc\\x0d"],
  ["an escape code", "\x1b[2J\x9b", "\\x1b[2J\\x9b"],
  ["what turns the direction", "a\u202eb", "a\\u202eb"],
  ["a byte order mark, also within", "\ufeffa\ufeffb", "\\ufeffa\\ufeffb"],
  ["an emoji of several, joined", "👩\u200d💻!", "👩\u200d💻!"],
  ["an emoji with its form", "☺\ufe0f!", "☺\ufe0f!"],
  ["a joiner between letters, and at the end", "a\u200db\u200d", "a\\u200db\\u200d"],
  ["a character that hides, above U+FFFF", "a\u{e0041}b", "a\\u{e0041}b"],
  ["Chinese", "你好，世界\n", "你好，世界\n"],
  ["what is no UTF-8", [0x61, 0xff, 0x62], "a\ufffdb"],
  ["half a character at the end", [0x61, 0xe4, 0xbd], "a\ufffd"],
];

for (const [what, sent, expected] of CASES) {
  Deno.test(`on a terminal ${what} looks the same however it was cut`, () => {
    const bytes = typeof sent === "string" ? new TextEncoder().encode(sent) : Uint8Array.from(sent);
    for (let length = 1; length <= bytes.length; length++) {
      assertEquals(shown(bytes, length), expected, `in pieces of ${length}`);
    }
  });
}

Deno.test("a character that is whole is shown at once, and waits for nothing that may follow", () => {
  const utf8 = new TextEncoder();
  const text = new TerminalText();
  assertEquals(text.push(utf8.encode("login: ")), "login: ");
  assertEquals(text.push(utf8.encode("你").subarray(0, 2)), "");
  assertEquals(text.push(utf8.encode("你").subarray(2)), "你");
  assertEquals(text.push(utf8.encode("a\r")), "a");
  assertEquals(text.push(utf8.encode("\n")), "\r\n");
  assertEquals(text.end(), "");
});

Deno.test("in quotation marks a text is on one line, and nothing in it acts", () => {
  assertEquals(quote("a\nb\x07\u200b"), '"a\\nb\\x07\\u200b"');
  assertEquals(escapeControls("a\nb\tc\r"), "a\nb\tc\\x0d");
});
