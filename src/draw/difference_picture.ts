/**
 * What was due beside what came, as SVG: a box for every character, and the place
 * where both part.
 *
 * @module
 */

import type { ByteText } from "../cli/bytes.ts";
import { excerptOf, type Rest } from "./excerpt.ts";
import { compared } from "./difference.ts";
import { type DifferenceFigure, inLanguage, type Lang } from "./figure.ts";
import { box, label, line, type Picture, step, unitsOf, WIDTH } from "./svg.ts";
import { WORDS } from "./words.ts";

/** Room for the names of the rows. */
const NAMES = 60;
/** Room for "…", where something is left out. */
const MORE = 14;
const HEIGHT = 28;
const PITCH = 40;

/** Draws both rows. */
export function difference(figure: DifferenceFigure, lang: Lang): Picture {
  const room = WIDTH - NAMES - 2 * MORE - 2;
  const rows = compared(figure);
  const { isCutBefore, before, due, came } = excerptOf(rows, { room, widthOf: boxWidth });
  const start = NAMES + (isCutBefore || rows.isCutBefore ? MORE : 0);
  const place = start + before.reduce((sum, { text }) => sum + boxWidth(text), 0);
  const row = (rest: Rest, y: number, { tone, isCut }: { tone: string; isCut: boolean }) => [
    ...(isCut ? [label(NAMES, y + 18, "…", { class: "mute" })] : []),
    ...boxes(before, { x: start, y, style: "tint plain" }),
    ...boxes(rest.characters, { x: place, y, style: `tint ${tone}` }),
    ...(rest.isCut ? [label(endOf(rest.characters, place) + 4, y + 18, "…")] : []),
  ];
  const nothing = figure.came.length === 0;
  const words = inLanguage(rows.words, lang);
  // Its words stand beside the mark where there is room for them.
  const isRight = place + unitsOf(words, 12) <= WIDTH;
  const y = 2 * PITCH + 12;
  return {
    body: [
      label(0, 18, WORDS.due[lang]),
      label(0, PITCH + 18, WORDS.came[lang]),
      step(...row(due, 0, { tone: "read", isCut: isCutBefore })),
      nothing
        ? step(label(NAMES, PITCH + 18, WORDS.nothing[lang], { class: "bad" }))
        : step(...row(came, PITCH, { tone: "bad", isCut: isCutBefore || rows.isCutBefore })),
      ...(nothing ? [] : [step(
        ...(rows.isMarked ? [line(place, -4, place, y - 10, "stroke bad")] : []),
        label(
          isRight ? place : Math.max(0, Math.min(place, WIDTH) - unitsOf(words, 12)),
          y + 4,
          words,
          { class: "small bad" },
        ),
      )]),
    ].join("\n"),
    height: nothing ? PITCH + HEIGHT : y + 10,
  };
}

function boxes(
  characters: ByteText[],
  { x, y, style }: { x: number; y: number; style: string },
): string[] {
  let left = x;
  return characters.flatMap(({ text }) => {
    const width = boxWidth(text);
    const middle = left + width / 2;
    const drawn = [
      box({ x: left, y, width, height: HEIGHT, radius: 0 }, style),
      label(middle, y + 18, text, {
        anchor: "middle",
        class: text.length > 1 ? "mute" : undefined,
      }),
    ];
    left += width;
    return drawn;
  });
}

function endOf(characters: ByteText[], x: number): number {
  return characters.reduce((sum, { text }) => sum + boxWidth(text), x);
}

function boxWidth(text: string): number {
  return unitsOf(text) + 4;
}
