/**
 * A stranger's words and bytes, made safe to look at.
 *
 * @module
 */

/**
 * The code units that a character that acts or hides can begin with. Most text has none of them,
 * and is then looked through once, at ten times the speed of HIDDEN.
 */
const SUSPECT =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud82f\ud834\udb40-\udb43]/;

/**
 * Characters that act on a terminal instead of standing on it, and those that nobody sees: the
 * controls but tab and newline, separators of lines and paragraphs, and what Unicode lets a font
 * ignore (zero width, turners of direction, soft hyphens, tags …). Two texts that look alike should
 * be alike. What a visible character is made of stays: one selector of its form behind an emoji or
 * an ideograph, and U+200D between two emoji. Between letters, where U+200D and U+200C shape some
 * scripts, they are shown: nobody could tell them from a trick.
 */
const HIDDEN =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}](?<![\p{Emoji}\p{Ideographic}][\ufe00-\ufe0f\u{e0100}-\u{e01ef}])(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?\u200d(?=\p{Extended_Pictographic}))/gu;

/** Could a character of the text be one that acts or hides? `false` is certain. */
function mayHide(text: string): boolean {
  return SUSPECT.test(text);
}

/** The text with every acting or hidden character in the form `\x1b`, `\u202e` or `\u{e0041}`. */
export function escapeControls(text: string): string {
  if (!mayHide(text)) return text;
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    if (code < 256) return `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}

/** The text in quotation marks, safe and on one line. */
export function quote(text: string): string {
  return `"${escapeControls(text).replaceAll("\n", "\\n")}"`;
}

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
