/**
 * One line on a terminal for a person who waits: written over again and again, and
 * gone at the end.
 *
 * @module
 */

import { before } from "../net/silence.ts";
import { terminalColumns, widthOf } from "./columns.ts";
import type { Streams } from "./output.ts";

const utf8 = new TextEncoder();
/** A terminal that takes nothing for so long, in milliseconds, is not waited for (Ctrl-S). */
const PATIENCE_MS = 1000;

/** The line on stderr; nothing if that is no terminal. */
export class StatusLine {
  readonly #stderr: Streams["stderr"];
  #isShown = false;
  #written: Promise<unknown> | null = null; // the write under way

  /** Shows nothing yet. */
  constructor(stderr: Streams["stderr"]) {
    this.#stderr = stderr;
  }

  /** Shows this instead of what it showed before, if that has been taken. */
  show(text: string): void {
    if (!this.#stderr.isTerminal() || this.#written !== null) return;
    this.#isShown = true;
    const columns = terminalColumns();
    // A line that reaches the last column goes on in the next one, and is not written over.
    this.#write(columns === undefined ? text : cut(text, columns - 1));
  }

  /** Takes the line away. Resolves when it is gone: what is printed then begins a line. */
  async end(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    await before(PATIENCE_MS, this.#written ?? Promise.resolve());
    this.#write("");
    await before(PATIENCE_MS, this.#written ?? Promise.resolve());
  }

  #write(text: string): void {
    // The line before is written over, and what is left of it is deleted.
    const bytes = utf8.encode(`\r${text}\x1b[K`);
    const writing = this.#stderr.write(bytes).catch(() => {});
    this.#written = writing.finally(() => this.#written = null);
  }
}

/** The text, or as much of it as there is room for, with an ellipsis. */
function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let begin = "";
  for (const character of text) {
    if (widthOf(begin + character) >= width) break;
    begin += character;
  }
  return `${begin}…`;
}
