/**
 * What a program has sent over a connection, read piece by piece.
 *
 * @module
 */

import type { Conn } from "../net/net.ts";
import { joined } from "../net/joined.ts";
import type { Trial } from "./trial.ts";

/** What a wait for more gave. */
export type More = "bytes" | "end" | "error" | "silent";

/** Reads a connection; a wait that was too short loses nothing. */
export class Inbox {
  readonly #trial: Trial;
  readonly #conn: Conn;
  readonly #buffer = new Uint8Array(64 * 1024);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #reading: Promise<number | null | "error"> | null = null;

  /** Of this connection, which nobody else reads. */
  constructor(trial: Trial, conn: Conn) {
    this.#trial = trial;
    this.#conn = conn;
  }

  /** What came and was not taken yet. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Drops the first `n` bytes. */
  take(n: number): void {
    this.#bytes = this.#bytes.slice(n);
  }

  /** Waits for more; `silent`: the program was, for so many milliseconds. */
  async more(ms: number): Promise<More> {
    this.#reading ??= this.#conn.read(this.#buffer).catch(() => "error" as const);
    const n = await this.#trial.patiently(this.#reading, "silent" as const, ms);
    if (n === "silent") return n;
    if (n === null) return "end";
    if (n === "error") return n;
    this.#reading = null;
    this.#bytes = joined([this.#bytes, this.#buffer.subarray(0, n)]);
    return "bytes";
  }

  /** Reads on until there is an end, a silence, or so many bytes. */
  async rest(ms: number, { mostBytes = Infinity } = {}): Promise<More> {
    for (;;) {
      const more = await this.more(ms);
      if (more !== "bytes" || this.#bytes.length >= mostBytes) return more;
    }
  }
}

/** Where `part` begins in `whole`, from `from` on; -1: nowhere. */
export function indexOfBytes(whole: Uint8Array, part: Uint8Array, from = 0): number {
  for (let at = from; at + part.length <= whole.length; at++) {
    if (startsWithBytes(whole.subarray(at), part)) return at;
  }
  return -1;
}

export function startsWithBytes(whole: Uint8Array, start: Uint8Array): boolean {
  return whole.length >= start.length && start.every((byte, i) => whole[i] === byte);
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWithBytes(a, b);
}
