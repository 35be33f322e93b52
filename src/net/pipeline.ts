/**
 * Sends ahead to an echo server, and compares every byte that comes back.
 *
 * One message at a time costs a round trip each. Here a sender and a receiver
 * run at the same time: so much is under way at once, and a server that reads
 * nothing while it writes cannot make both sides wait for each other.
 *
 * What was sent stands in a ring until it has come back; what comes is read
 * into a second ring of the same size, at the same place. So both are equally
 * aligned, however the network cut them, and are compared four bytes at a time.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import { HalfClose } from "./half_close.ts";
import type { Conn } from "./net.ts";
import { SilenceTimer, startLimit } from "./silence.ts";

/** Where the bytes to send come from: pieces of any size, `null` at the end. */
export interface Source {
  /** The next piece, valid until the next call. */
  next(): Promise<Uint8Array | null>;
}

/** What {@linkcode sendAhead} is given. */
export interface SendAheadOptions {
  /**
   * Called in turn with what came, already compared: so many of its first bytes
   * are the ones that were sent. Valid until it is done.
   */
  onReply(bytes: Uint8Array, right: number): Promise<void>;
  /** Give up when bytes are under way and none has come for so long. */
  replyTimeoutMs: number;
  /**
   * So many bytes are under way at most, a multiple of 4. Twice as many are taken in memory.
   * Default: 1 MiB.
   */
  windowBytes?: number;
  /** When all has come back: how long to wait for the server's end of the stream. Default: 1 s. */
  lingerMs?: number;
}

/** How an exchange ended. */
export interface Exchange {
  /**
   * - `complete`: the source ended, and every byte of it came back;
   * - `closed`: the server closed before that;
   * - `different`: a byte came back that is not the one that was sent;
   * - `surplus`: more came than was sent;
   * - `silent`: bytes were under way, and none came for `replyTimeoutMs`;
   * - `failed`: the connection broke.
   */
  end: "complete" | "closed" | "different" | "surplus" | "silent" | "failed";
  /** Bytes handed to the network, or about to be: of the last piece it may not have taken all. */
  sent: number;
  /** Bytes that came back and are the ones that were sent. */
  echoed: number;
  /** `different`: the byte that was sent and the one that came. */
  bytes?: [sent: number, came: number];
  /** `surplus`: so many bytes came too many, as far as they were read. */
  surplus?: number;
  /** `failed`: what the connection threw. */
  error?: unknown;
  /** Was the input's end told to the server (a half-close) when not all had come back? */
  halfClosedEarly: boolean;
  /** What the source threw. It counts as its end. */
  sourceError?: unknown;
}

const WINDOW_BYTES = 1024 * 1024;
/** The most that one read() may take. */
const READ_SIZE = 256 * 1024;
const LINGER_MS = 1000;

/**
 * Sends all of `source` and receives its echo. Closes the connection. Memory
 * stays the same, however much is sent.
 *
 * @throws What `onReply` throws. The connection is closed then too.
 */
export function sendAhead(
  conn: Conn,
  source: Source,
  options: SendAheadOptions,
): Promise<Exchange> {
  return startExchange(conn, source, options).ended;
}

/** The same for those who may end it before its end: by `close`, after which it never ends. */
export function startExchange(
  conn: Conn,
  source: Source,
  options: SendAheadOptions,
): { ended: Promise<Exchange>; close(): void } {
  const sending = new Sending(conn, source, options);
  sending.send(); // not awaited: it may wait for input when all else has ended
  // Not all versions of Deno end a read() by close(): what ends first is the end.
  const ended = Promise.race([sending.receive(), sending.ended]);
  return { ended: ended.finally(() => sending.close()), close: () => sending.close() };
}

class Sending {
  readonly #conn: Conn;
  readonly #source: Source;
  readonly #options: SendAheadOptions;
  readonly #windowBytes: number;
  readonly #sentRing: Ring;
  readonly #cameRing: Ring;
  readonly #silence: SilenceTimer;
  readonly #halfClose: HalfClose;
  #linger: SilenceTimer | undefined;
  readonly #ended = Promise.withResolvers<Exchange>();
  /** An end that comes beside the reading: nothing came for too long. */
  readonly ended = this.#ended.promise;
  #sent = 0;
  #echoed = 0;
  #isReading = false;
  #sourceEnded = false;
  #sourceError: unknown;
  #closed = false;
  #told = Promise.resolve(); // what came is shown
  #progress = Promise.withResolvers<void>(); // the next bytes that come back

  constructor(conn: Conn, source: Source, options: SendAheadOptions) {
    this.#conn = conn;
    this.#source = source;
    this.#options = options;
    this.#windowBytes = options.windowBytes ?? WINDOW_BYTES;
    this.#sentRing = new Ring(this.#windowBytes);
    this.#cameRing = new Ring(this.#windowBytes);
    this.#halfClose = new HalfClose(conn);
    this.#silence = new SilenceTimer(options.replyTimeoutMs, () => this.#end("silent"));
  }

  async send(): Promise<void> {
    let next = this.#next();
    for (let piece; (piece = await next) !== null;) {
      if (piece.length === 0) next = this.#next();
      while (piece.length > 0) {
        while (this.#room() === 0 && !this.#closed) await this.#progress.promise;
        if (this.#closed) return;
        const bytes = this.#sentRing.put(piece.subarray(0, this.#room()), this.#sent);
        const wasIdle = this.#sent === this.#echoed;
        this.#sent += bytes.length;
        if (wasIdle) this.#watchSilence();
        piece = piece.subarray(bytes.length);
        // All of it stands in the ring, so that the source may go on meanwhile.
        if (piece.length === 0) next = this.#next();
        try {
          await writeAll(this.#conn, bytes);
        } catch {
          return; // What still comes, or why nothing does, receive() will see.
        }
      }
    }
    if (this.#closed) return;
    this.#sourceEnded = true;
    this.#halfClose.allSent(this.#isReading && this.#echoed < this.#sent);
    this.#endWhenDone();
  }

  async receive(): Promise<Exchange> {
    for (;;) {
      const from = this.#echoed;
      this.#watchSilence(true);
      let n;
      try {
        n = await this.#conn.read(this.#cameRing.space(from, READ_SIZE));
        this.#halfClose.came();
        this.#watchSilence(false);
      } catch (error) {
        if (this.#closed) return this.ended;
        await this.#told;
        if (this.#isComplete()) return this.#exchange("complete");
        return this.#exchange("failed", { error });
      }
      if (this.#closed) return this.ended;
      // What came before was shown while this was read.
      await this.#told;
      if (n === null) return this.#exchange(this.#isComplete() ? "complete" : "closed");
      const expected = Math.min(from + n, this.#sent);
      this.#echoed = this.#cameRing.sameAs(this.#sentRing, from, expected);
      this.#told = this.#options.onReply(this.#cameRing.view(from, n), this.#echoed - from);
      if (this.#echoed < from + n) {
        await this.#told; // also what should not have come
        if (this.#echoed === this.#sent) {
          return this.#exchange("surplus", { surplus: from + n - this.#sent });
        }
        const bytes: [number, number] = [
          this.#sentRing.at(this.#echoed),
          this.#cameRing.at(this.#echoed),
        ];
        return this.#exchange("different", { bytes });
      }
      // At once, not a read later: that read may never end.
      this.#told.catch((error) => {
        this.#ended.reject(error);
        this.close();
      });
      this.#progress.resolve();
      this.#progress = Promise.withResolvers();
      this.#endWhenDone();
    }
  }

  /** Ends all. What is under way is left behind. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
    this.#silence.stop();
    this.#halfClose.stop();
    this.#linger?.stop();
    this.#progress.resolve();
  }

  /** Ends the exchange beside a read() under way, when all that came is shown. */
  #end(end: Exchange["end"]): void {
    this.#ended.resolve(this.#told.then(() => this.#exchange(end)));
    this.close();
  }

  #exchange(end: Exchange["end"], more: Partial<Exchange> = {}): Exchange {
    return {
      end,
      sent: this.#sent,
      echoed: this.#echoed,
      halfClosedEarly: this.#halfClose.wasEarly,
      sourceError: this.#sourceError,
      ...more,
    };
  }

  /** The source's next piece. What it throws is kept, and counts as its end. */
  #next(): Promise<Uint8Array | null> {
    return this.#source.next().catch((error) => {
      this.#sourceError = error;
      return null;
    });
  }

  #room(): number {
    return this.#windowBytes - (this.#sent - this.#echoed);
  }

  #isComplete(): boolean {
    return this.#sourceEnded && this.#echoed === this.#sent;
  }

  /**
   * It is the server's silence only while a reply is due and we listen: not while
   * there is nothing to send, nor while those who read our output take their time.
   */
  #watchSilence(isReading = this.#isReading): void {
    this.#isReading = isReading;
    const isDue = isReading && this.#echoed < this.#sent;
    if (isDue) this.#silence.touch();
    else this.#silence.pause();
    this.#halfClose.watch(isDue);
  }

  /** All is back: the server has only its end to send, or too much. */
  #endWhenDone(): void {
    if (!this.#isComplete()) return;
    this.#halfClose.allBack();
    this.#linger ??= startLimit(
      this.#options.lingerMs ?? LINGER_MS,
      () => this.#end("complete"),
    );
  }
}

/** The last bytes of a stream, as many as the ring has; `at` is a place in the whole stream. */
class Ring {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;

  /** For so many bytes, a multiple of 4. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  /** Room for bytes of the stream from `at` on, at most `most`. */
  space(at: number, most: number): Uint8Array<ArrayBuffer> {
    const start = at % this.#bytes.length;
    return this.#bytes.subarray(start, start + most);
  }

  /** Copies what fits without a break; returns the copy. */
  put(bytes: Uint8Array, at: number): Uint8Array {
    const space = this.space(at, bytes.length);
    space.set(bytes.subarray(0, space.length));
    return space;
  }

  view(at: number, length: number): Uint8Array {
    return this.space(at, length);
  }

  at(at: number): number {
    return this.#bytes[at % this.#bytes.length];
  }

  /** The first place from `from` where the two differ, or `to`. No break lies between. */
  sameAs(other: Ring, from: number, to: number): number {
    const base = from - from % this.#bytes.length;
    const end = to - base;
    let i = from - base;
    const mine = this.#bytes, others = other.#bytes;
    while (i < end && i % 4 !== 0) {
      if (mine[i] !== others[i]) return base + i;
      i++;
    }
    if (i < end) i = 4 * firstDifferent(this.#words, other.#words, i / 4, end >> 2);
    while (i < end && mine[i] === others[i]) i++;
    return base + i;
  }
}

/**
 * The first place from `i` on where the two differ, or `to`. Not a part of
 * `sameAs`, where V8 would leave its compiled form at the end of every call.
 */
function firstDifferent(mine: Uint32Array, others: Uint32Array, i: number, to: number): number {
  while (i < to && mine[i] === others[i]) i++;
  return i;
}
