/**
 * What is under test: a reader's program by its command line, or one that runs already.
 *
 * @module
 */

import { type Address, formatAddress } from "../net/net.ts";

/** The programs of the chapter that can be tested. */
export const KINDS = [
  "hello_server",
  "hello_client",
  "hello_server_iterative",
  "echo_server",
  "echo_client",
] as const;
export type Kind = typeof KINDS[number];

/** The languages in which causes and cures are told. C is also what is not recognised. */
export type Language = "c" | "python" | "javascript" | "java" | "go";

/** A reader's program. */
export interface Subject {
  kind: Kind;
  /** Its command line, with `{host}` and `{port}` where it has placeholders; empty: it runs already. */
  command: string[];
  /** Where it runs already. */
  at?: Address;
  /** The port that it takes by itself (`--port`). */
  fixedPort?: number;
  language: Language;
}

/** Its command line in one text, or where it runs already. */
export function programOf({ command, at }: Subject): string {
  return at === undefined ? command.join(" ") : formatAddress(at);
}

/** Is it one that others connect to? */
export function isServer(kind: Kind): boolean {
  return kind.includes("server");
}

/**
 * Its command line with these arguments in their places; where it names no place, the
 * book's arguments follow it: `<port>` of a server, `<IP> <port>` of a client.
 */
export function commandLine(
  { kind, command, fixedPort }: Subject,
  { host, port }: { host: string; port: string },
): string[] {
  const hasPlace = command.some((word) => /\{(host|port)\}/.test(word));
  if (hasPlace) {
    return command.map((word) => word.replaceAll("{host}", host).replaceAll("{port}", port));
  }
  if (fixedPort !== undefined) return command;
  return [...command, ...(isServer(kind) ? [port] : [host, port])];
}

const BY_COMMAND: [pattern: RegExp, language: Language][] = [
  [/^(python|pypy)[0-9.]*$|\.pyw?$/, "python"],
  [/^(node|nodejs|deno|bun|tsx|ts-node)$|\.[cm]?[jt]sx?$/, "javascript"],
  [/^(java|kotlin|scala)$|\.(jar|java|kt)$/, "java"],
  [/^go$|\.go$/, "go"],
];

/** The language of a command line, by the names in it. */
export function languageOf(command: string[]): Language {
  for (const word of command) {
    const name = word.replace(/^.*[/\\]/, "").replace(/\.exe$/i, "").toLowerCase();
    const found = BY_COMMAND.find(([pattern]) => pattern.test(name));
    if (found !== undefined) return found[1];
  }
  return "c";
}
