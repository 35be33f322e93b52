/**
 * The outcomes in figures, and what the exit code is.
 *
 * @module
 */

import type { Outcome } from "./case.ts";
import type { Kind } from "./subject.ts";

/** How many came to which end. */
export interface Counts {
  holds: number;
  /** Of the book's. */
  book: number;
  /** Robust ones that fail. */
  robust: number;
  notes: number;
  slow: number;
  skipped: number;
}

/** What came of all cases. */
export interface Tally {
  kind: Kind;
  counts: Counts;
  /** Do robust cases count? */
  strict: boolean;
  exitCode: 0 | 1;
  tookMs: number;
}

/** Does this outcome make the exit code 1? */
export function countsFor({ case: { weight }, finding }: Outcome, strict: boolean): boolean {
  return finding.verdict === "fails" && (weight === "book" || strict && weight === "robust");
}

/** Counts the outcomes. */
export function tallyOf(
  outcomes: Outcome[],
  { kind, strict, tookMs }: Pick<Tally, "kind" | "strict" | "tookMs">,
): Tally {
  const counts: Counts = { holds: 0, book: 0, robust: 0, notes: 0, slow: 0, skipped: 0 };
  for (const { case: { weight }, finding: { verdict } } of outcomes) {
    if (verdict === "slow" || verdict === "skipped") counts[verdict]++;
    else if (weight === "note") counts.notes++;
    else counts[verdict === "holds" ? "holds" : weight]++;
  }
  const isBad = outcomes.some((outcome) => countsFor(outcome, strict));
  // Where nothing could be judged that is to be, nobody may take that for a right program.
  const { holds, book, robust, slow, skipped } = counts;
  const isUnknown = holds + book + robust === 0 && slow + skipped > 0;
  const exitCode = isBad || isUnknown ? 1 : 0;
  return { kind, counts, strict, exitCode, tookMs };
}
