/**
 * Calls of two sides as SVG, downwards in time, with what goes from one to the other.
 *
 * @module
 */

import { formatMs, inLanguage, type LadderFigure, type Lang } from "./figure.ts";
import {
  arrowHead,
  box,
  cross,
  label,
  line,
  type Picture,
  step,
  type Tone,
  unitsOf,
  WIDTH,
} from "./svg.ts";

/** Room for the times, or for the numbers of the steps. */
const TIMES = 66;
const NUMBERS = 24;
/** Where both sides stand: as near to the left as their texts allow, and no further to the right. */
const LEFT = 214;
const MOST_LEFT = 268;
/** From the texts of one side to those of the other. */
const BETWEEN = 92;
const LEAST_BETWEEN = 74;
/** The one in the middle, and the way to it and from it. */
const MIDDLE = 104;
const WAY = 36;
const TOP = 34;
const PITCH = 25;

/** Draws a ladder. What does not fit is cut in the middle; the table below has it whole. */
export function ladder(figure: LadderFigure, lang: Lang): Picture {
  const { left, middle, right, steps, untimed } = figure;
  const say = (text: Parameters<typeof inLanguage>[0] = "") => inLanguage(text, lang);
  const times = untimed ? NUMBERS : TIMES;
  const { leftX, rightX } = placesOf(figure, { times, lang });
  const bottom = TOP + steps.length * PITCH;
  const parts = [
    label(leftX, 14, say(left), { anchor: "end", class: "strong" }),
    label(rightX, 14, say(right), { class: "strong" }),
    line(leftX + 6, 22, leftX + 6, bottom, "stroke plain"),
    line(rightX - 6, 22, rightX - 6, bottom, "stroke plain"),
    ...(middle === undefined
      ? []
      : [label((leftX + rightX) / 2, 14, say(middle), { anchor: "middle", class: "strong" })]),
  ];
  steps.forEach((it, i) => {
    const { left, right, arrow, noticed = 0, atUs } = it;
    const y = TOP + i * PITCH + 12;
    const row = [label(0, y, untimed ? String(i + 1) : formatMs(atUs), { class: "small mute" })];
    const room = leftX - times;
    if (left !== undefined && standsAlone(it) && unitsOf(say(left)) > room) {
      row.push(label(times, y, fitting(say(left), WIDTH - times)));
    } else if (left !== undefined) {
      row.push(label(leftX, y, fitting(say(left), room), { anchor: "end" }));
    }
    if (right !== undefined) row.push(label(rightX, y, fitting(say(right), WIDTH - rightX)));
    if (it.middle !== undefined) row.push(...middleBox(it, { x: leftX + WAY, y, lang }));
    if (arrow === "in" || arrow === "out") {
      const from = arrow === "in" ? leftX + 9 : rightX - WAY + 3;
      const to = from + WAY - 12;
      const tone = arrow === "in" ? "write" : "read";
      row.push(
        line(from, y - 4, to, y - 4, `stroke ${tone}`),
        arrowHead([from, y - 4], [to, y - 4], tone),
      );
    } else if (arrow !== undefined) {
      const ends = { from: leftX + 9, to: rightX - 9, y: y - 4, down: noticed * PITCH };
      row.push(ladderArrow(arrow, ends));
    }
    parts.push(step(...row));
  });
  return { body: parts.join("\n"), height: bottom + 4 };
}

/** What stands alone in its row may reach into the other side. */
function standsAlone({ arrow, middle, right }: LadderFigure["steps"][number]): boolean {
  return arrow === undefined && middle === undefined && right === undefined;
}

/** Where the texts of the left side end, and those of the right one begin. */
function placesOf(
  { middle, steps }: LadderFigure,
  { times, lang }: { times: number; lang: Lang },
): { leftX: number; rightX: number } {
  const beside = steps.filter((step) => !standsAlone(step)).map(({ left = "" }) =>
    unitsOf(inLanguage(left, lang))
  );
  const needed = times + Math.max(0, ...beside);
  if (middle !== undefined) return { leftX: needed + 4, rightX: needed + 4 + MIDDLE + 2 * WAY };
  const leftX = Math.min(MOST_LEFT, Math.max(LEFT, needed));
  return { leftX, rightX: leftX + (leftX > LEFT ? LEAST_BETWEEN : BETWEEN) };
}

/** What the one in the middle holds: full once something came in. */
function middleBox(
  { middle = "", arrow }: LadderFigure["steps"][number],
  { x, y, lang }: { x: number; y: number; lang: Lang },
): string[] {
  const style = arrow === "in" ? "tint line" : "stroke plain dash";
  return [
    box({ x, y: y - 15, width: MIDDLE, height: 21 }, style),
    label(x + MIDDLE / 2, y, inLanguage(middle, lang), { anchor: "middle", class: "small" }),
  ];
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
