/**
 * How the lines of a figure are painted on a terminal.
 *
 * @module
 */

import { widthOf } from "../cli/columns.ts";
import type { Lang } from "./figure.ts";

/** What a part of a line stands for; each has a colour. */
export type Paint =
  | "bold"
  | "dim"
  | "write"
  | "read"
  | "line"
  | "waits"
  | "good"
  | "bad"
  | `m${number}`;

/** What a figure is told of the terminal. */
export interface LineStyle {
  lang: Lang;
  /** The columns that it may take. */
  width: number;
  /** The text with its colour, or as it is where there are no colours. */
  paint(paint: Paint, text: string): string;
}

/** Where the picture begins, after the names of its rows: the same in all, if there is room. */
const NAMES = 14;
const WIDE = 60;

/** The columns that the names of rows take, with the space behind them. */
export function namesWidth(names: string[], width: number): number {
  const needed = Math.max(...names.map(widthOf)) + 2;
  return width >= WIDE ? Math.max(NAMES, needed) : needed;
}
