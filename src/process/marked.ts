/**
 * Processes that were started by a reader's program and have left its group, as daemons do: all
 * that it starts inherits a mark in its environment, and is found by it.
 *
 * @module
 */

import { outputNow, outputOf } from "./system_command.ts";

/** The variable whose value is the mark. */
export const MARK = "TCPLAB_CHECK";

/** The numbers of the living processes whose mark begins with one of these. None where nobody can tell. */
export async function marked(marks: string[]): Promise<number[]> {
  return numbersIn(await outputOf("sh", ["-c", searchFor(marks)]));
}

/** The same, while everything else waits. */
export function markedNow(marks: string[]): number[] {
  return numbersIn(outputNow("sh", ["-c", searchFor(marks)]));
}

/** A line of shell; Deno guards /proc, but lets a child read it. */
function searchFor(marks: string[]): string {
  // The first brackets: so that those who search do not find themselves. The others: a "." is a
  // "." there, or who looks for "1." would find "12." too, and end what is still at work.
  const patterns = marks.map((mark) =>
    `-e '[${MARK[0]}]${MARK.slice(1)}=${mark.replaceAll(".", "[.]")}'`
  ).join(" ");
  return Deno.build.os === "linux"
    ? `exec grep -lsa ${patterns} /proc/[0-9]*/environ`
    : `ps -A -E -ww -o pid=,command= | grep ${patterns}`;
}

/** The number in each line: `/proc/41/environ`, or ` 41 sleep 30 TCPLAB_CHECK=…`. */
function numbersIn(lines: Uint8Array): number[] {
  return new TextDecoder().decode(lines).split("\n")
    .map((line) => Number(/^(?:\/proc\/|\s*)([0-9]+)/.exec(line)?.[1] ?? 0))
    .filter((pid) => pid > 0);
}
