/**
 * The replies of a server as echo_client prints them.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import type { Streams } from "../cli/output.ts";
import { TerminalText } from "../cli/escape.ts";

const LF = 0x0a;
const PREFIX_TEXT = "Message from server: ";
const PREFIX = new TextEncoder().encode(PREFIX_TEXT);
const OUTPUT_SIZE = 512 * 1024;

/** How replies are printed: bytes go in, in order and cut anywhere. */
export interface Replies {
  /** Prints these bytes, which are the caller's again when it is done. */
  print(bytes: Uint8Array): Promise<void>;
  /** Nothing follows: a terminal gets what waited for the rest of a character, and a last "\n". */
  end(): Promise<void>;
}

/**
 * Replies on stdout, with the book's words before each line, or without them if
 * `quiet`. A pipe gets the bytes as they are; on a terminal, where a stranger's
 * bytes could act, they are made safe.
 */
export function repliesOn(stdout: Streams["stdout"], quiet: boolean): Replies {
  if (stdout.isTerminal()) return new TerminalReplies(stdout, quiet);
  if (!quiet) return new PrefixedReplies(stdout);
  return { print: (bytes) => writeAll(stdout, bytes), end: () => Promise.resolve() };
}

class PrefixedReplies implements Replies {
  readonly #stdout: Streams["stdout"];
  #output = new Uint8Array(0); // made when there is something to print
  #inLine = false;

  constructor(stdout: Streams["stdout"]) {
    this.#stdout = stdout;
  }

  async print(bytes: Uint8Array): Promise<void> {
    if (this.#output.length === 0) this.#output = new Uint8Array(OUTPUT_SIZE);
    for (let from = 0; from < bytes.length;) {
      const { read, written } = this.#fill(bytes.subarray(from));
      await writeAll(this.#stdout, this.#output.subarray(0, written));
      from += read;
    }
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  /** Fills the output; byte by byte, because for short lines no call pays. */
  #fill(bytes: Uint8Array): { read: number; written: number } {
    const output = this.#output;
    const full = output.length - PREFIX.length;
    let inLine = this.#inLine;
    let read = 0;
    let written = 0;
    for (; read < bytes.length && written < full; read++) {
      if (!inLine) {
        for (let i = 0; i < PREFIX.length; i++) output[written++] = PREFIX[i];
        inLine = true;
      }
      const byte = bytes[read];
      output[written++] = byte;
      if (byte === LF) inLine = false;
    }
    this.#inLine = inLine;
    return { read, written };
  }
}

class TerminalReplies implements Replies {
  readonly #stdout: Streams["stdout"];
  readonly #prefix: string;
  readonly #text = new TerminalText();
  #inLine = false;

  constructor(stdout: Streams["stdout"], quiet: boolean) {
    this.#stdout = stdout;
    this.#prefix = quiet ? "" : PREFIX_TEXT;
  }

  print(bytes: Uint8Array): Promise<void> {
    return this.#print(this.#text.push(bytes));
  }

  async end(): Promise<void> {
    await this.#print(this.#text.end());
    if (this.#inLine) await this.#print("\n");
  }

  async #print(text: string): Promise<void> {
    let output = "";
    for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      output += (this.#inLine ? "" : this.#prefix) + piece;
      this.#inLine = !piece.endsWith("\n");
    }
    await writeAll(this.#stdout, new TextEncoder().encode(output));
  }
}
