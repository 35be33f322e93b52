/**
 * What a client shows of what it was sent. Prompts, prefixes, other words, what it sent itself:
 * all that may stand around it, and in any order.
 *
 * @module
 */

/** How often a text stands in another. */
export function count(text: string, wanted: string): number {
  return text.split(wanted).length - 1;
}

/** Those of the lines that an output shows less often than another one of the same program. */
export function missingIn(
  output: string,
  { lines, reference }: { lines: readonly string[]; reference: string },
): string[] {
  return lines.map((line) => line.trim())
    .filter((line) => count(output, line) < count(reference, line));
}

/**
 * Does a text hold all of a long one, in order, be it in parts with other words between them?
 * No part that is shorter than `leastPart` counts, but the last one.
 */
export function holdsInParts(
  text: string,
  { wanted, leastPart }: { wanted: string; leastPart: number },
): boolean {
  for (let at = 0, from = 0; at < wanted.length;) {
    // The longest part that is there: if one is, so are all shorter ones.
    let length = 0;
    for (let low = 1, high = wanted.length - at; low <= high;) {
      const middle = (low + high) >> 1;
      if (text.indexOf(wanted.slice(at, at + middle), from) === -1) high = middle - 1;
      else low = middle + 1, length = middle;
    }
    if (length < Math.min(leastPart, wanted.length - at)) return false;
    from = text.indexOf(wanted.slice(at, at + length), from) + length;
    at += length;
  }
  return true;
}
