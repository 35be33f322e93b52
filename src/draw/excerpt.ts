/**
 * The place where two rows of bytes part, and what fits around it.
 *
 * @module
 */

import { type ByteText, charactersOf } from "../cli/bytes.ts";

/** The number of the first byte that differs, or that only one has; `null`: they are the same. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number | null {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at++) if (one[at] !== other[at]) return at;
  return one.length === other.length ? null : shorter;
}

/**
 * Where in `came` the longest beginning of `due` stands, and how long it is. 0: not even its first
 * byte does.
 */
export function longestBeginning(
  due: Uint8Array,
  came: Uint8Array,
): { at: number; length: number } {
  let best = { at: 0, length: 0 };
  for (let at = came.indexOf(due[0]); at !== -1; at = came.indexOf(due[0], at + 1)) {
    const rest = came.subarray(at);
    const length = firstDifference(due, rest) ?? due.length;
    if (length > best.length) best = { at, length };
  }
  return best;
}

/** Two rows side by side, cut to what fits around the place where they part. */
export interface Excerpt {
  /** Is something left out before? */
  isCutBefore: boolean;
  /** What both have before that place. */
  before: ByteText[];
  /** The rest of each, as far as it fits. */
  due: Rest;
  came: Rest;
}

/** One row from the difference on. */
export interface Rest {
  characters: ByteText[];
  isCut: boolean;
}

/** Longer pieces than this fit nowhere. */
const MOST = 512;

/**
 * What fits into so much room of two rows that part. `widthOf` says how much of it a text
 * takes. A third of the room at least is for what comes from the difference on.
 */
export function excerptOf(
  { due, came }: { due: Uint8Array; came: Uint8Array },
  { room, widthOf }: { room: number; widthOf(text: string): number },
): Excerpt {
  const at = firstDifference(due, came) ?? due.length;
  const start = characterStart(due, Math.max(0, at - MOST));
  const rows = [due, came].map((bytes) => charactersOf(bytes.subarray(start, at + MOST), start));
  // Where a difference lies within a character, that of one row may begin before it.
  const place = Math.min(...rows.map((row) => row.find(({ to }) => to > at)?.from ?? at));
  const [dueRest, cameRest] = rows.map((row) => row.filter(({ from }) => from >= place));
  const width = (row: ByteText[]) => row.reduce((sum, { text }) => sum + widthOf(text), 0);
  const rest = Math.max(width(dueRest), width(cameRest));
  const all = rows[0].filter(({ from }) => from < place);
  const forBefore = Math.max(room - rest, Math.floor(room * 2 / 3));
  const before = fitting(all.toReversed(), { room: forBefore, widthOf }).toReversed();
  const left = room - width(before);
  const restOf = (row: ByteText[], bytes: Uint8Array): Rest => {
    const characters = fitting(row, { room: left, widthOf });
    return { characters, isCut: (characters.at(-1)?.to ?? place) < bytes.length };
  };
  return {
    isCutBefore: start > 0 || before.length < all.length,
    before,
    due: restOf(dueRest, due),
    came: restOf(cameRest, came),
  };
}

/** The first ones, as many as fit. */
function fitting(
  row: ByteText[],
  { room, widthOf }: { room: number; widthOf(text: string): number },
): ByteText[] {
  let left = room;
  const end = row.findIndex(({ text }) => (left -= widthOf(text)) < 0);
  return end === -1 ? row : row.slice(0, end);
}

/** Where the character begins that this byte belongs to. */
function characterStart(bytes: Uint8Array, at: number): number {
  for (let back = 0; back < 4 && at - back > 0; back++) {
    if ((bytes[at - back] & 0xc0) !== 0x80) return at - back;
  }
  return at;
}
