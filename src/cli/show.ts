/**
 * Bytes of a stranger, made safe to look at.
 *
 * @module
 */

import { escapeControls, mayHide } from "./failure.ts";

export { escapeControls };

/**
 * Turns bytes, cut anywhere, into text that is safe on a terminal: UTF-8, what
 * is none as U+FFFD, acting and hidden characters escaped. A `"\r"` that
 * belongs to a line ending stays one.
 */
export class TerminalText {
  // ignoreBOM: Deno 2.9 otherwise drops a U+FEFF in the middle of the stream.
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #held = ""; // a "\r" or U+200D: the next character tells what it is
  #before = ""; // the last characters shown: they tell what a selector or U+200D behind them is

  /** The text of these bytes; half a character waits for its other half. */
  push(bytes: Uint8Array): string {
    return this.#escape(this.#held + this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** What still waits, now that nothing follows. */
  end(): string {
    return this.#escape(this.#held + this.#decoder.decode(), true);
  }

  #escape(text: string, atEnd: boolean): string {
    this.#held = atEnd ? "" : /[\r\u200d]$/.exec(text)?.[0] ?? "";
    if (this.#held !== "") text = text.slice(0, -1);
    const before = this.#before;
    if (text !== "") this.#before = (text.length < 5 ? before + text : text).slice(-5);
    if (!mayHide(text)) return text;
    return escapeLines(before + text).slice(escapeLines(before).length);
  }
}

function escapeLines(text: string): string {
  return text.split("\r\n").map(escapeControls).join("\r\n");
}
