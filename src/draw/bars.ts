/**
 * Bars for a terminal: a row each, with its number behind it.
 *
 * @module
 */

import { padEnd, padStart, widthOf } from "../cli/columns.ts";
import { type BarsFigure, formatNumber, inLanguage } from "./figure.ts";
import type { LineStyle } from "./paint.ts";

/** Parts of a column, an eighth each. */
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The lines of the figure. */
export function barLines({ bars }: BarsFigure, { lang, width, paint }: LineStyle): string[] {
  const labels = bars.map(({ label }) => inLanguage(label, lang));
  const numbers = bars.map(({ value, shown = formatNumber(value) }) => shown);
  const notes = bars.map(({ note = "" }) => note === "" ? "" : ` ${note}`);
  const widest = (texts: string[]) => Math.max(0, ...texts.map(widthOf));
  const [labelWidth, numberWidth, noteWidth] = [labels, numbers, notes].map(widest);
  const room = Math.max(8, width - labelWidth - numberWidth - noteWidth - 4);
  const most = Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => value));
  return bars.map(({ value }, i) => {
    const eighths = value === 0 ? 0 : Math.max(1, Math.round(value / most * room * 8));
    const bar = "█".repeat(eighths >> 3) + PARTS[eighths & 7];
    const number = padStart(numbers[i], numberWidth);
    return `${padStart(labels[i], labelWidth)}  ${paint("read", padEnd(bar, room))}  ${number}${
      paint("dim", notes[i])
    }`;
  });
}
