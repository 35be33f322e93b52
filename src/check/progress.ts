/**
 * How far it is, for a person who waits: one line on a terminal, gone at the end.
 *
 * @module
 */

import type { Streams } from "../cli/output.ts";
import type { Lang } from "../draw/figure.ts";
import { WORDS } from "./words.ts";

const utf8 = new TextEncoder();

/** The line on stderr; nothing if that is no terminal. */
export class Progress {
  /** So many cases are done. */
  done = 0;
  readonly #stderr: Streams["stderr"];
  readonly #all: number;
  readonly #lang: Lang;
  #isShown = false;
  #written: Promise<unknown> = Promise.resolve(); // one write after the other

  /** Shows the line. */
  constructor(stderr: Streams["stderr"], { all, lang }: { all: number; lang: Lang }) {
    this.#stderr = stderr;
    this.#all = all;
    this.#lang = lang;
    this.show(0);
  }

  /** So many are done now. */
  show(done: number): void {
    this.done = done;
    if (!this.#stderr.isTerminal()) return;
    this.#isShown = true;
    this.#write(WORDS.progress(done, this.#all)[this.#lang]);
  }

  /** Takes the line away. Resolves when it is gone: what is printed then begins a line. */
  async end(): Promise<void> {
    if (this.#isShown) this.#write("");
    this.#isShown = false;
    await this.#written;
  }

  #write(text: string): void {
    // The line before is written over, and what is left of it is deleted.
    const bytes = utf8.encode(`\r${text}\x1b[K`);
    this.#written = this.#written.then(() => this.#stderr.write(bytes)).catch(() => {});
  }
}
