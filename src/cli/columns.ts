/**
 * Text in the columns of a terminal, where a Chinese character takes two.
 *
 * @module
 */

import { eastAsianWidth } from "npm:get-east-asian-width@1.7.0";

/** How one may write on a stream: in colours, and in how many columns, where that is known. */
export function terminalOf(
  stream: { isTerminal(): boolean },
): { colour: boolean; columns: number | undefined } {
  const isTerminal = stream.isTerminal();
  const columns = isTerminal ? terminalColumns() : undefined;
  return { colour: isTerminal && !Deno.noColor, columns };
}

/** The columns of this process's terminal; `undefined`: it does not tell. */
export function terminalColumns(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

/** The columns that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += eastAsianWidth(character.codePointAt(0)!);
  return width;
}

/** The text and spaces, together at least `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Spaces and the text, together at least `width` columns. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

// What stays in one piece: a number and its unit, a word, or one Chinese character, each with the
// punctuation that may not begin the next line or end this one.
const PIECE =
  /\s+|[（「“《]*(?:[0-9][0-9.,]* (?:ms|MB|s)(?![a-z])|\p{Script=Han}|[^\s\p{Script=Han}（「《，。、：；！？）」”》]+)?[，。、：；！？）」”》]*/gu;

/** Lines of at most `width` columns, broken at spaces and between Chinese characters. */
export function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const [piece] of text.matchAll(PIECE)) {
    const line = lines[lines.length - 1];
    if (widthOf(line) + widthOf(piece.trimEnd()) <= width) lines[lines.length - 1] += piece;
    else lines.push(piece.trimStart());
  }
  return lines.map((line) => line.trimEnd());
}
