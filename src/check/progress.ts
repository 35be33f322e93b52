/**
 * How far a check is, for a person who waits.
 *
 * @module
 */

import type { Streams } from "../cli/output.ts";
import { StatusLine } from "../cli/status_line.ts";
import type { Lang } from "../draw/figure.ts";
import { WORDS } from "./words.ts";

/** The line on stderr; nothing if that is no terminal. */
export class Progress {
  /** So many cases are done. */
  done = 0;
  readonly #line: StatusLine;
  readonly #all: number;
  readonly #lang: Lang;

  /** Shows the line. */
  constructor(stderr: Streams["stderr"], { all, lang }: { all: number; lang: Lang }) {
    this.#line = new StatusLine(stderr);
    this.#all = all;
    this.#lang = lang;
    this.show(0);
  }

  /** So many are done now. */
  show(done: number): void {
    this.done = done;
    this.#line.show(WORDS.progress(done, this.#all)[this.#lang]);
  }

  /** Takes the line away. Resolves when it is gone: what is printed then begins a line. */
  end(): Promise<void> {
    return this.#line.end();
  }
}
