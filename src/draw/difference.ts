/**
 * What was due beside what came, for a terminal: the first difference is marked.
 *
 * @module
 */

import type { ByteText } from "../cli/bytes.ts";
import { excerptOf, firstDifference, longestBeginning, type Rest } from "./excerpt.ts";
import { padEnd, widthOf, wrap } from "../cli/columns.ts";
import { type DifferenceFigure, inLanguage, type Text } from "./figure.ts";
import type { LineStyle } from "./paint.ts";
import { WORDS } from "./words.ts";

/** Two rows as they are compared. */
export interface Compared {
  due: Uint8Array;
  came: Uint8Array;
  /** Does what came begin before this? */
  isCutBefore: boolean;
  /** Is there a place where both part? */
  isMarked: boolean;
  /** The difference in a few words: `no more came: 5 of 12 bytes`. */
  words: Text;
}

/** The rows of a figure, where they begin alike if they do so anywhere, and the difference. */
export function compared({ due, came, within }: DifferenceFigure): Compared {
  if (came.length > 0 && within) {
    const { at, length } = longestBeginning(due, came);
    return {
      due,
      came: came.subarray(at),
      isCutBefore: at > 0,
      isMarked: length > 0,
      words: length === 0 ? WORDS.notThere : WORDS.beginsThere(length, due.length),
    };
  }
  return { due, came, isCutBefore: false, isMarked: came.length > 0, words: wordsOf(due, came) };
}

function wordsOf(due: Uint8Array, came: Uint8Array): Text {
  const at = firstDifference(due, came);
  if (at === null) return WORDS.noDifference;
  if (came.length === 0) return WORDS.nothingCame;
  if (at === came.length) return WORDS.noMoreCame(at, due.length);
  if (at === due.length) return WORDS.tooMany(came.length - at);
  return WORDS.differs(at + 1, due.length, came.length);
}

/** The lines: two rows of bytes, and a mark under the place where they part. */
export function differenceLines(figure: DifferenceFigure, style: LineStyle): string[] {
  const { lang, width, paint } = style;
  const names = [WORDS.due[lang], WORDS.came[lang]];
  const label = Math.max(...names.map(widthOf)) + 2;
  // A quotation mark, or "…", on each side.
  const room = width - label - 2;
  const rows = compared(figure);
  const { isCutBefore, before, due, came } = excerptOf(rows, { room, widthOf });
  const start = isCutBefore ? "…" : '"';
  const row = (name: string, rest: Rest, tone: "read" | "bad", start: string) =>
    padEnd(name, label) + start + textOf(before) + paint(tone, textOf(rest.characters)) +
    (rest.isCut ? "…" : '"');
  if (figure.came.length === 0) {
    const nothing = paint("bad", inLanguage(WORDS.nothing, lang));
    return [row(names[0], due, "read", start), padEnd(names[1], label) + nothing];
  }
  const column = label + 1 + widthOf(textOf(before));
  const words = inLanguage(rows.words, lang);
  const marked = rows.isMarked ? mark(words, { column, width }) : wrap(words, width);
  return [
    row(names[0], due, "read", start),
    row(names[1], came, "bad", rows.isCutBefore ? "…" : start),
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
