/**
 * What a misspelt word may have meant. Loaded only when there is a mistake.
 *
 * @module
 */

import { levenshteinDistance } from "jsr:@std/text@1.0.19/levenshtein-distance";
import { NOTHING, type Slip, type Words, words } from "./failure.ts";

/**
 * The one of `known` that is so near to `word` that a slip of the fingers
 * explains the difference, or of which `word` is the beginning; `null`: none,
 * or more than one begins so.
 */
export function nearest(word: string, known: string[]): string | null {
  if (word.length > 64) return null; // no word of ours is half as long
  const longer = known.filter((one) => one.startsWith(word));
  if (longer.length === 1 && word.length >= 3) return longer[0];
  const near = known
    .map((one) => ({ one, distance: levenshteinDistance(word, one) }))
    .filter(({ one, distance }) =>
      distance <= word.length / 3 || distance === 2 && lettersOf(one) === lettersOf(word)
    )
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.one ?? null;
}

/** Two words that have the same ones differ by a swap, `hots` and `host`. */
function lettersOf(word: string): string {
  return [...word].sort().join("");
}

/** What to say behind a word that is not known: `; did you mean --forever?`, or what else there is. */
export function hintOn(
  { word, known, typed = (name) => name, otherwise = NOTHING }: Slip,
): Words {
  const meant = nearest(word, known);
  return meant === null ? otherwise : words`; did you mean ${typed(meant)}?`;
}
