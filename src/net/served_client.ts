/**
 * A client as a server sees it: its connection, with the buffer, the counts and
 * the ways to end it.
 *
 * @module
 */

import { writeAll, type Writer } from "../framing.ts";
import { type Address, type Conn, formatAddress, sendAtOnce } from "./net.ts";
import { oneOfMany, type SilenceTimer, startLimit } from "./silence.ts";
import type { ClientTurn, SharedTurns } from "./turns.ts";

/**
 * Why a client ended:
 *
 * - `served`: it got all that it was to get;
 * - `fault`: its connection broke;
 * - `idle`: no byte went either way for the idle timeout;
 * - `max-duration`: it stayed longer than it may;
 * - `stopped`: the server was stopped, and the grace was over.
 */
export type End = "served" | "fault" | "idle" | "max-duration" | "stopped";

/** How long a client may take. */
export interface TimeLimits {
  /** Hang up when no byte went either way for so long, in milliseconds. Default: never. */
  idleTimeoutMs?: number;
  /** Hang up so long after accept(), in milliseconds. Default: never. */
  maxDurationMs?: number;
}

/** How long {@linkcode Client.hangUp} waits for the other side's end. */
const LINGER_MS = 1000;

/**
 * What every client has, in bytes: the book's messages fit into it, and five thousand
 * quiet clients hold 5 MB. With 64 KiB each they held 320 MB.
 */
const SMALL = 1024;
/**
 * The larger sizes in bytes, and how many of each there may be at a time: a bound for the
 * memory that clients can make a server use, 48 MiB. Those who find none left go on with the
 * buffer they have, in more reads.
 */
const LARGER = [
  { size: 2 * 1024 * 1024, most: 16 }, // half of it moved an eighth less on one connection
  { size: 64 * 1024, most: 256 },
];
/**
 * A pool of small buffers, and some larger ones for those who fill theirs. A
 * fresh one for each client costs more than the rest of a short connection; a
 * large one for each costs memory that thousands of quiet ones do not need.
 */
export class BufferPool {
  readonly #small: Uint8Array[] = [];
  readonly #larger = LARGER.map(({ size, most }) => ({
    size,
    free: [] as Uint8Array[],
    unmade: most,
  }));

  /** A buffer for a new client. */
  take(): Uint8Array {
    return this.#small.pop() ?? new Uint8Array(SMALL);
  }

  /** Takes a buffer back. Nobody may use it any more. */
  give(buffer: Uint8Array): void {
    const { length } = buffer;
    const free = this.#larger.find(({ size }) => size === length)?.free ?? this.#small;
    free.push(buffer);
  }

  /**
   * The buffer for the next read, after one that put `used` bytes into
   * `buffer`, the content of which is no longer needed: the largest to be had
   * after a full read, a small one after a small read.
   */
  refit(buffer: Uint8Array, used: number): Uint8Array {
    let other: Uint8Array | null = null;
    if (used === buffer.length) other = this.#takeLargerThan(used);
    else if (used < SMALL && buffer.length > SMALL) other = this.take();
    if (other === null) return buffer;
    this.give(buffer);
    return other;
  }

  #takeLargerThan(length: number): Uint8Array | null {
    for (const pool of this.#larger) {
      if (pool.size <= length) break;
      const buffer = pool.free.pop();
      if (buffer !== undefined) return buffer;
      if (pool.unmade > 0) {
        pool.unmade--;
        return new Uint8Array(pool.size);
      }
    }
    return null;
  }
}

/** What the clients of one server share. */
export interface Shared {
  buffers: BufferPool;
  /** `null`: nobody waits for another. */
  turns: SharedTurns | null;
}

/** What a {@linkcode Client} is made with. */
export interface ClientOptions {
  /** The first one is 1. */
  number: number;
  limits: TimeLimits;
  shared: Shared;
  /** Called once. */
  onClosed(client: Client): void;
}

/** A client being served. */
export class Client {
  /** The first one is 1. */
  readonly number: number;
  /** Its address. */
  readonly remote: Address;
  /** Where its buffer comes from. */
  readonly buffers: BufferPool;
  /** Bytes that came, also those that nobody wanted any more. */
  bytesRead = 0;
  /** Bytes that the system took for it. */
  bytesWritten = 0;
  /** Why it ended; `null` while it is served. */
  end: End | null = null;
  /** What its connection threw, if it did: its end, not the server's. */
  fault: { error: unknown } | null = null;
  readonly #conn: Conn;
  #buffer: Uint8Array;
  #lastRead = 1; // bytes
  readonly #turn: ClientTurn | undefined;
  readonly #acceptedAtMs = performance.now();
  #closedAtMs = Infinity; // Infinity: still open
  readonly #onClosed: (client: Client) => void;
  readonly #silence: SilenceTimer | undefined;
  readonly #duration: SilenceTimer | undefined;
  #linger: SilenceTimer | undefined;
  #hangingUp: Promise<void> | null = null;
  #isKeptAlive = false;

  /** Made by `serve` for each connection. */
  constructor(conn: Conn, { number, limits, shared, onClosed }: ClientOptions) {
    this.#conn = conn;
    this.buffers = shared.buffers;
    this.#buffer = shared.buffers.take();
    this.#turn = shared.turns?.join();
    this.number = number;
    this.remote = conn.remoteAddr;
    this.#onClosed = onClosed;
    const { idleTimeoutMs, maxDurationMs } = limits;
    if (idleTimeoutMs !== undefined) {
      this.#silence = startLimit(idleTimeoutMs, () => this.hangUp("idle"), {
        startTimer: oneOfMany,
      });
    }
    if (maxDurationMs !== undefined) {
      const end = () => this.hangUp("max-duration");
      this.#duration = startLimit(maxDurationMs, end, { startTimer: oneOfMany });
    }
  }

  /** Is it known what becomes of it if its machine vanishes? See {@linkcode Client.keepAlive}. */
  get isKeptAlive(): boolean {
    return this.#isKeptAlive;
  }

  /** A turn for who reads another connection for it: a relay that of its server. */
  turnBeside(): ClientTurn | undefined {
    return this.#turn?.beside();
  }

  /** Its address in one piece, `127.0.0.1:53412`. */
  get address(): string {
    return formatAddress(this.remote);
  }

  /** How long it has been here, in milliseconds; how long it was, once it is closed. */
  get durationMs(): number {
    return Math.min(performance.now(), this.#closedAtMs) - this.#acceptedAtMs;
  }

  /**
   * read(): the bytes at hand, at least one, or `null` at the end of the
   * stream. They are valid until the next call. A client that was hung up on
   * gives `null` soon.
   *
   * @throws What the connection throws; the client has a `fault` from then on.
   */
  async read(): Promise<Uint8Array | null> {
    // Of many busy clients, each reads in its turn.
    const turn = this.#turn?.next();
    if (turn) await turn;
    // A full buffer promises more: the next read may take a larger one.
    this.#buffer = this.buffers.refit(this.#buffer, this.#lastRead);
    try {
      const n = await this.#conn.read(this.#buffer);
      if (n === null) return null;
      this.#lastRead = n;
      this.bytesRead += n;
      this.#turn?.count(n);
      this.#silence?.touch();
      return this.#buffer.subarray(0, n);
    } catch (error) {
      if (this.#hangingUp !== null) return null;
      throw this.#blame(error);
    }
  }

  /**
   * write(), until all of `bytes` is taken. Does nothing for a client that was
   * hung up on.
   *
   * @throws What the connection throws; the client has a `fault` from then on.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#hangingUp !== null) return;
    try {
      // As a rule one write() takes all. With writeAll() for every message a twentieth fewer of
      // them pass on 64 connections, a twelfth fewer on 1000.
      const n = await this.#conn.write(bytes);
      this.#noteWritten(n);
      if (n < bytes.length) await writeAll(this.#sink, bytes.subarray(n));
    } catch (error) {
      if (this.#hangingUp === null) throw this.#blame(error);
    }
  }

  /**
   * Ends it in order, whatever is under way: shutdown(), then reads until the
   * client ends too, but not for long. For a close() with bytes unread sends a
   * reset, and that can destroy on its way what was written last.
   */
  hangUp(end: End = "served"): Promise<void> {
    this.end ??= end;
    return this.#hangingUp ??= this.#hangUp();
  }

  async #hangUp(): Promise<void> {
    if (this.#closedAtMs !== Infinity) return;
    this.#silence?.stop();
    this.#linger = startLimit(LINGER_MS, () => this.close(), { startTimer: oneOfMany });
    // Comes after a write under way, and that may wait for a client that does
    // not read. Meanwhile the reading must go on.
    const ended = this.#conn.closeWrite().catch(() => {});
    let unwanted = this.buffers.take();
    try {
      for (let n; (n = await this.#conn.read(unwanted)) !== null;) {
        this.bytesRead += n;
        unwanted = this.buffers.refit(unwanted, n); // who sends much is read in few pieces
      }
    } catch {
      // It is gone, or was closed. Either way nothing more comes.
    }
    this.buffers.give(unwanted);
    await ended;
  }

  /**
   * Lets the system find out when its machine has vanished without a word: the connection breaks
   * then. Linux asks after two hours of silence. Not for every client at once: it takes as long as
   * a tenth of a short connection.
   */
  keepAlive(): void {
    if (this.#isKeptAlive) return;
    this.#isKeptAlive = true;
    try {
      this.#conn.setKeepAlive?.(true);
    } catch {
      // It is gone already, and its read() says so.
    }
  }

  /**
   * shutdown(SHUT_WR): it reads to its end, and can still be read.
   *
   * @throws What the connection throws; the client has a `fault` from then on.
   */
  async closeWrite(): Promise<void> {
    if (this.#hangingUp !== null) return;
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      if (this.#hangingUp === null) throw this.#blame(error);
    }
  }

  /** Lets each write go at once, see {@linkcode sendAtOnce}. */
  sendAtOnce(): void {
    sendAtOnce(this.#conn);
  }

  /** A reset, where its connection can; else close(), and `false`. Ends what is under way. */
  reset(): boolean {
    if (this.#closedAtMs !== Infinity) return false;
    const isReset = this.#conn.reset?.() === true;
    this.close();
    return isReset;
  }

  /** close(). Ends what is under way. */
  close(): void {
    if (this.#closedAtMs !== Infinity) return;
    this.#closedAtMs = performance.now();
    this.end ??= "served";
    this.#silence?.stop();
    this.#duration?.stop();
    this.#linger?.stop();
    // Told first: at the sight of its end the other side may come again at once,
    // and then its place is to be free.
    this.#onClosed(this);
    try {
      this.#conn.close();
    } catch (error) {
      // Closed already: that is what was wanted.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  /** Gives the buffer back. No read may be under way: it would write into it. */
  release(): void {
    this.#turn?.leave();
    this.buffers.give(this.#buffer);
  }

  /** Its connection, counted write by write: so it is right also if the next one fails. */
  get #sink(): Writer {
    return {
      write: async (bytes) => {
        const n = await this.#conn.write(bytes);
        this.#noteWritten(n);
        return n;
      },
    };
  }

  #noteWritten(n: number): void {
    this.bytesWritten += n;
    this.#silence?.touch();
  }

  #blame(error: unknown): unknown {
    this.fault ??= { error };
    this.end ??= "fault";
    return error;
  }
}
