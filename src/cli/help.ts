/**
 * The words of `--help`.
 *
 * @module
 */

import { type Command, type Parameter, usageOf } from "./command.ts";

/** The whole help text, no line wider than 80 columns. */
export function helpOf(
  command: Command<Record<string, Parameter<unknown>>, Record<string, Parameter<unknown>>>,
): string {
  const rows: [string, string][] = [];
  for (const [name, { help }] of Object.entries(command.arguments)) rows.push([`<${name}>`, help]);
  if (command.rest !== undefined) rows.push([command.rest.value, command.rest.help]);
  const options: [string, string][] = [];
  for (const [name, { value, bare, help }] of Object.entries(command.options)) {
    const short = name === "help" ? "-h, " : "    ";
    const given = value === undefined ? "" : bare === undefined ? ` ${value}` : `[=${value}]`;
    options.push([`${short}--${name}${given}`, help]);
  }
  const width = widthOf([...rows, ...options]);
  const table = (rows: [string, string][]) => tableOf(rows, width);
  return `${usageOf(command)}

${wrap(`${command.section} ${command.summary}`, 80).join("\n")}

${rows.length === 0 ? "" : `Arguments:\n${table(rows)}\n\n`}${listOf(command)}Options:
${table(options)}

Examples:
${command.examples.map(([line, what]) => `  ${line}\n      ${what}`).join("\n")}
`;
}

function listOf({ list }: { list?: { head: string; rows: [string, string][] } }): string {
  return list === undefined ? "" : `${list.head}\n${tableOf(list.rows, widthOf(list.rows))}\n\n`;
}

function widthOf(rows: [left: string, right: string][]): number {
  return Math.max(...rows.map(([left]) => left.length)) + 2;
}

function tableOf(rows: [left: string, right: string][], width: number): string {
  return rows.map(([left, right]) =>
    "  " + left.padEnd(width) + wrap(right, 78 - width).join("\n" + " ".repeat(width + 2))
  ).join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
