/**
 * What the words of a command line mean: which program is to be tried, and by which cases.
 *
 * @module
 */

import { oneOf, type Parameter } from "../cli/command.ts";
import { quote } from "../cli/escape.ts";
import { listed, UsageError, words } from "../cli/failure.ts";
import type { Address } from "../net/net.ts";
import type { Case } from "./case.ts";
import { isServer, type Kind, KINDS, languageOf, type Subject } from "./subject.ts";

/** The kind of a program. Without one there is a list of all, and nothing else. */
export function kindName(): Parameter<Kind | undefined> {
  const help = words`what your program is: ${listed(KINDS)}`;
  return { ...oneOf(KINDS, { value: "kind", help }), optional: true };
}

/** The program that these words name: a command, or the address of one that runs already. */
export function subjectOf(
  kind: Kind,
  { given, fixedPort }: { given: string[]; fixedPort?: number },
): Subject {
  if (given.length === 0) {
    throw new UsageError(
      isServer(kind)
        ? words`Missing the command that starts your program, or the IP:port of one that runs`
        : words`Missing the command that starts your program`,
    );
  }
  const at = addressOf(given[0]);
  if (at === null || given.length > 1 && !isServer(kind)) {
    const subject = { kind, command: given, language: languageOf(given) };
    if (given.length === 2 && isIp(given[0]) && isPort(given[1])) {
      const place = `${formatIp(given[0])}:${given[1]}`;
      throw new UsageError(
        words`Cannot run ${quote(given[0])}: one that runs already is given in one word, ${place}`,
      );
    }
    return fixedPort === undefined ? subject : { ...subject, fixedPort };
  }
  if (given.length > 1) throw new UsageError(words`Unexpected argument ${quote(given[1])}`);
  if (!isServer(kind)) {
    throw new UsageError(
      words`Cannot try a client at ${quote(given[0])}: give the command that starts it`,
    );
  }
  if (fixedPort !== undefined && fixedPort !== at.port) {
    throw new UsageError(
      words`Cannot use --port ${fixedPort}: ${quote(given[0])} names another one`,
    );
  }
  return { kind, command: [], at, language: "c" };
}

/** The cases that `only` names, by their ids or sections; all if it names none. */
export function chosenOf(cases: readonly Case[], only: string[]): Case[] {
  if (only.length === 0) return [...cases];
  const chosen = new Set(only.flatMap((word) => {
    const named = cases.filter((one) => isNamed(one, word));
    if (named.length > 0) return named;
    const known = cases.flatMap(({ id, section }) => [id, shortId(id), section]);
    throw new UsageError(words`Cannot use --only ${quote(word)}: no such case or section`, {
      word,
      known: [...new Set(known)],
      otherwise: words`; --list shows them all`,
    });
  }));
  return cases.filter((one) => chosen.has(one));
}

/** `half-close` of `echo_server/half-close`. */
export function shortId(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

function isNamed({ id, section }: Case, word: string): boolean {
  const plain = (text: string) => text.replaceAll("_", "-").replaceAll(" ", "");
  const wanted = plain(word);
  if ([plain(id), plain(shortId(id))].includes(wanted)) return true;
  const place = plain(section);
  return place === wanted || /^[.(]/.test(place.slice(wanted.length)) && place.startsWith(wanted);
}

/** `127.0.0.1:9190`, `[::1]:9190`, `localhost:9190`, `:9190`; `null`: it is none. */
function addressOf(word: string): Address | null {
  const [, ipv6, name, port] = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([\w.-]*)):([0-9]+)$/.exec(word) ?? [];
  if (port === undefined) return null;
  if (!isPort(port)) {
    throw new UsageError(words`Cannot use ${quote(word)}: its port is none of 1 to 65535`);
  }
  // What would be every address is this machine to a client.
  const hostname = ipv6 ?? (name === "" || name === "0.0.0.0" ? "127.0.0.1" : name);
  return { hostname, port: Number(port) };
}

function isIp(word: string): boolean {
  return /^[0-9]+(\.[0-9]+){3}$|^\[?[0-9a-fA-F]*:[0-9a-fA-F:]*\]?$|^localhost$/.test(word);
}

function isPort(word: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(word) && Number(word) < 65536;
}

function formatIp(ip: string): string {
  return ip.includes(":") && !ip.startsWith("[") ? `[${ip}]` : ip;
}
