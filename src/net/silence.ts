/**
 * How long to wait for others. One mechanism for every limit: a silence, a
 * connect(), the time that a client may stay, the grace at the end.
 *
 * A limit counts the other side's time, not ours. A program that was stopped
 * (Ctrl-Z, a frozen container, a laptop asleep) finds its timers due before it
 * sees what arrived meanwhile. So a timer that comes late begins anew, and
 * before anything ends the event loop looks once more for what has come.
 *
 * And a limit ends a wait by itself: close() does not end a call under way in
 * every version of Deno (reads in 2.8.3, writes before 2.9.5). So what is given
 * up is left behind, not waited for.
 *
 * @module
 */

import type { Conn } from "./net.ts";

/**
 * A timer that comes so late, in milliseconds, was not late because there was
 * much to do: turns of the event loop take up to 100 ms (bulk.ts).
 */
const LATE_MS = 250;
/**
 * So many standstills in a row are believed. A machine so busy that every timer
 * is late must not keep a limit from ever ending anything.
 */
const MOST_STANDSTILLS = 3;
/**
 * Before the end the event loop looks so many times for what has come: one timer
 * each, since no time alone makes it look (on a busy machine the next timer can be
 * due already). More than one, since a look sees 1024 connections, no more.
 */
const LOOKS = 3;
/** How long each look takes, in milliseconds. */
const LOOK_MS = 10;

/** Calls `call` after `ms` milliseconds; what it returns calls that off. */
export type StartTimer = (ms: number, call: () => void) => () => void;

/** A timer for clients by the thousand. */
export const oneOfMany: StartTimer = (ms, call) => {
  let isOff = false;
  const timer = setTimeout(() => {
    // Deno 2.4 calls it all the same if it was due when something that has come called it off.
    if (!isOff) call();
  }, ms);
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
};

/**
 * A timer for a program that ends soon, such as a client: it is there at once. The first
 * setTimeout() of Deno 2.9 takes 4 ms, a fifth of all that `hello_client` takes.
 *
 * It is a signal that aborts by itself, and nothing can take that back: called off, it no
 * longer calls anybody and keeps no program from ending, but it stays in memory until its
 * time. So it is not for a server: each client with --idle-timeout 1h would leave one
 * behind for an hour.
 */
export const oneOfFew: StartTimer = (ms, call) => {
  const signal = AbortSignal.timeout(ms);
  // Not onabort: set to null, it would keep the program until the time is over.
  signal.addEventListener("abort", call);
  return () => signal.removeEventListener("abort", call);
};

/**
 * Tells when nothing has happened for a while. Made for calls in a hot loop:
 * `touch` only notes the time, and one timer looks at the note.
 */
export class SilenceTimer {
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  readonly #startTimer: StartTimer;
  #last = Infinity; // Infinity: paused
  #stopTimer: (() => void) | null = null;
  #standstills = 0; // of ours, since the last touch
  #looks = 0; // for what has come, before the end

  /** Will call `onSilence` once, `limitMs` after the last touch. Begins paused. */
  constructor(
    limitMs: number,
    onSilence: () => void,
    { startTimer = oneOfFew }: { startTimer?: StartTimer } = {},
  ) {
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.#startTimer = startTimer;
  }

  /** Something happened: the silence begins anew. */
  touch(): void {
    if (this.#limitMs === Infinity) return;
    this.#last = performance.now();
    if (this.#stopTimer === null) this.#arm(this.#limitMs);
  }

  /** Nothing is expected, until the next touch. */
  pause(): void {
    this.#last = Infinity;
  }

  /** Ends the watch. */
  stop(): void {
    this.#stopTimer?.();
  }

  #arm(ms: number): void {
    const dueMs = performance.now() + ms;
    this.#stopTimer = this.#startTimer(ms, () => this.#judge(dueMs));
  }

  /** The timer that was due then has come. Was it a silence? */
  #judge(dueMs: number): void {
    const nowMs = performance.now();
    const left = this.#last + this.#limitMs - nowMs;
    if (left > 0.5) {
      this.#standstills = 0;
      this.#looks = 0;
      return this.#arm(Math.min(left, this.#limitMs));
    }
    if (nowMs - dueMs > LATE_MS && this.#standstills < MOST_STANDSTILLS) {
      this.#standstills++;
      this.#looks = 0;
      this.#last = nowMs;
      return this.#arm(this.#limitMs);
    }
    if (this.#looks < LOOKS) {
      this.#looks++;
      return this.#arm(LOOK_MS);
    }
    this.#onSilence();
  }
}

/** A limit on all that follows: calls `end` after so many milliseconds, unless it is stopped. */
export function startLimit(
  ms: number,
  end: () => void,
  options?: { startTimer?: StartTimer },
): SilenceTimer {
  const limit = new SilenceTimer(ms, end, options);
  limit.touch();
  return limit;
}

/**
 * What the promise gives, or `undefined` if that takes more than so many milliseconds of any
 * clock. For an experiment, or a look at what may come: it judges nobody.
 */
export async function before<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let stopTimer = () => {};
  const late = new Promise<undefined>((resolve) => {
    stopTimer = oneOfMany(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stopTimer();
  }
}

/** Lets so many milliseconds pass: part of an experiment, never a way to wait for something. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Nothing came for too long. */
export class SilenceError extends Error {
  /** How long that was, in milliseconds. */
  readonly limitMs: number;

  /** Makes one for this limit. */
  constructor(limitMs: number) {
    super(`Silent for ${limitMs} ms`);
    this.limitMs = limitMs;
  }
}

/** Waits for calls, one at a time, and gives up on one that takes too long. */
export class Patience {
  readonly #limitMs: number;
  readonly #silence: SilenceTimer;
  #giveUp: () => void = () => {};
  #isOver = false;

  /** With patience for so many milliseconds; `Infinity`: for ever. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#silence = new SilenceTimer(limitMs, () => {
      this.#isOver = true;
      this.#giveUp();
    });
  }

  /** There is progress: the patience begins anew. */
  touch(): void {
    this.#silence.touch();
  }

  /**
   * What the call gives. A call that is given up stays under way: what it was
   * given (a buffer) is its own until it ends, if it ever does.
   *
   * @throws {SilenceError} When there was no progress for too long; from then on
   * at once.
   * @throws What the call throws before.
   */
  async wait<T>(call: Promise<T>): Promise<T> {
    const tooLong = new Promise<never>((_, reject) => {
      this.#giveUp = () => reject(new SilenceError(this.#limitMs));
    });
    if (this.#isOver) this.#giveUp();
    this.#silence.touch();
    try {
      return await Promise.race([call, tooLong]);
    } finally {
      this.#silence.pause();
    }
  }

  /** Ends the watch. */
  stop(): void {
    this.#silence.stop();
  }
}

/**
 * A connection with patience: a read() or write() that takes longer than
 * `limitMs` rejects with a SilenceError. Only the time in such a call counts.
 * The connection is still to be closed then.
 */
export function patient(conn: Conn, limitMs: number): Conn {
  if (limitMs === Infinity) return conn;
  const reading = new Patience(limitMs);
  const writing = new Patience(limitMs);
  return {
    localAddr: conn.localAddr,
    remoteAddr: conn.remoteAddr,
    read: (p) => reading.wait(conn.read(p)),
    write: (p) => writing.wait(conn.write(p)),
    closeWrite: () => conn.closeWrite(),
    close() {
      reading.stop();
      writing.stop();
      conn.close();
    },
  };
}
