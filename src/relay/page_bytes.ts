/**
 * The bytes of a piece as the page of a relay shows them. One function, which is sent to the browser
 * as its own text, like the one of page_script.ts.
 *
 * @module
 */

import type { LanePiece } from "./kept_pieces.ts";

/** A piece that was handed on, whose bytes are told. */
export type WrittenPiece = LanePiece & { data: string; message: number };

/** Bytes that follow one another. */
export interface PiecePart {
  bytes: number[];
  from: number;
  message: number;
}

/** Makes what shows bytes. */
export function bytesOnPage() {
  const bytesOf = (data: string): number[] => [...atob(data)].map((c) => c.charCodeAt(0));

  /** What is known of a piece: its first bytes, and if it is longer its last ones. */
  function partsOf({ data, end, from, bytes, message }: WrittenPiece): PiecePart[] {
    const start = { bytes: bytesOf(data), from, message };
    if (!end) return [start];
    const last = bytesOf(end.data);
    return [start, { bytes: last, from: from + bytes - last.length, message: end.message }];
  }
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /** The character that begins with this byte, in so many bytes; one that is cut is ▪ a byte. */
  function characterAt(data: number[], i: number): { text: string; length: number } {
    const byte = data[i];
    if (byte === 10) return { text: "↵", length: 1 };
    if (byte === 32) return { text: "␣", length: 1 };
    if (byte > 32 && byte < 127) return { text: String.fromCharCode(byte), length: 1 };
    const length = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (length > 1 && i + length <= data.length) {
      try {
        const text = utf8.decode(new Uint8Array(data.slice(i, i + length)));
        if (!HIDDEN.test(text) && !/\p{M}/u.test(text)) return { text, length };
      } catch {
        // It is none.
      }
    }
    return { text: "▪", length: 1 };
  }
  /** What acts or hides, instead of standing there. */
  const HIDDEN = /\p{C}|\p{Z}|\p{Default_Ignorable_Code_Point}/u;
  /** The text, safe to look at: what acts or hides as an escape, a space as itself. */
  const shownText = (text: string) =>
    [...JSON.stringify(text).slice(1, -1)].map((character) =>
      character === " " || !HIDDEN.test(character)
        ? character
        : `\\u{${character.codePointAt(0)!.toString(16)}}`
    ).join("");

  /** A hex dump of a part of a piece. */
  function hexOf({ bytes, from }: PiecePart, piece: WrittenPiece): string {
    const rows = [];
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.slice(at, at + 16);
      const hex = row.map((byte: number) => byte.toString(16).padStart(2, "0")).join(" ");
      const text = row.map((byte: number) =>
        byte > 31 && byte < 127 ? String.fromCharCode(byte) : "."
      ).join("");
      const place = (from - piece.from + at).toString(16).padStart(4, "0");
      rows.push(`${place}  ${hex.padEnd(47)}  ${text}`);
    }
    return rows.join("\n");
  }

  return { partsOf, characterAt, shownText, hexOf };
}
