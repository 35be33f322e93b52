/**
 * One connection of the load: sends messages, and compares every byte that comes
 * back.
 *
 * @module
 */

import type { Conn } from "../net/net.ts";
import type { ClientTurn } from "../net/turns.ts";
import type { Share, Waiting } from "./measured.ts";
import type { Fault } from "./fault.ts";
import { type Messages, READ_BYTES } from "./messages.ts";

/** At least so large is a buffer: who sends more than was asked for is found out at once. */
const LEAST_BUFFER = 1024;

/** What all connections of a thread have in common. */
export interface Game {
  readonly messages: Messages;
  /** So many messages are under way at most, on each connection. */
  readonly pipeline: number;
  /** Takes up to so many messages out of those that are still to be sent. */
  take(most: number): number;
  /** A reply of so many bytes is whole. */
  onReply(player: Player, reply: { sentMs: number; nowMs: number; bytes: number }): void;
  /** The connection is over by a fault; it waited for a reply since `sentMs`, or for none. */
  onFault(player: Player, fault: Fault, sentMs: number | null): void;
  /** What went out and came back is all there is, for now. */
  onIdle(player: Player): void;
}

/** One connection. */
export class Player implements Waiting, Share {
  /** Its number; the first one is 1. */
  readonly number: number;
  /** Messages that were answered, while it counted. */
  messages = 0;
  /** The longest that a message of it has waited, in milliseconds: see Measuring. */
  longestMs = 0;
  /** Since when nothing came that is due; `Infinity`: nothing is due. */
  lastMs = Infinity;
  readonly #conn: Conn;
  readonly #game: Game;
  readonly #turn: ClientTurn | null;
  readonly #first: number; // in the ring, the message that it began with
  readonly #sentMs: Float64Array; // of those under way, by their number
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;
  /** The buffer from its first bytes on: what comes is read to a place like its own in the ring. */
  readonly #views: Uint8Array<ArrayBuffer>[];
  /** When a message is to be sent; `null`: as soon as may be. */
  #dueMs: ((message: number) => number) | null = null;
  #allowed = Infinity; // messages that it may have sent by now
  #sent = 0; // messages
  #done = 0;
  #inMessage = 0; // bytes of the reply under way that have come
  #at = 0; // in the ring, the next byte that is due
  #unsent: Uint8Array | null = null; // of the write under way
  #isWriting = false;
  #isOver = false;
  readonly #onWritten = (n: number) => this.#written(n);
  // What the connection has to say, its read() says.
  readonly #onWriteFailed = () => {};

  /** Plays on a connection; `turn` if there are so many that they take turns. */
  constructor(
    conn: Conn,
    { number, game, turn }: { number: number; game: Game; turn: ClientTurn | null },
  ) {
    const { messages, pipeline } = game;
    this.number = number;
    this.#conn = conn;
    this.#game = game;
    this.#turn = turn;
    this.#first = messages.firstOf(number);
    this.#at = messages.starts[this.#first];
    this.#sentMs = new Float64Array(pipeline);
    const wanted = Math.max(LEAST_BUFFER, messages.longest * pipeline);
    const size = Math.min(READ_BYTES, 2 ** Math.ceil(Math.log2(wanted)));
    this.#buffer = new Uint8Array(size + 4);
    this.#words = new Int32Array(this.#buffer.buffer);
    this.#views = [0, 1, 2, 3].map((from) => this.#buffer.subarray(from, from + size));
  }

  /** So many messages are sent and not answered yet. */
  get underWay(): number {
    return this.#sent - this.#done;
  }

  /** Is it over, by a fault or by `end`? */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Messages have their times from now on; each goes when it is allowed. */
  play({ dueMs }: { dueMs: (message: number) => number }): void {
    this.#dueMs = dueMs;
    this.#allowed = 0;
  }

  /** The time of one more message has come. */
  allowOneMore(): void {
    this.#allowed++;
    this.send();
  }

  /** Calls with the times of those messages whose time has come, and which are not sent yet. */
  forEachUnsent(call: (dueMs: number) => void): void {
    if (this.#dueMs === null) return;
    for (let message = this.#sent; message < this.#allowed; message++) call(this.#dueMs(message));
  }

  /** Reads until it is over. Never rejects. */
  async read(): Promise<void> {
    try {
      for (;;) {
        const wait = this.#turn === null ? null : this.#turn.next();
        if (wait !== null) await wait;
        const n = await this.#conn.read(this.#views[this.#at & 3]);
        if (this.#isOver) return;
        if (n === null) return this.#fail({ kind: "closed" });
        this.#turn?.count(n);
        if (!this.#take(n)) return;
      }
    } catch (error) {
      if (!this.#isOver) this.#fail({ kind: "reset", reason: (error as Error).message });
    }
  }

  /** Sends what may be sent now. */
  send(): void {
    const { messages, pipeline } = this.#game;
    if (this.#isWriting || this.#isOver) return;
    // A write ends where the ring does.
    const index = (this.#first + this.#sent) % messages.count;
    const most = Math.min(
      this.#allowed - this.#sent,
      pipeline - this.underWay,
      messages.count - index,
    );
    if (most <= 0) return;
    const count = this.#game.take(most);
    if (count === 0) {
      if (this.underWay === 0) this.#game.onIdle(this);
      return;
    }
    const nowMs = performance.now();
    if (this.underWay === 0) this.lastMs = nowMs;
    for (let i = 0; i < count; i++) this.#sentMs[this.#sent++ % pipeline] = nowMs;
    this.#isWriting = true;
    this.#write(messages.bytes.subarray(messages.starts[index], messages.starts[index + count]));
  }

  /** It is given up, or has done its part. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.lastMs = Infinity;
    this.#turn?.leave();
    this.#conn.close();
  }

  /** The server was silent for too long. */
  giveUp(): void {
    this.#fail({ kind: "silent" });
  }

  #write(bytes: Uint8Array): void {
    this.#unsent = bytes;
    this.#conn.write(bytes).then(this.#onWritten, this.#onWriteFailed);
  }

  #written(n: number): void {
    const unsent = this.#unsent!;
    if (n < unsent.length) {
      if (!this.#isOver) this.#write(unsent.subarray(n));
      return;
    }
    this.#unsent = null;
    this.#isWriting = false;
    // What may go by now did not go while this was written.
    if (this.#allowed > this.#sent && this.underWay < this.#game.pipeline) this.send();
  }

  /** Compares what came. `false`: it is over. */
  #take(n: number): boolean {
    const { messages } = this.#game;
    const right = this.#rightOf(n);
    const nowMs = performance.now();
    let left = right;
    while (left > 0) {
      const index = (this.#first + this.#done) % messages.count;
      const size = messages.starts[index + 1] - messages.starts[index];
      const missing = size - this.#inMessage;
      if (left < missing) {
        this.#inMessage += left;
        break;
      }
      left -= missing;
      this.#inMessage = 0;
      const sentMs = this.#timeOf(this.#done++);
      this.#game.onReply(this, { sentMs, nowMs, bytes: size });
    }
    if (right < n) {
      const came = this.#buffer[(this.#at & 3) + right];
      const due = messages.bytes[this.#at + right];
      const isSurplus = this.underWay === 0;
      this.#fail(isSurplus ? { kind: "surplus", came } : { kind: "wrong", due, came });
      return false;
    }
    this.#at = (this.#at + n) % messages.length;
    this.send();
    this.lastMs = this.underWay > 0 ? nowMs : Infinity;
    if (this.underWay === 0) this.#game.onIdle(this);
    return !this.#isOver;
  }

  /** So many of the bytes that came are those that are due. */
  #rightOf(n: number): number {
    const { messages: { bytes, words } } = this.#game;
    const start = this.#at & 3;
    const buffer = this.#buffer;
    const end = start + Math.min(n, this.#bytesUnderWay(n));
    const shift = this.#at - start; // from a place in the buffer to that in the ring
    let i = start;
    while (i < end && (i & 3) !== 0) {
      if (buffer[i] !== bytes[shift + i]) return i - start;
      i++;
    }
    if (i < end) i = 4 * firstDifferent(this.#words, i >> 2, end >> 2, words, shift >> 2);
    while (i < end && buffer[i] === bytes[shift + i]) i++;
    return i - start;
  }

  /** So many bytes are due, as far as that is less than `most`. */
  #bytesUnderWay(most: number): number {
    const { messages } = this.#game;
    let bytes = -this.#inMessage;
    for (let message = this.#done; message < this.#sent && bytes < most; message++) {
      const index = (this.#first + message) % messages.count;
      bytes += messages.starts[index + 1] - messages.starts[index];
    }
    return bytes;
  }

  #timeOf(message: number): number {
    return this.#dueMs?.(message) ?? this.#sentMs[message % this.#game.pipeline];
  }

  #fail(fault: Pick<Fault, "kind" | "due" | "came" | "reason">): void {
    this.end();
    const where = { connection: this.number, message: this.#done + 1, byte: this.#inMessage };
    const sentMs = this.underWay === 0 ? null : this.#timeOf(this.#done);
    this.#game.onFault(this, { ...fault, ...where }, sentMs);
  }
}

/**
 * The first place from `i` on where the two differ, or `to`; the place in the other one is by `shift`
 * farther. A function of its own: V8 keeps it in its compiled form.
 */
function firstDifferent(
  mine: Int32Array,
  i: number,
  to: number,
  others: Int32Array,
  shift: number,
): number {
  while (i < to && mine[i] === others[shift + i]) i++;
  return i;
}
