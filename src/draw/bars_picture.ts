/**
 * Bars as SVG: a row each, with its number behind it.
 *
 * @module
 */

import { type BarsFigure, formatNumber, inLanguage, type Lang } from "./figure.ts";
import { box, label, type Picture, step, unitsOf, WIDTH } from "./svg.ts";

const PITCH = 22;
const HEIGHT = 14;
/** Of names, numbers and notes. */
const SIZE = 12;
const GAP = 8;
/** A bar for more than none is seen. */
const LEAST = 1.5;

/** Draws the rows. */
export function bars({ bars }: BarsFigure, lang: Lang): Picture {
  const labels = bars.map(({ label }) => inLanguage(label, lang));
  const behind = bars.map(({ value, shown = formatNumber(value), note = "" }) =>
    `${shown} ${note}`.trimEnd()
  );
  const widest = (texts: string[]) => Math.max(0, ...texts.map((text) => unitsOf(text, SIZE)));
  const start = widest(labels) + GAP;
  const room = Math.max(40, WIDTH - start - widest(behind) - GAP);
  const most = Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => value));
  const body = bars.map(({ value }, row) => {
    const y = row * PITCH + 4;
    const width = value === 0 ? 0 : Math.max(LEAST, value / most * room);
    return step(
      label(start - GAP, y + 11, labels[row], { anchor: "end", class: "small" }),
      ...(width === 0
        ? []
        : [box({ x: start, y, width, height: HEIGHT, radius: 2 }, "tint read even")]),
      label(start + width + GAP / 2, y + 11, behind[row], { class: "small mute" }),
    );
  });
  return { body: body.join("\n"), height: bars.length * PITCH + 4 };
}
