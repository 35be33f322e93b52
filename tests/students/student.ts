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
  /** The case that must be named as failing, and the id of its cause; nothing else may be. None: it is right. */
  fault?: { id: string; cause: string };
  /** Cases that the same fault breaks as well, and that must not be told as faults of their own. */
  also?: string[];
  /** What follows the program, with `{host}` and `{port}`; the book's arguments where it is left out. */
  args?: string[];
  /** The port of one that knows only its own. */
  port?: number;
  /** What is odd about it. */
  what: string;
}

/** A student without the kind and the file, which its list gives it, and ids without their kind. */
export type Entry = Omit<Student, "kind" | "file">;

/** One that is right. */
export function right(what: string, rest: Partial<Entry> = {}): Entry {
  return { what, ...rest };
}

/** One that fails a case for a cause, `{ line: "no-reply" }`, and may break others with the same fault. */
export function fault(named: Record<string, string>, what: string, also?: string[]): Entry {
  const [[id, cause]] = Object.entries(named);
  return { fault: { id, cause }, also, what };
}

/** The ids of a list get their kind in front. */
export function listed(kind: string, entries: Record<string, Entry>): Student[] {
  return Object.entries(entries).map(([file, { fault, also, ...entry }]) => ({
    ...entry,
    kind,
    file,
    ...(fault === undefined ? {} : { fault: { ...fault, id: `${kind}/${fault.id}` } }),
    also: also?.map((id) => `${kind}/${id}`),
  }));
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
