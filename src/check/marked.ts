/**
 * Processes that were started by a reader's program and have left its group, as daemons do: all
 * that it starts inherits a mark in its environment, and is found by it.
 *
 * @module
 */

import { outputOf } from "./system_command.ts";

/** The variable whose value is the mark. */
export const MARK = "TCPLAB_CHECK";

/** The numbers of the living processes whose mark begins with this. None where nobody can tell. */
export async function marked(mark: string): Promise<number[]> {
  return numbersIn(await outputOf("sh", ["-c", searchFor(mark)]));
}

/** The same, while everything else waits. */
export function markedNow(mark: string): number[] {
  try {
    const args = ["-c", searchFor(mark)];
    const { stdout } = new Deno.Command("sh", { args, stdin: "null", stderr: "null" }).outputSync();
    return numbersIn(stdout);
  } catch {
    return []; // a system without sh
  }
}

/** A line of shell; Deno guards /proc, but lets a child read it. */
function searchFor(mark: string): string {
  // The brackets: so that those who search do not find themselves.
  const pattern = `[${MARK[0]}]${MARK.slice(1)}=${mark}`;
  return Deno.build.os === "linux"
    ? `exec grep -lsa '${pattern}' /proc/[0-9]*/environ`
    : `ps -A -E -ww -o pid=,command= | grep '${pattern}'`;
}

/** The number in each line: `/proc/41/environ`, or ` 41 sleep 30 TCPLAB_CHECK=…`. */
function numbersIn(lines: Uint8Array): number[] {
  return new TextDecoder().decode(lines).split("\n")
    .map((line) => Number(/^(?:\/proc\/|\s*)([0-9]+)/.exec(line)?.[1] ?? 0))
    .filter((pid) => pid > 0);
}
