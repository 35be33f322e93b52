/**
 * Calls of two sides as SVG, downwards in time, with what goes from one to the other.
 *
 * @module
 */

import { formatMs, inLanguage, type LadderFigure, type Lang } from "./figure.ts";
import { arrowHead, cross, label, line, type Picture, type Tone, unitsOf, WIDTH } from "./svg.ts";

/** Room for the times. */
const TIMES = 66;
/** Where both sides stand: as near to the left as their texts allow, and no further to the right. */
const LEFT = 214;
const MOST_LEFT = 268;
/** From the texts of one side to those of the other. */
const BETWEEN = 92;
const LEAST_BETWEEN = 74;

/** Draws a ladder. What does not fit is cut in the middle; the table below has it whole. */
export function ladder({ left, right, steps }: LadderFigure, lang: Lang): Picture {
  const say = (text: Parameters<typeof inLanguage>[0] = "") => inLanguage(text, lang);
  // What stands alone in its row may reach into the other side.
  const standsAlone = (step: LadderFigure["steps"][number]) =>
    step.arrow === undefined && step.right === undefined;
  const beside = steps.filter((step) => !standsAlone(step)).map(({ left }) => unitsOf(say(left)));
  const leftX = Math.min(MOST_LEFT, Math.max(LEFT, TIMES + Math.max(0, ...beside)));
  const rightX = leftX + (leftX > LEFT ? LEAST_BETWEEN : BETWEEN);
  const top = 34, pitch = 28;
  const bottom = top + steps.length * pitch;
  const parts = [
    label(leftX, 14, say(left), { anchor: "end", class: "strong" }),
    label(rightX, 14, say(right), { class: "strong" }),
    line(leftX + 6, 22, leftX + 6, bottom, "stroke plain"),
    line(rightX - 6, 22, rightX - 6, bottom, "stroke plain"),
  ];
  steps.forEach((step, i) => {
    const { left, right, arrow, noticed = 0, atUs } = step;
    const y = top + i * pitch + 12;
    const row = [label(0, y, formatMs(atUs), { class: "small mute" })];
    const room = leftX - TIMES;
    if (left !== undefined && standsAlone(step) && unitsOf(say(left)) > room) {
      row.push(label(TIMES, y, fitting(say(left), WIDTH - TIMES)));
    } else if (left !== undefined) {
      row.push(label(leftX, y, fitting(say(left), room), { anchor: "end" }));
    }
    if (right !== undefined) row.push(label(rightX, y, fitting(say(right), WIDTH - rightX)));
    if (arrow !== undefined) {
      const ends = { from: leftX + 9, to: rightX - 9, y: y - 4, down: noticed * pitch };
      row.push(ladderArrow(arrow, ends));
    }
    parts.push(`<g class="step">${row.join("")}</g>`);
  });
  return { body: parts.join("\n"), height: bottom + 4 };
}

/** The text, or its beginning and its end. */
function fitting(text: string, room: number): string {
  const characters = [...text];
  let shown = text;
  for (let kept = characters.length - 1; unitsOf(shown) > room && kept > 1; kept--) {
    const end = Math.floor(kept / 2);
    shown = characters.slice(0, kept - end).join("") + "…" + characters.slice(-end).join("");
  }
  return shown;
}

function ladderArrow(
  arrow: "right" | "left" | "bounce",
  { from, to, y, down }: { from: number; to: number; y: number; down: number },
): string {
  if (arrow === "bounce") return line(from, y, to - 8, y, "stroke bad dash") + cross(to - 6, y);
  const [tone, start, end]: [Tone, number, number] = arrow === "right"
    ? ["write", from, to]
    : ["read", to, from];
  return line(start, y, end, y + down, `stroke ${tone}`) +
    arrowHead([start, y], [end, y + down], tone);
}
