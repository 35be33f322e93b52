/**
 * Tables for a terminal: in columns, or each row as a list where it is too narrow for that.
 *
 * @module
 */

import { padEnd, padStart, widthOf, wrap } from "../cli/columns.ts";
import { inLanguage, type Table } from "./figure.ts";
import type { LineStyle } from "./paint.ts";

/** Between two columns. */
const GAP = 3;
/** A column of words may become so narrow; it is broken into lines then. */
const LEAST_WORDS = 12;

/** The lines of a table. */
export function tableLines({ head, rows }: Table, { lang, width, paint }: LineStyle): string[] {
  const say = (cell: Parameters<typeof inLanguage>[0]) => inLanguage(cell, lang);
  const names = head.map(say);
  const cells = rows.map((row) => row.map(say));
  const widths = names.map((name, i) =>
    Math.max(widthOf(name), ...cells.map((row) => widthOf(row[i])))
  );
  const numeric = names.map((_, i) => cells.every((row) => /^(✗ ?)?[0-9]/.test(row[i])));
  const room = width - GAP * (names.length - 1);
  const most = fittingWidths(widths, { room, fixed: numeric });
  if (most === null) return listLines(names, cells, { lang, width, paint });
  const lines = (row: string[]) => {
    const parts = row.map((cell, i) => wrap(cell, most[i]));
    const height = Math.max(...parts.map((part) => part.length));
    return Array.from(
      { length: height },
      (_, line) =>
        parts.map((part, i) => (numeric[i] ? padStart : padEnd)(part[line] ?? "", most[i])).join(
          " ".repeat(GAP),
        ).trimEnd(),
    );
  };
  return [...lines(names).map((line) => paint("dim", line)), ...cells.flatMap(lines)];
}

/** The widths of the columns, the widest ones of words narrowed; `null`: there is no room. */
function fittingWidths(
  widths: number[],
  { room, fixed }: { room: number; fixed: boolean[] },
): number[] | null {
  const fitting = [...widths];
  const sum = () => fitting.reduce((total, n) => total + n, 0);
  while (sum() > room) {
    const words = fitting.map((n, i) => fixed[i] || n <= LEAST_WORDS ? 0 : n);
    const widest = words.indexOf(Math.max(...words));
    if (words[widest] === 0) return null;
    fitting[widest]--;
  }
  return fitting;
}

/** Each row by itself: its first cell, and below it what the others are. */
function listLines(
  names: string[],
  rows: string[][],
  { lang, width, paint }: LineStyle,
): string[] {
  const colon = lang === "zh" ? "：" : ": ";
  return rows.flatMap(([first, ...others]) => [
    ...wrap(`${names[0]}${colon}${first}`, width).map((line) => paint("bold", line)),
    ...others.flatMap((cell, i) =>
      cell === ""
        ? []
        : wrap(`${names[i + 1]}${colon}${cell}`, width - 2).map((line) => `  ${line}`)
    ),
  ]);
}
