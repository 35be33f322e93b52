/**
 * A clock that calls in time. A timer comes up to a millisecond late, which is
 * longer than many a server takes; so the last of the time is waited for by
 * looking again and again.
 *
 * @module
 */

/** The last so many milliseconds before a call are not left to a timer. */
const WATCHED_MS = 2;

// Deno before 2.9 has it, too, but no type of it.
const { setImmediate } = globalThis as unknown as { setImmediate(call: () => void): void };

/** Calls `tick` when it is time; what that returns is when the next time is (`performance.now()`). */
export class Beat {
  readonly #tick: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  /** Calls for the first time at once. */
  constructor(tick: () => number) {
    this.#tick = tick;
    this.#next();
  }

  /** Calls no more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#isStopped) return;
    const ms = this.#tick() - performance.now();
    if (this.#isStopped) return;
    // Between two looks the event loop sees what has come.
    if (ms < WATCHED_MS) setImmediate(() => this.#next());
    else this.#timer = setTimeout(() => this.#next(), ms - WATCHED_MS);
  }
}
