/**
 * Sections as text for a terminal of 80 columns, or fewer.
 *
 * @module
 */

import { padEnd, padStart, widthOf, wrap } from "../cli/columns.ts";
import { differenceLines } from "./difference.ts";
import {
  type DifferenceFigure,
  type EndpointsFigure,
  type Figure,
  formatMs,
  formatNumber,
  inLanguage,
  type LadderFigure,
  type Lang,
  type LayersFigure,
  type QueueFigure,
  type Scene,
  type Section,
  type StreamFigure,
  type Table,
  type Text,
  type TimelineFigure,
  type Verdict,
} from "./figure.ts";
import { ladderLines } from "./ladder.ts";
import { markOf } from "./mark.ts";
import type { LineStyle, Paint } from "./paint.ts";
import { WORDS } from "./words.ts";

/** No line is wider, also on a wider terminal. */
const WIDTH = 80;
/** Narrower than this it would not be readable any more. */
const LEAST_WIDTH = 40;
const INDENT = "  ";
/** Where the picture begins, after the names of its rows. */
const LABEL = 14;
/** The lengths of so many pieces stand in their bar. */
const FEW_PIECES = 4;

/** How a text is painted. */
export interface Style {
  lang: Lang;
  colour: boolean;
  /** The columns of the terminal. Default: 80, which are the most. */
  columns?: number;
}

const CODES: Record<Paint, string> = {
  bold: "1",
  dim: "2",
  write: "36",
  read: "32",
  line: "35",
  waits: "33",
  good: "1;32",
  bad: "1;31",
};

/** Draws for one style. */
export class TerminalPrinter {
  readonly #lang: Lang;
  readonly #colour: boolean;
  readonly #width: number;
  /** Columns of a bar that stands for many bytes or for time. */
  readonly #bar: number;

  /** A printer of this style. */
  constructor({ lang, colour, columns = WIDTH }: Style) {
    this.#lang = lang;
    this.#colour = colour;
    this.#width = Math.max(LEAST_WIDTH, Math.min(columns, WIDTH));
    this.#bar = this.#width - 2 * INDENT.length - LABEL - 2;
  }

  /** A whole section, ending in an empty line. */
  section({ name, section, title, claim, verdict, scenes }: Section): string {
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
    ];
    return lines.map((line) => line.trimEnd() + "\n").join("");
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

  #scene({ title, figure, table, notes = [], code }: Scene, number: number): string[] {
    return [
      ...wrap(`${number}  ${this.#say(title)}`, this.#width - INDENT.length).map((line) =>
        this.#paint("bold", INDENT + line)
      ),
      "",
      ...(figure === undefined ? [] : [...this.#figure(figure), ""]),
      ...(table === undefined ? [] : [...this.#table(table), ""]),
      ...(code === undefined
        ? []
        : [...this.#say(code).split("\n").map((line) => this.#code(line)), ""]),
      ...notes.flatMap((note) => [...this.#paragraph(this.#say(note)), ""]),
    ];
  }

  #figure(figure: Figure): string[] {
    const lines = (() => {
      switch (figure.kind) {
        case "stream":
          return this.#stream(figure);
        case "queue":
          return this.#queue(figure);
        case "timeline":
          return this.#timeline(figure);
        case "ladder":
          return this.#ladder(figure);
        case "endpoints":
          return this.#endpoints(figure);
        case "layers":
          return this.#layers(figure);
        case "difference":
          return this.#difference(figure);
      }
    })();
    return lines.map((line) => INDENT + line);
  }

  #code(line: string): string {
    return this.#paint("write", `${INDENT.repeat(3)}${line}`);
  }

  #row(label: string, picture: string): string {
    return `${INDENT}${padEnd(label, LABEL)}${picture}`;
  }

  #stream({ bytes: all, length, datagrams, cuts }: StreamFigure): string[] {
    const bytes = length * 3 > this.#bar + 2 ? undefined : all;
    const cell = bytes === undefined ? this.#bar / length : 3;
    const rows = cuts.map(({ call, pieces, tone }) => {
      const marks = bytes === undefined
        ? tally(pieces, { cell, bar: this.#bar })
        : brackets(pieces, cell);
      const times = pieces.length > 1 && bytes === undefined ? ` ${pieces.length}×` : "";
      return this.#row(this.#say(call) + times, this.#paint(tone, marks));
    });
    const shown = bytes === undefined
      ? "█".repeat(this.#bar)
      : byteCells(bytes, datagrams ? cuts[0].pieces : []);
    return [rows[0], this.#row("", shown), ...rows.slice(1)];
  }

  #queue({ queues }: QueueFigure): string[] {
    const key = `■ ┊ ${this.#say(WORDS.asked)}   ┊ ■ ${this.#say(WORDS.beyond)}`;
    const rows = queues.map(({ backlog, letIn, next }) => {
      const slots = Math.min(letIn, 24);
      const asked = "■ ".repeat(Math.min(backlog, slots));
      const more = "■ ".repeat(slots - Math.min(backlog, slots)) + (letIn > slots ? "… " : "");
      const beyond = next === "none" ? "" : this.#paint(
        next === "waits" ? "waits" : "bad",
        `${next === "waits" ? "□" : "×"} ${this.#say(WORDS[next])}`,
      );
      const queue = `${this.#paint("read", asked)}┊ ${this.#paint("line", more)}${beyond}`;
      return this.#row(`backlog ${padStart(String(backlog), 2)}`, queue);
    });
    return [...rows, this.#row("", this.#paint("dim", key))];
  }

  #timeline({ lanes }: TimelineFigure): string[] {
    const ends = lanes.flatMap(({ bars, marks }) => [
      ...bars.map(({ toUs }) => toUs),
      ...marks.map(({ atUs }) => atUs),
    ]);
    const last = Math.max(1, ...ends);
    const at = (us: number) => Math.round(us / last * (this.#bar - 1));
    const rows = lanes.map(({ who, bars, marks }) => {
      const cells: string[] = Array(this.#bar).fill(" ");
      for (const { fromUs, toUs, state } of bars) {
        const sign = this.#paint(
          state === "waits" ? "waits" : "read",
          state === "waits" ? "░" : "█",
        );
        // A bar is at least one column, or nobody would see it.
        for (let i = at(fromUs); i < Math.max(at(toUs), at(fromUs) + 1); i++) cells[i] = sign;
      }
      for (const { atUs, sign } of marks) {
        cells[at(atUs)] = sign === "cross" ? this.#paint("bad", "×") : "●";
      }
      return this.#row(this.#say(who), cells.join(""));
    });
    const end = formatMs(last);
    const axis = `0${" ".repeat(this.#bar - 1 - end.length)}${end}`;
    const states = new Set(lanes.flatMap(({ bars }) => bars.map(({ state }) => state)));
    const key = [
      ...(states.has("served") ? [`${this.#paint("read", "█")} ${this.#say(WORDS.served)}`] : []),
      ...(states.has("waits") ? [`${this.#paint("waits", "░")} ${this.#say(WORDS.waits)}`] : []),
      ...lanes.flatMap(({ marks }) =>
        marks.map(({ sign, label }) =>
          `${sign === "cross" ? this.#paint("bad", "×") : "●"} ${this.#say(label)}`
        )
      ),
    ].join("   ");
    return [...rows, this.#row("", this.#paint("dim", axis)), this.#row("", key)];
  }

  #ladder(figure: LadderFigure): string[] {
    return ladderLines(figure, this.#lineStyle()).map((line) => INDENT + line);
  }

  #difference(figure: DifferenceFigure): string[] {
    return differenceLines(figure, this.#lineStyle()).map((line) => INDENT + line);
  }

  #lineStyle(): LineStyle {
    return {
      lang: this.#lang,
      width: this.#width - 2 * INDENT.length,
      paint: (paint, text) => this.#paint(paint, text),
    };
  }

  #endpoints({ server, clients }: EndpointsFigure): string[] {
    const names = Math.max(...clients.map(({ who }) => widthOf(this.#say(who))));
    const addresses = Math.max(...clients.map(({ address }) => address.length));
    const middle = Math.floor((clients.length - 1) / 2);
    return clients.map(({ who, address }, i) => {
      const first = i === 0, last = i === clients.length - 1;
      const joint = clients.length === 1
        ? "─"
        : first
        ? "┐"
        : last
        ? "┘"
        : i === middle
        ? "┼"
        : "┤";
      const here = i === middle
        ? `${clients.length === 1 ? "─" : joint === "┐" ? "┬" : joint}──▶  ${server}`
        : joint;
      const name = padEnd(this.#say(who), names);
      return `${INDENT}${name}  ${this.#paint("write", padEnd(address, addresses))}  ───${here}`;
    });
  }

  #layers({ frames }: LayersFigure): string[] {
    const names = Math.max(...frames.map(({ name }) => widthOf(this.#say(name))));
    return frames.map(({ name, parts }) => {
      const boxes = parts.map(({ name, bytes, layer }) =>
        this.#paint(
          layer === "application" ? "bold" : layer === "padding" ? "dim" : "write",
          `[${this.#say(name)} ${bytes}]`,
        )
      );
      return `${INDENT}${padEnd(this.#say(name), names)}  ${boxes.join("")}`;
    });
  }

  #table({ head, rows }: Table): string[] {
    const cells = [head, ...rows].map((row) => row.map((cell) => this.#say(cell)));
    const widths = head.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i]))));
    const numeric = head.map((_, i) => rows.every((row) => /^(✗ ?)?[0-9]/.test(this.#say(row[i]))));
    const lines = cells.map((row) =>
      row.map((cell, i) => numeric[i] ? padStart(cell, widths[i]) : padEnd(cell, widths[i]))
        .join("   ").trimEnd()
    );
    return [this.#paint("dim", lines[0]), ...lines.slice(1)].map((line) => INDENT + INDENT + line);
  }
}

/** `├── 6 ──┤├─ 4 ─┤`: pieces of a few bytes, each in its own bracket. */
function brackets(pieces: number[], cell: number): string {
  return pieces.map((bytes) => {
    const inner = bytes * cell - 2;
    const text = inner >= 5 ? ` ${bytes} ` : String(bytes);
    const before = Math.floor((inner - text.length) / 2);
    return `├${"─".repeat(before)}${text}${"─".repeat(inner - text.length - before)}┤`;
  }).join("");
}

/** `├──┼─ 6 ─┼────┤`: a mark at every cut, and how long the pieces are where they are few. */
function tally(pieces: number[], { cell, bar }: { cell: number; bar: number }): string {
  const line = Array(bar).fill("─");
  let at = 0;
  let from = 0;
  pieces.forEach((bytes, i) => {
    at += bytes;
    const isLast = i === pieces.length - 1;
    const to = isLast ? bar - 1 : Math.min(bar - 2, Math.max(1, Math.round(at * cell)));
    if (!isLast) line[to] = "┼";
    const text = ` ${formatNumber(bytes)} `;
    if (pieces.length <= FEW_PIECES && to - from - 1 >= text.length) {
      line.splice(Math.floor((from + to + 1 - text.length) / 2), text.length, ...text);
    }
    from = to;
  });
  return ["├", ...line.slice(1, -1), "┤"].join("");
}

/** ` h  e  l  l  o \n`; a datagram in brackets of its own. */
function byteCells(bytes: Uint8Array, messages: number[]): string {
  const cells = [...bytes].map((byte) =>
    byte === 0x0a
      ? "\\n "
      : byte < 0x20 || byte > 0x7e
      ? `${hex(byte)} `
      : ` ${String.fromCharCode(byte)} `
  );
  let at = 0;
  for (const length of messages) {
    cells[at] = "[" + cells[at].slice(1);
    cells[at + length - 1] = cells[at + length - 1].slice(0, 2) + "]";
    at += length;
  }
  return cells.join("");
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
