/**
 * How the lines of a figure are painted on a terminal.
 *
 * @module
 */

import type { Lang } from "./figure.ts";

/** What a part of a line stands for; each has a colour. */
export type Paint = "bold" | "dim" | "write" | "read" | "line" | "waits" | "good" | "bad";

/** What a figure is told of the terminal. */
export interface LineStyle {
  lang: Lang;
  /** The columns that it may take. */
  width: number;
  /** The text with its colour, or as it is where there are no colours. */
  paint(paint: Paint, text: string): string;
}
