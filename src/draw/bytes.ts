/**
 * Bytes as one reads them: as text on one line, and as a hex dump.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import { widthOf } from "./columns.ts";

const NAMED: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\\": "\\\\",
};

// ignoreBOM: it is a character like any other.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Bytes as text on one line in which every byte can be told: UTF-8 as it is, all else in
 * the escapes of C (`\n`, `\0`, `\xff`), a backslash doubled.
 */
export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = lengthByLead(bytes[at]);
    const character = decoded(bytes.subarray(at, at + length));
    text += character === null ? hexOf(bytes[at]) : NAMED[character] ?? character;
    at += character === null ? 1 : length;
  }
  return escapeControls(text);
}

/** The same in at most so many columns: what is too much is cut, and `…` says so. */
export function cutTextOfBytes(bytes: Uint8Array, width: number): string {
  // A character takes four bytes at most, and one column at least.
  const text = textOfBytes(bytes.subarray(0, 4 * width + 4));
  if (widthOf(text) <= width && bytes.length <= 4 * width + 4) return text;
  let cut = "";
  let columns = 1; // for the sign
  for (const [escape] of text.matchAll(/\\(?:x[0-9a-f]{2}|u\{[0-9a-f]+\}|u[0-9a-f]{4}|.)|./gu)) {
    columns += widthOf(escape);
    if (columns > width) break;
    cut += escape;
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

/** How many bytes the character has that begins with this one, if it is one. */
function lengthByLead(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function hexOf(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
