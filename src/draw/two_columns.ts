/**
 * What two sides do, for a terminal: each in its column, downwards in the order of time.
 *
 * @module
 */

import { widthOf } from "../cli/columns.ts";

const COLUMN = 38;

/** Something that one side did: a call, or a line that it printed. */
export interface SideLine {
  side: "left" | "right";
  text: string;
}

/** The lines, under the names of both sides. A result that is too long goes on below its call. */
export function twoColumns(lines: SideLine[], { left, right }: { left: string; right: string }) {
  const rows = lines.flatMap(({ side, text }) => {
    const [first, ...more] = widthOf(text) > COLUMN ? text.split(" = ") : [text];
    const cells = [first, ...more.map((part) => `  = ${part}`)];
    return cells.map((cell) => (side === "left" ? cell : " ".repeat(COLUMN + 2) + cell).trimEnd());
  });
  const ruler = "-".repeat(COLUMN);
  return ["", left.padEnd(COLUMN + 2) + right, `${ruler}  ${ruler}`, ...rows, ""].join("\n");
}
