/**
 * Bytes as one reads them: as text on one line, and as a hex dump.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import { charactersOf, decode, ESCAPES } from "./byte_text.ts";
import { widthOf } from "./columns.ts";

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
