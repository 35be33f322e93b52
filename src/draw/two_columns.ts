/**
 * What two sides do, for a terminal: each in its column, downwards in the order of time.
 *
 * @module
 */

import { widthOf } from "../cli/columns.ts";

const COLUMN = 38;
/** Where two columns have no room, the right side begins here, below what the left one did. */
const NARROW_INDENT = 4;

/** Something that one side did: a call, or a line that it printed. */
export interface SideLine {
  side: "left" | "right";
  text: string;
}

/**
 * The lines, under the names of both sides. A result that is too long goes on below its call; where
 * `columns` are too few for two, one side's lines are set in.
 */
export function twoColumns(
  lines: SideLine[],
  { left, right, columns }: { left: string; right: string; columns: number },
): string {
  const isWide = columns >= 2 * COLUMN + 2;
  const indent = isWide ? COLUMN + 2 : NARROW_INDENT;
  const room = isWide ? COLUMN : columns - NARROW_INDENT;
  const rows = lines.flatMap(({ side, text }) => {
    const [first, ...more] = widthOf(text) > room ? text.split(" = ") : [text];
    const cells = [first, ...more.map((part) => `  = ${part}`)];
    return cells.map((cell) => (side === "left" ? cell : " ".repeat(indent) + cell).trimEnd());
  });
  const head = isWide ? left.padEnd(indent) + right : `${left}\n${" ".repeat(indent)}${right}`;
  const ruler = "-".repeat(room);
  return ["", head, isWide ? `${ruler}  ${ruler}` : "-".repeat(columns), ...rows, ""].join("\n");
}
