/**
 * The words of `--help`, and how text is laid out.
 *
 * @module
 */

import { type Command, type Parameter, usageOf } from "./command.ts";
import { type Value, type Words, words } from "./failure.ts";
import type { Output } from "./output.ts";

/** No line is wider than this, or than the terminal, if that is narrower. */
const MOST_COLUMNS = 80;
/** Nobody reads a column of less: what does not fit beside a name then stands below it. */
const LEAST_COLUMNS = 24;
const INDENT_BELOW = 10;

type AnyCommand = Command<Record<string, Parameter<unknown>>, Record<string, Parameter<unknown>>>;

/** A name, or an option, and what is said of it. */
export type Row = [left: string, right: string];

/** The whole help text, in the language of the run. */
export async function helpOf(command: AnyCommand, output: Output): Promise<string> {
  const { name, section, summary, rest, list, examples } = command;
  const text = (said: Value) => output.textOf(words`${said}`);
  const layout = await layoutOf(output);
  const paragraph = layout.wrap(text(section === "" ? summary : words`${section} ${summary}`));

  const rows = Object.entries(command.arguments)
    .map(([name, { help }]): Row => [`<${name}>`, text(help)]);
  if (rest !== undefined) rows.push([text(rest.value), text(rest.help)]);
  const choice = list?.rows.map(([left, what]): Row => [left, text(what)]) ?? [];
  const options = Object.entries(command.options).map(([name, { value, bare, help }]): Row => {
    const short = name === "help" ? "-h, " : "    ";
    const own = value === undefined ? "" : text(value);
    const given = own === "" ? "" : bare === undefined ? ` ${own}` : `[=${own}]`;
    return [`${short}--${name}${given}`, text(help)];
  });
  const width = layout.widest([...rows, ...options]);
  const part = (head: Words, rows: Row[]) =>
    rows.length === 0 ? "" : `${text(head)}\n${layout.table(rows, width)}\n\n`;
  function example([line, what]: [line: string, what: Words]): string {
    const called = line.replace(name, text({ program: name }))
      .replace(/\btcplab (\w+)/g, (_, program) => text({ program }));
    return `  ${called}\n      ${text(what)}`; // not wrapped: it may hold another command line
  }
  return `${text(usageOf(command))}\n\n${paragraph.join("\n")}\n\n` +
    part(words`Arguments:`, rows) +
    (list === undefined ? "" : part(list.head, choice)) +
    part(words`Options:`, options) +
    `${text(words`Examples:`)}\n${examples.map(example).join("\n")}\n`;
}

/** How text is laid out where it is printed. */
export interface Layout {
  /** Lines that are no wider than they may be. */
  wrap(text: string): string[];
  /** The width that the left column needs, with the gap behind it. */
  widest(rows: Row[]): number;
  /** The rows as lines; what is said of a name stands beside it, or below where there is no room. */
  table(rows: Row[], width?: number): string;
}

/** The layout for a terminal, if stdout is one, or for anything else. */
export async function layoutOf(output: Output): Promise<Layout> {
  const columns = columnsOf(output);
  // Of Chinese a table of widths is needed, of English nothing.
  const { widthOf, wrap } = output.lang === "en"
    ? { widthOf: (text: string) => text.length, wrap: wrapped }
    : await import(`./${""}columns.ts`) as typeof import("./columns.ts"); // see main.ts
  const widest = (rows: Row[]) => Math.max(...rows.map(([left]) => widthOf(left))) + 2;
  return {
    widest,
    wrap: (text) => wrap(text, columns),
    table(rows, width = widest(rows)) {
      const isBeside = columns - 2 - width >= LEAST_COLUMNS;
      const indent = isBeside ? width + 2 : INDENT_BELOW;
      const behind = "\n" + " ".repeat(indent);
      return rows.map(([left, right]) => {
        const gap = isBeside ? " ".repeat(width - widthOf(left)) : right === "" ? "" : behind;
        return `  ${left}${gap}${wrap(right, columns - indent).join(behind)}`.trimEnd();
      }).join("\n");
    },
  };
}

function columnsOf({ streams: { stdout } }: Output): number {
  try {
    if (stdout.isTerminal()) {
      return Math.min(Deno.consoleSize().columns || MOST_COLUMNS, MOST_COLUMNS);
    }
  } catch {
    // It does not tell.
  }
  return MOST_COLUMNS;
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
