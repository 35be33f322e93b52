/**
 * Bytes of a stranger, made safe to look at.
 *
 * @module
 */

import { escapeControls } from "./failure.ts";

export { escapeControls };

/**
 * Turns bytes, cut anywhere, into text that is safe on a terminal: UTF-8, what
 * is none as U+FFFD, acting characters escaped. A `"\r"` that belongs to a line
 * ending stays one.
 */
export class TerminalText {
  // ignoreBOM: Deno 2.9 otherwise drops a U+FEFF in the middle of the stream.
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #heldCr = ""; // a "\r" whose "\n" may be in the next bytes

  /** The text of these bytes; half a character waits for its other half. */
  push(bytes: Uint8Array): string {
    return this.#escape(this.#heldCr + this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** What still waits, now that nothing follows. */
  end(): string {
    return this.#escape(this.#heldCr + this.#decoder.decode(), true);
  }

  #escape(text: string, atEnd: boolean): string {
    this.#heldCr = !atEnd && text.endsWith("\r") ? "\r" : "";
    if (this.#heldCr !== "") text = text.slice(0, -1);
    return text.split("\r\n").map(escapeControls).join("\r\n");
  }
}
