/**
 * A stream of bytes for a terminal: the calls that cut it above and below, every byte in the
 * colour of its message.
 *
 * @module
 */

import { padEnd } from "../cli/columns.ts";
import { formatNumber, inLanguage, type StreamFigure } from "./figure.ts";
import { colourOf, messageAt } from "./message_colours.ts";
import { type LineStyle, namesWidth } from "./paint.ts";

/** The lengths of so many pieces stand in their bar. */
const FEW_PIECES = 4;
/** The columns of a byte, where there is room for them. */
const CELL = 3;

/** The lines of a stream. */
export function streamLines(figure: StreamFigure, style: LineStyle): string[] {
  const { bytes: all, length, datagrams, cuts, messages = [] } = figure;
  const { lang, width, paint } = style;
  const names = cuts.map(({ call, pieces }) =>
    inLanguage(call, lang) + (pieces.length > 1 && all === undefined ? ` ${pieces.length}×` : "")
  );
  const label = namesWidth(names, width);
  const bar = width - label - 2;
  // Few bytes are shown one by one, in three columns each or in one.
  const cell = all === undefined ? 0 : [CELL, 1].find((cell) => length * cell <= bar + 2) ?? 0;
  const bytes = cell === 0 ? undefined : all;
  const row = (name: string, picture: string) => padEnd(name, label) + picture;
  /** A row of cells, each byte of it in the colour of its message. */
  const byMessage = (picture: string, tone?: "write" | "read" | "line") => {
    if (messages.length === 0) return tone === undefined ? picture : paint(tone, picture);
    const cells = [...picture];
    let painted = "";
    for (let at = 0, message = 0; at < length; message++) {
      const to = Math.min(length, at + (messages[message] ?? length));
      painted += paint(
        colourOf(messageAt(at, messages)),
        cells.slice(at * cell, to * cell).join(""),
      );
      at = to;
    }
    return painted;
  };
  const rows = cuts.map(({ pieces, tone }, i) =>
    row(
      names[i],
      bytes === undefined
        ? paint(tone, tally(pieces, { cell: bar / length, bar }))
        : byMessage(brackets(pieces, cell), tone),
    )
  );
  const shown = bytes === undefined
    ? "█".repeat(bar)
    : byMessage(byteCells(bytes, { cell, datagrams: datagrams ? cuts[0].pieces : [] }));
  return [rows[0], row("", shown), ...rows.slice(1)];
}

/** `├── 6 ──┤├─ 4 ─┤`: pieces of a few bytes, each in its own bracket. */
function brackets(pieces: number[], cell: number): string {
  return pieces.map((bytes) => {
    const inner = bytes * cell - 2;
    if (inner < 0) return "│";
    const number = formatNumber(bytes);
    const text = inner >= number.length + 4 ? ` ${number} ` : inner < number.length ? "" : number;
    const before = Math.floor((inner - text.length) / 2);
    return `├${"─".repeat(before)}${text}${"─".repeat(inner - text.length - before)}┤`;
  }).join("");
}

/** `├──┼─ 6 ─┼────┤`: a mark at every cut, and how long the pieces are where they are few. */
function tally(pieces: number[], { cell, bar }: { cell: number; bar: number }): string {
  const line = Array(bar).fill("─");
  let at = 0;
  let from = 0;
  pieces.forEach((bytes, i) => {
    at += bytes;
    const isLast = i === pieces.length - 1;
    const to = isLast ? bar - 1 : Math.min(bar - 2, Math.max(1, Math.round(at * cell)));
    if (!isLast) line[to] = "┼";
    const text = ` ${formatNumber(bytes)} `;
    if (pieces.length <= FEW_PIECES && to - from - 1 >= text.length) {
      line.splice(Math.floor((from + to + 1 - text.length) / 2), text.length, ...text);
    }
    from = to;
  });
  return ["├", ...line.slice(1, -1), "┤"].join("");
}

/** ` h  e  l  l  o \n`, or `hello↵` where there is less room; a datagram in brackets of its own. */
function byteCells(
  bytes: Uint8Array,
  { cell, datagrams }: { cell: number; datagrams: number[] },
): string {
  if (cell === 1) {
    return [...bytes].map((byte) =>
      byte === 0x0a ? "↵" : byte < 0x20 || byte > 0x7e ? "·" : String.fromCharCode(byte)
    ).join("");
  }
  const cells = [...bytes].map((byte) =>
    byte === 0x0a
      ? "\\n "
      : byte < 0x20 || byte > 0x7e
      ? `${byte.toString(16).padStart(2, "0")} `
      : ` ${String.fromCharCode(byte)} `
  );
  let at = 0;
  for (const length of datagrams) {
    cells[at] = "[" + cells[at].slice(1);
    cells[at + length - 1] = cells[at + length - 1].slice(0, 2) + "]";
    at += length;
  }
  return cells.join("");
}
