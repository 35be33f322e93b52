/**
 * Turns for busy clients. Deno goes on with the connections it knows to be
 * ready before it asks the system for others: with more than about 128 busy
 * ones the same 128 are served thousands of times while the rest wait, for
 * seconds. So a client that has had its share waits until the others had theirs.
 *
 * Who is alone, or one of a few, never waits: turns are taken only while many
 * are busy, however many are connected.
 *
 * @module
 */

import { oneOfMany } from "./silence.ts";

/**
 * So many busy clients among the last messages are a crowd. Measured with turns
 * switched off: 128 have equal shares, with 130 some wait for a third of a second.
 * Turns for fewer than that would only cost time: with 100 busy ones p99 was six
 * times as long.
 */
const CROWD = 120;
/**
 * So many messages are looked at to tell how many are busy. Fewer than a crowd's
 * worth of rounds would miss clients; many more, and a crowd is noticed late.
 */
const WINDOW = 1024;
/**
 * So many clients at a time begin a round. If all began at once, there would again be
 * more reads under way than Deno goes round, and the last of them would wait dearly.
 */
const STEP = 32;
/**
 * A round of all has about so many messages: few clients have several each. With one
 * message a round and client, ending rounds would be most of the work.
 */
const ROUND = 512;
/** A look around (below) that found fewer new messages found nobody waiting. */
const FEW = 8;
/**
 * So many such looks one after the other end a round. One alone may fall into the
 * moment in which all replies are on their way and nobody has sent the next message.
 */
const QUIET_LOOKS = 2;
/**
 * A round that lasts longer, in milliseconds, is ended even if some had no turn: else
 * one client that never stops would keep those who had their share waiting for ever.
 * With so many for each who is busy: two thousand (the clients of a relay and their
 * servers) have their turns in 40 ms on a quiet machine, and on no other one.
 */
const LONGEST_MS = 40;
const LONGEST_MS_EACH = 0.1;
/**
 * One round in so many waits for everybody, to learn how many that is. The others end
 * when as many wait as the last time: without that each would end by looking around,
 * which takes milliseconds.
 */
const CENSUS = 16;

// A timer would take a millisecond each time, and a message to ourselves costs more than this.
// Deno before 2.9 has it, too, but no type of it.
const { setImmediate } = globalThis as unknown as { setImmediate(call: () => void): void };

/** What is noted of one client. Made once for each, and used by {@linkcode Turns} alone. */
export class Turn {
  /** The window and the round in which it was last served. */
  window = 0;
  round = 0;
  /** Its messages in that round. */
  messages = 0;
}

/** One for all clients of a thread: what they share is its event loop. */
export class Turns {
  #isCrowded = false;
  // Who is busy?
  #window = 1;
  #messages = 0; // in this window
  #busy = 0; // clients in this window
  #lastBusy = 0; // clients in the window before
  // Whose turn is it?
  #round = 1;
  #share = 1; // messages that each may have in this round
  #waiting: (() => void)[] = []; // those who had them
  #starting: (() => void)[] = []; // those of the last round who are still to begin this one
  #expected = Infinity; // so many will wait when all had theirs
  // Who else is there?
  #served = 0; // messages in this round
  #seen = 0; // of them at the last look
  #quietLooks = 0;
  #startedMs = 0;
  #callOffLook: (() => void) | null = null; // the next one

  /** Notes a message of a client: once for each read that gave bytes. */
  count(turn: Turn): void {
    if (turn.window !== this.#window) {
      turn.window = this.#window;
      this.#busy++;
    }
    if (++this.#messages === WINDOW) this.#lookWhoIsBusy();
    if (!this.#isCrowded) return;
    this.#served++;
    if (turn.round === this.#round) turn.messages++;
    else {
      turn.round = this.#round;
      turn.messages = 1;
    }
  }

  /** Notes that a client is gone: who comes and goes with one message each is no crowd. */
  leave(turn: Turn): void {
    if (turn.window === this.#window) this.#busy--;
  }

  /** To be awaited before the next read, if it is not `null`. */
  next(turn: Turn): Promise<void> | null {
    if (!this.#isCrowded || turn.round !== this.#round || turn.messages < this.#share) return null;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#starting.length > 0) return;
      if (this.#waiting.length >= this.#expected) this.#endRound(this.#expected);
      else this.#watch();
    });
  }

  #lookWhoIsBusy(): void {
    const isCrowded = this.#busy >= CROWD;
    if (isCrowded && !this.#isCrowded) this.#startedMs = performance.now();
    this.#isCrowded = isCrowded;
    this.#lastBusy = this.#busy;
    this.#window++;
    this.#messages = 0;
    this.#busy = 0;
  }

  /** Begins the next round, which ends when `expected` had their turn. */
  #endRound(expected: number): void {
    const present = Math.max(this.#waiting.length, this.#lastBusy);
    this.#share = expected === Infinity ? 1 : Math.ceil(ROUND / present);
    this.#starting = this.#waiting.reverse(); // taken from the end: the first comes first
    this.#waiting = [];
    this.#round++;
    this.#expected = this.#round % CENSUS === 0 ? Infinity : expected;
    this.#callOffLook?.();
    this.#callOffLook = null;
    this.#served = 0;
    this.#seen = 0;
    this.#quietLooks = 0;
    this.#startedMs = performance.now();
    this.#start();
  }

  /** Lets the next few begin, and then the next few, each in a turn of the event loop. */
  #start(): void {
    const startSome = () => {
      for (let i = 0; i < STEP; i++) this.#starting.pop()?.();
      if (this.#starting.length > 0) return setImmediate(startSome);
      if (this.#waiting.length > 0) this.#watch();
    };
    startSome();
  }

  /**
   * Looks around after each turn of the event loop. A timer, since a task or a
   * microtask would come before the system was asked who is ready.
   */
  #watch(): void {
    // One that was called off must not come (oneOfMany sees to it): it would end a round that is only
    // beginning, and who is still to begin it would wait for ever.
    this.#callOffLook ??= oneOfMany(0, () => {
      this.#callOffLook = null;
      this.#quietLooks = this.#served - this.#seen < FEW ? this.#quietLooks + 1 : 0;
      this.#seen = this.#served;
      const longestMs = Math.max(LONGEST_MS, LONGEST_MS_EACH * this.#lastBusy);
      const isLong = performance.now() - this.#startedMs > longestMs;
      if (isLong) this.#endRound(Infinity);
      else if (this.#quietLooks >= QUIET_LOOKS) this.#endRound(this.#waiting.length);
      else this.#watch();
    });
  }
}
