/**
 * What of a scene fits on a slide, which is 60 units wide and about 34 high: one unit is the size
 * of its letters, 32 px where 1920×1080 are projected. From the last row that is readable.
 *
 * @module
 */

import { widthOf } from "../cli/columns.ts";
import { WIDTH } from "./svg.ts";

/** What is left for a picture and its text below the title, and between both edges. */
const HIGH = 25.5;
const WIDE = 54;
/** In a smaller picture letters would be smaller than those of the text. */
const LEAST = WIDTH / 12 + 0.1;
/** A line of text, and what is between two paragraphs. */
const LINE = 1.4;
const GAP = 0.6;

/** What stands on a slide: a picture of so many of its own units, paragraphs, and lines of code. */
export interface SlideContent {
  height?: number;
  texts: string[];
  lines: number;
}

/**
 * How the scene is laid out as a slide: how wide its picture is, as an attribute; and whether its
 * text needs a slide of its own behind that of the picture.
 */
export function slideOf({ height, texts, lines }: SlideContent): {
  isApart: boolean;
  style: string;
} {
  if (height === undefined) return { isApart: false, style: "" };
  // A column of a terminal is half a unit wide.
  const linesOf = (text: string) => Math.ceil(widthOf(text) * 0.53 / WIDE);
  const below = texts.reduce((sum, text) => sum + linesOf(text) * LINE + GAP, 0) +
    (lines === 0 ? 0 : lines * LINE + 2 * GAP);
  const wide = (high: number) => Math.min(WIDE, high * WIDTH / height);
  const isApart = below > 0 && wide(HIGH - below) < LEAST;
  const width = Math.max(LEAST, wide(isApart ? HIGH : HIGH - below));
  return { isApart, style: ` style="--wide:${width.toFixed(1)}rem"` };
}
