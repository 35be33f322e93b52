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

  /** Shows the line. */
  constructor(stderr: Streams["stderr"], all: number, lang: Lang) {
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

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#write("");
    this.#isShown = false;
  }

  #write(text: string): void {
    // The line before is written over, and what is left of it is deleted.
    this.#stderr.write(utf8.encode(`\r${text}\x1b[K`)).catch(() => {});
  }
}
