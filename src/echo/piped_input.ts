/**
 * The input of echo_client when it is piped, and where it ends.
 *
 * @module
 */

import { LineReader, type Reader } from "../framing.ts";
import type { Source } from "../net/pipeline.ts";
import { before } from "../net/silence.ts";

const LF = 0x0a;
const CR = 0x0d;
const LOWER_Q = 0x71;
const UPPER_Q = 0x51;
const READ_SIZE = 256 * 1024;
/** The longest piece that may yet become a line with Q alone: `Q\r`. */
const MOST_HELD = 2;
/** How long to look for input behind the Q, when all else is done: nobody may ever write it. */
const PEEK_MS = 20;
/** How long to wait for more of it, once there is some: it is a mistake, and to be counted. */
const MORE_MS = 500;
/** The longest that the counting may take, and the most that it reads: input may be endless. */
const COUNTING_MS = 2000;
const MOST_COUNTED = 64 * 1024 * 1024;

/** How {@linkcode PipedInput} is read. */
export interface PipedInputOptions {
  /** Pieces are whole lines then, and one that is too long throws a LineTooLongError. */
  maxLineBytes?: number;
  /** A line with Q or q alone is a line like any other: only the end of input ends it. */
  noQuit?: boolean;
}

/**
 * Piped input in pieces as they come, up to its end or to a line with Q or q
 * alone.
 */
export class PipedInput implements Source {
  readonly #stdin: Reader;
  readonly #read: () => Promise<Uint8Array | null>;
  #held = new Uint8Array(0); // read, not handed out: may become a Q alone
  #inLine = false; // what was handed out ends within a line
  #ended = false;
  #bytesRead = 0;
  #quitBytes = 0; // the length of the line with Q alone, once it came
  #readToEnd = false;
  readonly #noQuit: boolean;

  /** Makes one on a source of bytes. Reads nothing yet. */
  constructor(stdin: Reader, { maxLineBytes, noQuit = false }: PipedInputOptions = {}) {
    this.#stdin = stdin;
    this.#noQuit = noQuit;
    const counted = { read: (p: Uint8Array) => this.#counted(p) };
    if (maxLineBytes !== undefined) {
      const lines = new LineReader(counted, { maxLineBytes });
      this.#read = () => lines.readBlock();
      return;
    }
    const buffer = new Uint8Array(MOST_HELD + READ_SIZE);
    this.#read = async () => {
      buffer.set(this.#held);
      const n = await counted.read(buffer.subarray(this.#held.length));
      return n === null ? null : buffer.subarray(0, this.#held.length + n);
    };
  }

  /** Has a line with Q or q alone ended it? */
  get endedByQuit(): boolean {
    return this.#quitBytes > 0;
  }

  /** The next piece, valid until the next call; `null` at the end. */
  async next(): Promise<Uint8Array | null> {
    while (!this.#ended) {
      const bytes = await this.#read();
      if (bytes === null) {
        this.#ended = true;
        this.#quitBytes = this.#held.length; // nothing else is ever held
        return null;
      }
      if (this.#noQuit) return bytes;
      const end = this.#endBeforeQuit(bytes);
      if (end === 0) continue;
      this.#inLine = bytes[end - 1] !== LF;
      return bytes.subarray(0, end);
    }
    return null;
  }

  /** How many bytes were read, if `sent` of them were sent, and not sent. A Q is none of them. */
  bytesUnsent(sent: number): number {
    return this.#bytesRead - this.#quitBytes - sent;
  }

  /** Is what was read all that there is? */
  get readToEnd(): boolean {
    return this.#readToEnd;
  }

  /**
   * Reads what stands behind the Q, so that `bytesUnsent` counts it: to its end,
   * but neither for long nor without bounds.
   */
  async readRest(sent: number): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    const deadline = performance.now() + COUNTING_MS;
    while (!this.#readToEnd && this.bytesUnsent(sent) < MOST_COUNTED) {
      const patience = this.bytesUnsent(sent) === 0 ? PEEK_MS : MORE_MS;
      const left = Math.min(patience, deadline - performance.now());
      if (left <= 0) return;
      const more = this.#counted(buffer).then(() => true, () => false);
      if (!await before(left, more)) return;
    }
  }

  async #counted(p: Uint8Array): Promise<number | null> {
    const n = await this.#stdin.read(p);
    if (n === null) this.#readToEnd = true;
    this.#bytesRead += n ?? 0;
    return n;
  }

  /** How many of the bytes come before a Q alone, or what may yet become one. */
  #endBeforeQuit(bytes: Uint8Array): number {
    this.#held = new Uint8Array(0);
    for (const start of placesOfQ(bytes)) {
      if (start === 0 ? this.#inLine : bytes[start - 1] !== LF) continue;
      const end = start + (bytes[start + 1] === CR ? 2 : 1);
      if (end >= bytes.length) {
        this.#held = bytes.slice(start);
        return start;
      }
      if (bytes[end] !== LF) continue;
      this.#ended = true;
      this.#quitBytes = end + 1 - start;
      return start;
    }
    return bytes.length;
  }
}

/** The places of q and Q, in order. Leaps from word to word, four bytes a step. */
function* placesOfQ(bytes: Uint8Array): Generator<number> {
  const { buffer, byteOffset, length } = bytes;
  const first = -byteOffset & 3; // where the whole words begin, if there are any
  const count = Math.max(0, length - first) >> 2;
  const words = count === 0
    ? new Uint32Array(0)
    : new Uint32Array(buffer, byteOffset + first, count);
  for (let at = 0; at < length; at++) {
    if ((at - first) % 4 === 0) at = first + 4 * wordWithQ(words, (at - first) / 4);
    if (isQ(bytes[at])) yield at;
  }
}

/**
 * The first word from `i` on that has a q or Q, or the number of words. Not a
 * part of the generator, in which V8 runs this loop at half the speed.
 */
function wordWithQ(words: Uint32Array, i: number): number {
  for (; i < words.length; i++) {
    // A byte that is q or Q becomes 0, and subtracting 1 from 0 is what borrows.
    const x = (words[i] | 0x20202020) ^ 0x71717171;
    if (((x - 0x01010101) & ~x & 0x80808080) !== 0) break;
  }
  return i;
}

function isQ(byte: number): boolean {
  return byte === LOWER_Q || byte === UPPER_Q;
}
