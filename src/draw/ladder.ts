/**
 * Calls of two sides for a terminal, downwards in time: in two columns with arrows
 * between them, or one below the other where the terminal is too narrow for that.
 *
 * @module
 */

import { padEnd, padStart, widthOf, wrap } from "../cli/columns.ts";
import { formatMs, inLanguage, type LadderFigure } from "./figure.ts";
import type { LineStyle } from "./paint.ts";

/** Columns of a time, and of the arrow between both sides. */
const TIME = 8;
const ARROW = 9;

/** The lines of a ladder. */
export function ladderLines(figure: LadderFigure, style: LineStyle): string[] {
  const { left, right, steps } = figure;
  const say = (text: Parameters<typeof inLanguage>[0] = "") => inLanguage(text, style.lang);
  // What stands alone in its row may reach into the other side.
  const beside = steps.filter(({ arrow, right }) => arrow !== undefined || right !== undefined);
  const column = Math.max(widthOf(say(left)), ...beside.map(({ left }) => widthOf(say(left))));
  const before = TIME + 2 + column + 2 + ARROW + 2;
  const wide = Math.max(
    before + widthOf(say(right)),
    ...steps.map((step) =>
      beside.includes(step) ? before + widthOf(say(step.right)) : TIME + 2 + widthOf(say(step.left))
    ),
  );
  return wide > style.width ? oneColumn(figure, style) : twoColumns(figure, style, column);
}

function twoColumns(
  { left, right, steps }: LadderFigure,
  { lang, paint }: LineStyle,
  column: number,
): string[] {
  const say = (text: Parameters<typeof inLanguage>[0] = "") => inLanguage(text, lang);
  const arrows = {
    right: paint("write", "────────▶"),
    left: paint("read", "◀────────"),
    bounce: paint("bad", "───────▶×"),
  };
  const head = `${padEnd(say(left), column + ARROW + 4)}${say(right)}`;
  return [
    `${" ".repeat(TIME + 2)}${paint("bold", head)}`,
    ...steps.map(({ left, right, arrow, atUs }) => {
      const middle = arrow === undefined ? " ".repeat(ARROW) : arrows[arrow];
      const time = paint("dim", padStart(formatMs(atUs), TIME));
      return `${time}  ${padEnd(say(left), column)}  ${middle}  ${say(right)}`;
    }),
  ];
}

function oneColumn(
  { left, right, steps }: LadderFigure,
  { lang, width, paint }: LineStyle,
): string[] {
  const say = (text: Parameters<typeof inLanguage>[0] = "") => inLanguage(text, lang);
  const arrows = {
    right: paint("write", "──▶"),
    left: paint("read", "◀──"),
    bounce: paint("bad", "─▶×"),
  };
  const indent = TIME + 2 + 3 + 1;
  const colon = lang === "zh" ? "：" : ": ";
  return [
    `${" ".repeat(indent)}${paint("bold", `${say(left)} ──▶ ${say(right)}`)}`,
    ...steps.flatMap((step) => {
      const name = step.left === undefined ? say(right) + colon : "";
      const theirs = step.right === undefined ? "" : name + say(step.right);
      const words = [say(step.left), theirs].filter((part) => part !== "").join("  ");
      const [first, ...more] = wrap(words, width - indent);
      const time = paint("dim", padStart(formatMs(step.atUs), TIME));
      const middle = step.arrow === undefined ? "   " : arrows[step.arrow];
      return [`${time}  ${middle} ${first}`, ...more.map((line) => " ".repeat(indent) + line)];
    }),
  ];
}
