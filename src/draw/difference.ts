/**
 * What was due beside what came, for a terminal: the first difference is marked.
 *
 * @module
 */

import { type ByteText, excerptOf, firstDifference, type Rest } from "./byte_text.ts";
import { padEnd, widthOf, wrap } from "./columns.ts";
import { type DifferenceFigure, inLanguage, type Lang } from "./figure.ts";
import type { LineStyle } from "./paint.ts";
import { WORDS } from "./words.ts";

/** The difference in a few words: `no more came: 5 of 12 bytes`. */
export function differenceOf({ due, came }: DifferenceFigure, lang: Lang): string {
  const at = firstDifference(due, came);
  if (at === null) return inLanguage(WORDS.noDifference, lang);
  if (came.length === 0) return inLanguage(WORDS.nothingCame, lang);
  if (at === came.length) return inLanguage(WORDS.noMoreCame(at, due.length), lang);
  if (at === due.length) return inLanguage(WORDS.tooMany(came.length - at), lang);
  return inLanguage(WORDS.differs(at + 1, due.length, came.length), lang);
}

/** The lines: two rows of bytes, and a mark under the place where they part. */
export function differenceLines(figure: DifferenceFigure, style: LineStyle): string[] {
  const { lang, width, paint } = style;
  const names = [WORDS.due[lang], WORDS.came[lang]];
  const label = Math.max(...names.map(widthOf)) + 2;
  // A quotation mark, or "…", on each side.
  const room = width - label - 2;
  const { isCutBefore, before, due, came } = excerptOf(figure, { room, widthOf });
  const start = isCutBefore ? "…" : '"';
  const row = (name: string, rest: Rest, tone: "read" | "bad") =>
    padEnd(name, label) + start + textOf(before) + paint(tone, textOf(rest.characters)) +
    (rest.isCut ? "…" : '"');
  if (figure.came.length === 0) {
    const nothing = paint("bad", inLanguage(WORDS.nothing, lang));
    return [row(names[0], due, "read"), padEnd(names[1], label) + nothing];
  }
  const column = label + 1 + widthOf(textOf(before));
  const marked = mark(differenceOf(figure, lang), { column, width });
  return [
    row(names[0], due, "read"),
    row(names[1], came, "bad"),
    ...marked.map((line) => paint("bad", line)),
  ];
}

function textOf(characters: ByteText[]): string {
  return characters.map(({ text }) => text).join("");
}

/** `     ^ 3 bytes too many`: beside the mark, to its left, or below where there is no room. */
function mark(words: string, { column, width }: { column: number; width: number }): string[] {
  const indent = " ".repeat(column);
  if (column + 2 + widthOf(words) <= width) return [`${indent}^ ${words}`];
  const space = column - 1 - widthOf(words);
  if (space >= 0) return [`${" ".repeat(space)}${words} ^`];
  return [`${indent}^`, ...wrap(words, width)];
}
