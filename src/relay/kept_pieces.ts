/**
 * The last pieces of a connection, as the page shows them: as many as there is room for, and
 * of each its first and last bytes.
 *
 * Whoever relays waits while a piece is noted here. So none is made for that: the place of the
 * oldest one is used again.
 *
 * @module
 */

import type { Direction } from "../net/net.ts";
import { encodeBase64 } from "./events.ts";

/** So many bytes of a piece are kept: its first ones, and its last ones, behind which the next begins. */
const KEPT_AT_START = 256;
const KEPT_AT_END = 72;

const LF = 0x0a;

/** A piece as the page is told of it. */
export interface LanePiece {
  direction: Direction;
  /** `read`: it came from the sender; `write`: it was handed on. */
  kind: "read" | "write";
  bytes: number;
  /** Its place in the stream of its direction, in bytes from the beginning. */
  from: number;
  /** With `write`: the message (line) that its first byte belongs to; the first one is 0. */
  message?: number;
  /** With `write`: its first bytes, in base64. */
  data?: string;
  /** With `write`, if those are not all: its last bytes, and the message that they begin in. */
  end?: { data: string; message: number };
  atMs: number;
}

/** The place of a piece. Only what is kept of the last one that was noted in it is there. */
export class KeptPiece {
  #direction: Direction = "to-server";
  #kind: LanePiece["kind"] = "read";
  #bytes = 0;
  #from = 0;
  #atMs = 0;
  // Of a write:
  readonly #kept = new Uint8Array(KEPT_AT_START + KEPT_AT_END);
  #message = 0;
  #endMessage = 0;

  /** Notes that so many bytes came, `from` bytes after the beginning of the stream. */
  noteRead(
    { direction, bytes, atMs }: { direction: Direction; bytes: number; atMs: number },
    from: number,
  ): void {
    this.#note(direction, "read", bytes, from, atMs);
  }

  /**
   * Notes that these bytes were handed on; the first one belongs to this message. Tells which one
   * the byte behind them belongs to.
   */
  noteWrite(
    { direction, data, atMs }: { direction: Direction; data: Uint8Array; atMs: number },
    { from, message }: { from: number; message: number },
  ): number {
    const { length } = data;
    this.#note(direction, "write", length, from, atMs);
    this.#message = message;
    const kept = this.#kept;
    if (length <= kept.length) {
      kept.set(data);
      this.#endMessage = message + newlinesIn(kept, 0, Math.min(length, KEPT_AT_START));
    } else {
      kept.set(data.subarray(0, KEPT_AT_START));
      kept.set(data.subarray(length - KEPT_AT_END), KEPT_AT_START);
      // What lies between is not looked through: that would take as long as all else. It counts as
      // one message.
      this.#endMessage = message + newlinesIn(kept, 0, KEPT_AT_START) + 1;
    }
    return this.#endMessage + newlinesIn(kept, KEPT_AT_START, Math.min(length, kept.length));
  }

  /** As the page is told of it. */
  toJSON(): LanePiece {
    const bytes = this.#bytes;
    const piece: LanePiece = {
      direction: this.#direction,
      kind: this.#kind,
      bytes,
      from: this.#from,
      atMs: this.#atMs,
    };
    if (this.#kind === "read") return piece;
    piece.message = this.#message;
    piece.data = encodeBase64(this.#kept.subarray(0, Math.min(bytes, KEPT_AT_START)));
    if (bytes > KEPT_AT_START) {
      const end = this.#kept.subarray(KEPT_AT_START, Math.min(bytes, this.#kept.length));
      piece.end = { data: encodeBase64(end), message: this.#endMessage };
    }
    return piece;
  }

  #note(
    direction: Direction,
    kind: LanePiece["kind"],
    bytes: number,
    from: number,
    atMs: number,
  ): void {
    this.#direction = direction;
    this.#kind = kind;
    this.#bytes = bytes;
    this.#from = from;
    this.#atMs = atMs;
  }
}

function newlinesIn(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === LF) count++;
  return count;
}

/** The last pieces of one connection. */
export class LastPieces {
  #pieces: KeptPiece[] = [];
  #oldest = 0; // its index, as soon as places are used again
  #count = 0;

  /** So many were noted that are no longer kept. */
  get forgotten(): number {
    return this.#count - this.#pieces.length;
  }

  /** The place for one more, where at most so many are kept: a new one, or that of the oldest. */
  next(most: number): KeptPiece {
    this.#count++;
    // The room changes with the number of connections.
    if (this.#pieces.length !== most && this.#oldest !== 0 || this.#pieces.length > most) {
      this.#pieces = this.inOrder().slice(-most);
      this.#oldest = 0;
    }
    if (this.#pieces.length < most) {
      const piece = new KeptPiece();
      this.#pieces.push(piece);
      return piece;
    }
    const piece = this.#pieces[this.#oldest];
    this.#oldest = (this.#oldest + 1) % most;
    return piece;
  }

  /** Those that are kept, the oldest first. */
  inOrder(): KeptPiece[] {
    return [...this.#pieces.slice(this.#oldest), ...this.#pieces.slice(0, this.#oldest)];
  }
}
