/**
 * Small programs as readers of the chapter write them, right ones and ones with
 * exactly one fault: what `tcplab check` is tested against. The lists are
 * servers.ts and clients.ts, the programs lie in a folder for each kind.
 *
 * @module
 */

import { PYTHON } from "../server_support.ts";
import { CHILD_ENV, pathOf } from "../support.ts";

/** A program of a reader, and what `check` has to say of it. */
export interface Student {
  /** What it is meant to be: `echo_server`, `hello_client` ... Its folder here, too. */
  kind: string;
  /** Its file in that folder: `plain.c`, `threads.py`, `net.js`. */
  file: string;
  /** The ids of the cases that must be named as failing, exactly these; none for a right one. */
  fails: string[];
  /** Cases that the same fault breaks as well, and that must not be told as faults of their own. */
  also?: string[];
  /** What follows the program, with `{host}` and `{port}`; the book's arguments where it is left out. */
  args?: string[];
  /** The port of one that knows only its own. */
  port?: number;
  /** What is odd about it. */
  what: string;
}

/** What runs the files of a language: without it a test has to be skipped. */
export function toolOf(student: Student): "gcc" | "python3" | "node" {
  if (student.file.endsWith(".c")) return "gcc";
  if (student.file.endsWith(".py")) return "python3";
  if (student.file.endsWith(".js")) return "node";
  throw new TypeError(`Cannot run "${student.file}": neither C, Python nor JavaScript`);
}

/**
 * Makes a program ready to run: its command line, without arguments.
 *
 * C is compiled into `folder`, which has to exist, and must give no warning.
 */
export async function build(student: Student, folder: string): Promise<string[]> {
  const tool = toolOf(student);
  const source = pathOf(`tests/students/${student.kind}/${student.file}`);
  if (tool !== "gcc") return [tool === "python3" ? PYTHON : tool, source];
  const program = `${folder}/${student.kind}-${student.file.slice(0, -".c".length)}`;
  const { success, stderr } = await new Deno.Command("gcc", {
    args: ["-std=gnu11", "-O1", "-Wall", "-Werror", "-pthread", "-o", program, source],
    env: CHILD_ENV,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return [program];
}
