/**
 * Bytes as one reads them: as text on one line, as one writes them in a program, and as a
 * hex dump. What passes through a relay, a trace and a difference are drawn with this.
 *
 * @module
 */

import type { Direction } from "../net/net.ts";
import { widthOf } from "./columns.ts";
import { escapeControls } from "./escape.ts";

const LF = 0x0a;

/**
 * Bytes as text on one line in which every byte can be told: UTF-8 as it is, all else in
 * the escapes of C (`\n`, `\0`, `\xff`), a backslash doubled.
 */
export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  // Line by line: one that is UTF-8 as a whole is done at once, and most are.
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(LF, at) + 1 || bytes.length;
    text += lineOf(bytes.subarray(at, end));
    at = end;
  }
  return text;
}

function lineOf(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text === null) return charactersOf(bytes).map(({ text }) => unquoted(text)).join("");
  return escapeControls(text.replace(/[\0\t\n\r\\]/g, (character) => ESCAPES[character]));
}

/** Quotation marks stand for themselves here: none are put around it. */
function unquoted(text: string): string {
  return text === '\\"' ? '"' : text;
}

/** The same in at most so many columns: what is too much is cut, and `…` says so. */
export function cutTextOfBytes(bytes: Uint8Array, width: number): string {
  // A character takes four bytes at most, and one column at least.
  const most = 4 * width + 4;
  if (bytes.length <= most) {
    const whole = textOfBytes(bytes);
    if (widthOf(whole) <= width) return whole;
  }
  let cut = "";
  let columns = 1; // for the sign
  for (const { text } of charactersOf(bytes.subarray(0, most))) {
    columns += widthOf(unquoted(text));
    if (columns > width) break;
    cut += unquoted(text);
  }
  return cut + "…";
}

/** How a line about a piece is to look. */
export interface PieceStyle {
  /** The columns that the line may take. */
  columns: number;
  /** Colour by direction. */
  colour: boolean;
}

// Cyan and yellow are told apart by most eyes, and the words of the line tell it to all.
const COLOURS: Record<Direction, string> = { "to-server": "36", "to-client": "33" };
/** Of a piece so much is shown, however little room its line has. */
const LEAST_COLUMNS = 8;

/** A text in the colour of its direction. */
export function paintByDirection(text: string, direction: Direction): string {
  return `\x1b[${COLOURS[direction]}m${text}\x1b[0m`;
}

/** A line about a piece of bytes: what is to be said of it, and the bytes as far as they fit. */
export function pieceLine(
  piece: { head: string; bytes: Uint8Array; direction: Direction },
  { columns, colour }: PieceStyle,
): string {
  const { head, bytes, direction } = piece;
  const room = Math.max(LEAST_COLUMNS, columns - widthOf(head));
  const line = head + cutTextOfBytes(bytes, room);
  return colour ? paintByDirection(line, direction) : line;
}

/** A hex dump, 16 bytes a line: `00000010  68 65 6c 6c 6f 0a … |hello.|`. */
export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const halves = [hex.slice(0, 8), hex.slice(8)].map((half) => half.join(" ").padEnd(23));
    const text = row.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${halves.join("  ")}  |${text.join("")}|`);
  }
  return lines;
}

/** One character of a row, or the escape that stands for a byte: `a`, `中`, `\n`, `\xff`. */
export interface ByteText {
  text: string;
  /** The byte it begins with, counted from 0. */
  from: number;
  /** The byte behind it. */
  to: number;
}

/** Characters that stand for themselves nowhere in a row. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

// ignoreBOM: it is a character like any other.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The characters of these bytes; `offset`: the number of the first one. */
export function charactersOf(bytes: Uint8Array, offset = 0): ByteText[] {
  const characters: ByteText[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at]);
    const character = decode(bytes.subarray(at, at + length));
    const text = character === null
      ? `\\x${bytes[at].toString(16).padStart(2, "0")}`
      : ESCAPES[character] ?? visible(character);
    const to = at + (character === null ? 1 : length);
    characters.push({ text, from: offset + at, to: offset + to });
    at = to;
  }
  return characters;
}

/** How many bytes a character has that begins so. */
function lengthOf(byte: number): number {
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** The text of bytes that are UTF-8; `null`: they are not. */
function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** What would stand over or within the character before it is escaped, too. */
function visible(character: string): string {
  const escaped = escapeControls(character);
  if (escaped !== character || !/^\p{M}$/u.test(character)) return escaped;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
