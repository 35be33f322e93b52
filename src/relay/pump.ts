/**
 * One direction of a relayed connection: reads here, hands on there.
 *
 * What passes unchanged is read and written in turn, and so is never more than
 * one buffer: who does not read is waited for (back-pressure). What is held back is
 * copied, and not more than {@linkcode MOST_HELD} bytes and one read of it, nor more than
 * {@linkcode MOST_PIECES} pieces.
 *
 * @module
 */

import { joined } from "../net/joined.ts";
import { isPlain, type Random, type Shape } from "./shape.ts";

/** So many bytes may be held back in one direction; the sender waits then. */
const MOST_HELD = 256 * 1024;
/** And in so many pieces: one of a byte takes the memory of hundreds. */
const MOST_PIECES = 4096;
/** A rate is kept by writes of what passes in so many milliseconds. */
const RATE_STEP_MS = 20;
/** A write that comes so late is made up for, so that the rate is right in the long run. */
const MADE_UP_MS = 250;

/** Where bytes come from. */
export interface Source {
  /** The bytes at hand, valid until the next call; `null` at the end of the stream. */
  read(): Promise<Uint8Array | null>;
}

/** Where they go. */
export interface Sink {
  /** Takes all of it. */
  write(bytes: Uint8Array): Promise<void>;
  /** shutdown(SHUT_WR): nothing follows. */
  closeWrite(): Promise<void>;
}

/** What a shape does to a connection when its number of bytes has passed. */
export type Limit = "close" | "reset";

/** What a {@linkcode Pump} is made with. */
export interface PumpOptions {
  from: Source;
  to: Sink;
  /** Asked anew for every piece: it may be changed while bytes pass. */
  shape(): Shape;
  random: Random;
  /** So many bytes came from the sender. */
  onRead(bytes: number): void;
  /** The sender has sent its last byte. */
  onEnd(): void;
  /** These bytes are handed on now. A promise is waited for: whoever shows them is not outrun. */
  onWrite(bytes: Uint8Array): void | Promise<void>;
  /** The bytes have passed after which the connection is to end. Nothing more is handed on. */
  onLimit(limit: Limit): void;
  /** write() failed while nobody waited for it: the connection is to end. */
  onFailure(error: unknown): void;
}

interface Held {
  bytes: Uint8Array;
  /** When it came, in milliseconds of performance.now(). */
  atMs: number;
  /** When it may be handed on, by its delay. */
  dueMs: number;
}

/** One direction. */
export class Pump {
  readonly #it: PumpOptions;
  readonly #held: Held[] = [];
  #heldBytes = 0; // that came and were not handed on yet
  #handingOn: Promise<void> | null = null;
  #change = Promise.withResolvers<void>();
  #wakeUp = () => {}; // ends the wait for a time
  #isOver = false;
  #isStalled = false;
  #passed = 0; // bytes that were handed on
  #lastDueMs = -Infinity;
  #freeAtMs = -Infinity; // when the next write may be, by the gap and by the rate

  /** Nothing passes before `run`. */
  constructor(options: PumpOptions) {
    this.#it = options;
  }

  /** Is nothing handed on any more, as its shape wants it, and nothing closed either? */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /**
   * Passes on what comes, to its end and with it. Resolves when the sink knows that end,
   * or after `stop`. No read is under way then.
   *
   * @throws What read() throws, and write() while nothing is held back.
   */
  async run(): Promise<void> {
    const { from, to, onRead, onEnd, shape } = this.#it;
    for (let bytes; (bytes = await from.read()) !== null;) {
      if (this.#isOver) return;
      onRead(bytes.length);
      if (this.#isStalled) this.#heldBytes += bytes.length;
      else if (this.#handingOn === null && isPlain(shape())) await this.#write(bytes);
      else this.#hold(bytes);
      while (this.#isFull && !this.#isOver) await this.#change.promise;
    }
    if (this.#isOver) return;
    onEnd();
    // What is held back comes before the end; and what is stalled never ends by itself.
    while ((this.#handingOn !== null || this.#isStalled) && !this.#isOver) {
      await this.#change.promise;
    }
    if (!this.#isOver) await to.closeWrite();
  }

  /** Nothing more is handed on. What is under way ends soon, or with the connection. */
  stop(): void {
    this.#isOver = true;
    this.#wakeUp();
    this.#tell();
  }

  get #isFull(): boolean {
    return this.#heldBytes >= MOST_HELD || this.#held.length >= MOST_PIECES;
  }

  #hold(bytes: Uint8Array): void {
    const { delay } = this.#it.shape();
    const atMs = performance.now();
    let dueMs = atMs;
    if (delay !== undefined) {
      const { ms, spreadMs } = delay;
      // In microseconds, of which there are whole ones.
      const spread = spreadMs === 0 ? 0 : this.#it.random(-1000 * spreadMs, 1000 * spreadMs) / 1000;
      dueMs += Math.max(0, ms + spread);
    }
    dueMs = this.#lastDueMs = Math.max(dueMs, this.#lastDueMs); // the order stays
    this.#held.push({ bytes: bytes.slice(), atMs, dueMs });
    this.#heldBytes += bytes.length;
    this.#handingOn ??= this.#handOn().catch(this.#it.onFailure).finally(() => {
      this.#handingOn = null;
      this.#tell();
    });
  }

  /** Hands on what is held, until nothing is. */
  async #handOn(): Promise<void> {
    while (this.#held.length > 0 && !this.#isOver && !this.#isStalled) {
      const [{ atMs, dueMs }] = this.#held;
      const { gatherMs } = this.#it.shape();
      await this.#until(gatherMs === undefined ? dueMs : Math.max(dueMs, atMs + gatherMs));
      const nowMs = performance.now();
      const count = gatherMs === undefined
        ? 1
        : this.#held.filter((held) => held.dueMs <= nowMs).length;
      const due = this.#held.splice(0, Math.max(1, count));
      await this.#cut(joined(due.map(({ bytes }) => bytes)));
    }
  }

  /** Writes it in pieces, as the shape is by then. */
  async #cut(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { cut, gapMs, rate } = this.#it.shape();
      let most = bytes.length - at;
      if (cut !== undefined) most = Math.min(most, this.#it.random(cut.least, cut.most));
      if (rate !== undefined) most = Math.min(most, Math.max(1, rate * RATE_STEP_MS / 1000));
      most = Math.floor(most);
      await this.#until(this.#freeAtMs);
      if (this.#isOver) return;
      const dueMs = this.#freeAtMs;
      await this.#write(bytes.subarray(at, at + most));
      if (this.#isOver || this.#isStalled) return;
      at += most;
      this.#heldBytes -= most;
      this.#tell();
      const nowMs = performance.now();
      const sinceMs = nowMs - dueMs < MADE_UP_MS ? dueMs : nowMs;
      const byRateMs = rate === undefined ? nowMs : sinceMs + most / rate * 1000;
      this.#freeAtMs = Math.max(byRateMs, cut === undefined ? -Infinity : nowMs + gapMs);
    }
  }

  /** Writes, as far as the shape lets it. */
  async #write(bytes: Uint8Array): Promise<void> {
    const { flip, stallAfter = Infinity, closeAfter = Infinity, resetAfter = Infinity } = this.#it
      .shape();
    const most = Math.min(stallAfter, closeAfter, resetAfter) - this.#passed;
    const part = bytes.length < most ? bytes : bytes.subarray(0, Math.max(0, most));
    const flipped = flip === undefined ? -1 : flip - 1 - this.#passed;
    if (flipped >= 0 && flipped < part.length) part[flipped] ^= 1;
    if (part.length > 0) {
      const told = this.#it.onWrite(part);
      if (told !== undefined) await told;
      if (this.#isOver) return;
      await this.#it.to.write(part);
      this.#passed += part.length;
    }
    if (bytes.length < most || this.#isOver) return;
    if (stallAfter > Math.min(closeAfter, resetAfter)) {
      return this.#it.onLimit(closeAfter <= resetAfter ? "close" : "reset");
    }
    // What comes now is thrown away, as much as would be held back; then the sender waits.
    this.#isStalled = true;
    this.#heldBytes += bytes.length - part.length;
  }

  /** Waits until that moment of performance.now(), or until all is over. */
  async #until(ms: number): Promise<void> {
    for (let left; (left = ms - performance.now()) > 0 && !this.#isOver;) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #tell(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }
}
