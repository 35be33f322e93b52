/**
 * The input of echo_client when a person types it: a prompt, and the line that comes.
 *
 * @module
 */

import { bytes, failure, type Words, words } from "../cli/failure.ts";
import { LineReader, LineTooLongError, type Reader } from "../framing.ts";

const LF = 0x0a;

/** What {@linkcode TypedInput} is given. */
export interface TypedInputOptions {
  /** What asks for a line; empty where nobody would see it. */
  prompt: string;
  /** A longer line is refused and asked for again. */
  maxLineBytes?: number;
  /** Prints a text on stdout. */
  print(text: string): Promise<void>;
  /** Says a line on stderr. */
  say(what: Words): void;
}

/** Lines as they are typed. */
export class TypedInput {
  readonly #lines: LineReader;
  readonly #options: TypedInputOptions;
  #isPrompted = false; // the cursor stands behind the prompt

  /** Makes one on what a person types. Reads nothing yet. */
  constructor(stdin: Reader, options: TypedInputOptions) {
    this.#lines = new LineReader(stdin, { maxLineBytes: options.maxLineBytes });
    this.#options = options;
  }

  /** Asks for a line. */
  async prompt(): Promise<void> {
    const { prompt, print } = this.#options;
    this.#isPrompted = prompt !== ""; // now: the server may say something before we hear that it is out
    await print(prompt);
  }

  /** Leaves the prompt's line, if the cursor stands there: what is printed next has its own. */
  async endPrompt(): Promise<void> {
    if (!this.#isPrompted) return;
    this.#isPrompted = false;
    await this.#options.print("\n");
  }

  /**
   * The next line; `null` at the end of input.
   *
   * @throws {Failure} If it cannot be read.
   */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      try {
        const line = await this.#lines.readLine();
        // At the end of input, perhaps in mid-line, nobody has pressed Enter.
        if (line?.[line.length - 1] !== LF) await this.endPrompt();
        this.#isPrompted = false;
        return line;
      } catch (error) {
        if (!(error instanceof LineTooLongError)) {
          throw failure(words`Cannot read the next line`, error);
        }
        const [most, skipped] = [bytes(error.limit), bytes(this.#lines.skip())];
        this.#options.say(
          words`echo_client: Cannot take a line: longer than ${most}; it is not sent (${skipped})`,
        );
        await this.prompt();
      }
    }
  }
}
