/**
 * write() to a stream that another program may have made non-blocking: a
 * terminal, or a pipe, that both share. When it is full, Deno does not wait but
 * throws WouldBlock, and for stdout does not tell how much of the bytes it took:
 * it writes whole lines at once, and keeps up to 1024 bytes more for the next
 * time. So stdout is given pieces of which it takes all or nothing.
 *
 * @module
 */

import type { Writer } from "../framing.ts";
import { Failure, words } from "./failure.ts";

const LF = 0x0a;
/** A pipe takes so many bytes whole or not at all (PIPE_BUF). */
const PIPE_BUF = 4096;
/** Less than this, without a newline, Deno takes in any case, and writes it when it can. */
const KEPT = 1024;
/** Four times what a pipe holds: one that took so much is read, or waits for its reader. */
const TRIAL = 256 * 1024;
/** How soon it is tried again. */
const AGAIN_MS = 5;

/** write(), as often as it would block. For stderr, which tells what it took. */
export async function writeWhenRoom(sink: Writer, bytes: Uint8Array): Promise<number> {
  for (;;) {
    try {
      return await sink.write(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** stdout, as a Writer that waits for room, and loses and doubles nothing. */
export class PatientStdout implements Writer {
  readonly #stdout: Writer & { isTerminal(): boolean };
  #toTry = TRIAL; // bytes, before larger pieces are written
  #isNonBlocking = false;

  constructor(stdout: Writer & { isTerminal(): boolean }) {
    this.#stdout = stdout;
  }

  /** Writes a first piece of `bytes`. Resolves to its length. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#stdout.isTerminal()
      ? this.#writePiece(lineOrNewline(bytes))
      : this.#writePiece(wholeLines(bytes));
  }

  /**
   * The same for many bytes, without the price of small pieces: once it has
   * taken enough of them, it is given all at once.
   *
   * @throws {Failure} If it turns out only then that it does not wait.
   */
  async writeBulk(bytes: Uint8Array): Promise<number> {
    if (this.#toTry > 0 || this.#isNonBlocking) {
      const n = await this.write(bytes);
      this.#toTry -= n;
      return n;
    }
    try {
      return await this.#stdout.write(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      throw new Failure(
        words`Cannot write to stdout: it is full, and another program has made it non-blocking`,
        words`With | cat behind it, it is this program's own.`,
      );
    }
  }

  async #writePiece(piece: Uint8Array): Promise<number> {
    for (;;) {
      try {
        return await this.#stdout.write(piece);
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        this.#isNonBlocking = true;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        if (piece.length >= KEPT || piece.includes(LF)) continue;
        // It threw, and yet the piece is not lost: Deno has put it aside, and writes it before
        // what comes next. Given again, it would appear twice; if nothing came next, never.
        // So what comes next is a write of nothing, until it no longer finds the pipe full.
        await writeWhenRoom(this.#stdout, new Uint8Array(0));
        return piece.length;
      }
    }
  }
}

/** For a pipe: whole lines, or a part of one, as much as it takes at once. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const piece = bytes.subarray(0, PIPE_BUF);
  const end = piece.lastIndexOf(LF) + 1;
  return end === 0 ? piece : piece.subarray(0, end);
}

/** For a terminal, which may take any part: a single byte, or what Deno takes in any case. */
function lineOrNewline(bytes: Uint8Array): Uint8Array {
  const piece = bytes.subarray(0, KEPT - 1);
  const newline = piece.indexOf(LF);
  return newline === -1 ? piece : piece.subarray(0, Math.max(newline, 1));
}
