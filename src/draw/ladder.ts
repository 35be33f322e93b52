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

/** Columns of an arrow where somebody stands in the middle. */
const SHORT_ARROW = 5;

/** The lines of a ladder. */
export function ladderLines(figure: LadderFigure, style: LineStyle): string[] {
  const { left, middle, right, steps } = figure;
  const say = (text: Said) => inLanguage(text ?? "", style.lang);
  // What stands alone in its row may reach into the other side.
  const beside = steps.filter(({ arrow, middle, right }) =>
    arrow !== undefined || middle !== undefined || right !== undefined
  );
  const columns = {
    left: Math.max(widthOf(say(left)), ...beside.map(({ left }) => widthOf(say(left)))),
    middle: Math.max(widthOf(say(middle)), ...steps.map(({ middle }) => widthOf(say(middle)))),
  };
  const between = middle === undefined ? ARROW + 4 : 2 * (SHORT_ARROW + 4) + columns.middle;
  const before = timeWidth(figure) + 2 + columns.left + between;
  const wide = Math.max(
    before + widthOf(say(right)),
    ...steps.map((step) =>
      beside.includes(step)
        ? before + widthOf(say(step.right))
        : timeWidth(figure) + 2 + widthOf(say(step.left))
    ),
  );
  if (wide > style.width) return oneColumn(figure, style);
  return middle === undefined
    ? twoColumns(figure, style, columns.left)
    : threeColumns(figure, style, columns);
}

type Said = Parameters<typeof inLanguage>[0] | undefined;

function timeWidth({ untimed }: LadderFigure): number {
  return untimed ? 2 : TIME;
}

/** When a step was, or its number where only the order matters. */
function timeOf(figure: LadderFigure, i: number): string {
  const time = figure.untimed ? String(i + 1) : formatMs(figure.steps[i].atUs);
  return padStart(time, timeWidth(figure));
}

function twoColumns(figure: LadderFigure, { lang, paint }: LineStyle, column: number): string[] {
  const { left, right, steps } = figure;
  const say = (text: Said) => inLanguage(text ?? "", lang);
  const arrows: Arrows = {
    right: paint("write", "────────▶"),
    left: paint("read", "◀────────"),
    bounce: paint("bad", "───────▶×"),
  };
  const head = `${padEnd(say(left), column + ARROW + 4)}${say(right)}`;
  return [
    `${" ".repeat(timeWidth(figure) + 2)}${paint("bold", head)}`,
    ...steps.map(({ left, right, arrow }, i) => {
      const middle = arrows[arrow!] ?? " ".repeat(ARROW);
      return `${paint("dim", timeOf(figure, i))}  ${padEnd(say(left), column)}  ${middle}  ${
        say(right)
      }`;
    }),
  ];
}

/** How arrows are drawn, as far as they are. */
type Arrows = Partial<Record<NonNullable<LadderFigure["steps"][number]["arrow"]>, string>>;

function threeColumns(
  figure: LadderFigure,
  { lang, paint }: LineStyle,
  columns: { left: number; middle: number },
): string[] {
  const { left, middle, right, steps } = figure;
  const say = (text: Said) => inLanguage(text ?? "", lang);
  const row = (time: string, texts: Said[], arrows: [string, string]) =>
    `${time}  ${padEnd(say(texts[0]), columns.left)}  ${arrows[0]}  ${
      padEnd(say(texts[1]), columns.middle)
    }  ${arrows[1]}  ${say(texts[2])}`;
  const none = " ".repeat(SHORT_ARROW);
  const head = row(" ".repeat(timeWidth(figure)), [left, middle, right], [none, none]);
  return [
    paint("bold", head),
    ...steps.map(({ left, middle, right, arrow }, i) =>
      row(paint("dim", timeOf(figure, i)), [left, middle, right], [
        arrow === "in" ? paint("write", "────▶") : none,
        arrow === "out" ? paint("read", "────▶") : none,
      ])
    ),
  ];
}

function oneColumn(figure: LadderFigure, { lang, width, paint }: LineStyle): string[] {
  const { left, middle, right, steps } = figure;
  const say = (text: Said) => inLanguage(text ?? "", lang);
  const arrows: Arrows = {
    right: paint("write", "──▶"),
    left: paint("read", "◀──"),
    bounce: paint("bad", "─▶×"),
    in: paint("write", "──▶"),
    out: paint("read", "──▶"),
  };
  const indent = timeWidth(figure) + 2 + 3 + 1;
  const colon = lang === "zh" ? "：" : ": ";
  const head = [left, middle, right].filter((who) => who !== undefined).map(say).join(" ──▶ ");
  return [
    ...wrap(head, width - indent).map((line) => " ".repeat(indent) + paint("bold", line)),
    ...steps.flatMap((step, i) => {
      // Who did it is said of those on the right; those on the left are named first.
      const named = (who: Said, what: Said, isAlone: boolean) =>
        what === undefined ? "" : (isAlone ? say(who) + colon : "") + say(what);
      const isAlone = step.left === undefined;
      const words = [
        say(step.left),
        named(middle, step.middle, middle !== undefined),
        named(right, step.right, isAlone || middle !== undefined),
      ].filter((part) => part !== "").join("  ");
      const [first, ...more] = wrap(words, width - indent);
      const sign = arrows[step.arrow!] ?? "   ";
      return [
        `${paint("dim", timeOf(figure, i))}  ${sign} ${first}`,
        ...more.map((line) => " ".repeat(indent) + line),
      ];
    }),
  ];
}
