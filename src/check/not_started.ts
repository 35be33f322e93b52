/**
 * That no case can be tried, because the program does not get that far.
 *
 * @module
 */

import type { Printed } from "./case.ts";
import type { Ended } from "../process/process.ts";

/**
 * A program that cannot be started, or never listens; a client that never connects, or ends
 * before it has. No case of it means anything then.
 */
export class NotStarted extends Error {
  /** What became of it. */
  readonly how: "cannot start" | "ended" | "never listens" | "never connects" | "cannot connect";
  /** How it ended, if it did. */
  readonly end: Ended | null;
  /** What it printed until then. */
  printed: Printed[] = [];

  /** Makes one; `error` is what the start threw. */
  constructor(how: NotStarted["how"], more: { end?: Ended | null; error?: unknown } = {}) {
    super(how, { cause: more.error });
    this.how = how;
    this.end = more.end ?? null;
  }
}
