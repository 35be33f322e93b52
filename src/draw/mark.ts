/**
 * The sign of a verdict.
 *
 * @module
 */

/** Good, bad, or neither. */
export function markOf(good: boolean | null): string {
  return good === null ? "–" : good ? "✓" : "✗";
}
