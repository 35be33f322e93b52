/**
 * What is sent: messages in a ring, of bytes that look random and are the same in
 * every run. Every connection begins at another one of them, so that a reply that
 * belongs to another connection, or to another message, is found out.
 *
 * @module
 */

/** How long messages are, in bytes. */
export interface Sizes {
  least: number;
  most: number;
}

/** At most so many bytes are read at a time; so many of the ring's first bytes follow its end. */
export const READ_BYTES = 64 * 1024;
/** The ring has at least so many bytes. Not a power of two, as a server's buffer may have. */
const RING_BYTES = 65_532;
/** Of messages of different lengths there are so many, while they have less than a few megabytes. */
const MANY = 1021;
const MANY_BYTES = 4 * 1024 * 1024;
/** At least so many: one that is answered with another is found out. */
const FEW = 3;
const NEWLINE = 10;

/** The ring. Made once; connections share it. */
export class Messages {
  /** The messages one after the other, and the first {@linkcode READ_BYTES} of them again. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes, four at a time. */
  readonly words: Int32Array<ArrayBuffer>;
  /** Where each message begins, and where the last one ends. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** How many there are. */
  readonly count: number;
  /** How many bytes they have. */
  readonly length: number;
  /** How many the longest one has. */
  readonly longest: number;

  /** Messages of random length in these bounds; `lines`: printable, with a newline at the end. */
  constructor({ least, most }: Sizes, { lines }: { lines: boolean }) {
    const random = randomNumbers();
    this.count = countOf({ least, most });
    this.longest = most;
    this.starts = new Uint32Array(this.count + 1);
    for (let i = 0; i < this.count; i++) {
      const size = least + (most > least ? random() % (most - least + 1) : 0);
      this.starts[i + 1] = this.starts[i] + size;
    }
    this.length = this.starts[this.count];
    this.bytes = new Uint8Array(Math.ceil((this.length + READ_BYTES) / 4) * 4);
    for (let i = 0; i < this.length; i++) {
      this.bytes[i] = lines ? 33 + random() % 94 : random() & 0xff;
    }
    if (lines) {
      for (let i = 1; i <= this.count; i++) this.bytes[this.starts[i] - 1] = NEWLINE;
    }
    for (let at = this.length; at < this.bytes.length; at += this.length) {
      this.bytes.set(this.bytes.subarray(0, Math.min(this.length, this.bytes.length - at)), at);
    }
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** The message with which a connection begins. */
  firstOf(connection: number): number {
    return connection * 31 % this.count;
  }
}

function countOf({ least, most }: Sizes): number {
  const average = (least + most) / 2;
  const filling = Math.ceil(RING_BYTES / average);
  const varied = most > least ? Math.min(MANY, Math.floor(MANY_BYTES / average)) : 0;
  return Math.max(FEW, filling, varied);
}

/** Numbers of 32 bits: xorshift, enough for bytes that shall only differ. */
function randomNumbers(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 1;
  };
}
