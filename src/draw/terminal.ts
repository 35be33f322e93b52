/**
 * Sections as text for a terminal, of 40 to 120 columns.
 *
 * @module
 */

import { padEnd, wrap } from "../cli/columns.ts";
import {
  type Answer,
  inLanguage,
  type Lang,
  type Scene,
  type Section,
  type Text,
  type Verdict,
} from "./figure.ts";
import { markOf } from "./mark.ts";
import { MESSAGE_CODES } from "./message_colours.ts";
import type { LineStyle, Paint } from "./paint.ts";
import { figureLines } from "./terminal_figures.ts";
import { tableLines } from "./terminal_table.ts";

/** Where the terminal does not tell its size, and in a pipe. */
const WIDTH = 80;
/** Narrower than this it would not be readable any more. */
const LEAST_WIDTH = 40;
/** No line is wider, also on a wider terminal. */
const MOST_WIDTH = 120;
const INDENT = "  ";

/** How a text is painted. */
export interface Style {
  lang: Lang;
  colour: boolean;
  /** The columns of the terminal, of which 40 to 120 are used. Default: 80. */
  columns?: number;
}

const CODES: Record<string, string> = {
  bold: "1",
  dim: "2",
  write: "36",
  read: "32",
  line: "35",
  waits: "33",
  good: "1;32",
  bad: "1;31",
  ...Object.fromEntries(MESSAGE_CODES.map((code, i) => [`m${i}`, code])),
};

/** Draws for one style. */
export class TerminalPrinter {
  readonly #lang: Lang;
  readonly #colour: boolean;
  readonly #width: number;

  /** A printer of this style. */
  constructor({ lang, colour, columns = WIDTH }: Style) {
    this.#lang = lang;
    this.#colour = colour;
    this.#width = Math.max(LEAST_WIDTH, Math.min(columns, MOST_WIDTH));
  }

  /** A whole section, ending in an empty line. */
  section({ name, section, title, claim, verdict, scenes, answers = [] }: Section): string {
    const [first, ...more] = wrap(
      `${name}  ${this.#say(title)}`,
      this.#width - section.length - 2,
    );
    const head = [padEnd(first, this.#width - section.length) + section, ...more];
    const parts = scenes.flatMap((scene, i) => this.#scene(scene, i + 1));
    const lines = [
      ...head.map((line) => this.#paint("bold", line)),
      "",
      ...(claim === undefined
        ? [...this.#verdict(verdict), "", ...parts]
        : [...this.#quotation(this.#say(claim)), "", ...parts, ...this.#verdict(verdict), ""]),
      ...answers.flatMap((answer) => this.#answer(answer)),
    ];
    return text(lines);
  }

  /** A question with its answer, ending in an empty line. */
  answer(answer: Answer): string {
    return text(this.#answer(answer));
  }

  /** A paragraph, ending in an empty line. */
  note(words: Text): string {
    return text([...this.#paragraph(this.#say(words)), ""]);
  }

  /** The last line: is all of it good? */
  summary(text: Text, good: boolean): string {
    return this.verdict(this.#say(text), good) + "\n";
  }

  /** Words in the colour of a verdict. */
  verdict(words: string, good: boolean | null): string {
    return this.#paint(good === null ? "dim" : good ? "good" : "bad", words);
  }

  /** Words that stand out, or back. */
  painted(paint: "bold" | "dim", words: string): string {
    return this.#paint(paint, words);
  }

  #say(text: Parameters<typeof inLanguage>[0]): string {
    return inLanguage(text, this.#lang);
  }

  #paint(paint: Paint, text: string): string {
    return this.#colour && text.trim() !== "" ? `\x1b[${CODES[paint]}m${text}\x1b[0m` : text;
  }

  #paragraph(text: string): string[] {
    return wrap(text, this.#width - 2 * INDENT.length).map((line) => INDENT + line);
  }

  #quotation(text: string): string[] {
    return wrap(text, this.#width - 3 * INDENT.length).map((line) =>
      this.#paint("dim", `${INDENT}│ ${line}`)
    );
  }

  #verdict({ good, word, seen }: Verdict): string[] {
    const start = `${INDENT}${markOf(good)} ${this.#say(word)}`;
    const colon = this.#lang === "zh" ? "：" : ": ";
    const [first, ...more] = this.#paragraph(start.trimStart() + colon + this.#say(seen));
    return [this.verdict(start, good) + first.slice(start.length), ...more];
  }

  #answer({ name, question, paragraphs }: Answer): string[] {
    const heading = this.#paragraph(`${this.#say(name)}  ${this.#say(question)}`);
    return [
      ...heading.map((line) => this.#paint("bold", line)),
      "",
      ...paragraphs.flatMap((words) => [...this.#paragraph(this.#say(words)), ""]),
    ];
  }

  #scene({ title, figure, table, notes = [], code }: Scene, number: number): string[] {
    return [
      ...wrap(`${number}  ${this.#say(title)}`, this.#width - INDENT.length).map((line) =>
        this.#paint("bold", INDENT + line)
      ),
      "",
      ...(figure === undefined
        ? []
        : [...this.#indented(figureLines(figure, this.#lineStyle())), ""]),
      ...(table === undefined ? [] : [...this.#indented(tableLines(table, this.#lineStyle())), ""]),
      ...(code === undefined
        ? []
        : [...this.#say(code).split("\n").map((line) => this.#code(line)), ""]),
      ...notes.flatMap((note) => [...this.#paragraph(this.#say(note)), ""]),
    ];
  }

  #indented(lines: string[]): string[] {
    return lines.map((line) => INDENT + INDENT + line);
  }

  #code(line: string): string {
    return this.#paint("write", `${INDENT.repeat(3)}${line}`);
  }

  #lineStyle(): LineStyle {
    return {
      lang: this.#lang,
      width: this.#width - 2 * INDENT.length,
      paint: (paint, text) => this.#paint(paint, text),
    };
  }
}

/** Lines without the blanks at their ends. */
function text(lines: string[]): string {
  return lines.map((line) => line.trimEnd() + "\n").join("");
}
