/**
 * What is said, in words of either language, and above all what goes wrong: the user's mistakes
 * and the network's.
 *
 * English stands where it is said, as a template: words`Cannot bind ${at}: ${reason}`. It becomes
 * text only at the edge (`say`, `print`, the help), in the language of the run: Chinese is looked
 * up in zh.ts under the English with its places numbered, `Cannot bind {0}: {1}`. That file is
 * loaded only where Chinese is wanted, and tests/chinese_test.ts compares its keys with the code.
 *
 * @module
 */

import { type Address, isLookupError } from "../net/net.ts";

/** A language of what is said. English stands in the code. */
export type Lang = "en" | "zh";
/** All of them. */
export const LANGUAGES: readonly Lang[] = ["en", "zh"];

/** A sentence or a part of one, as data. */
export interface Sentence {
  /** The English around its places. */
  readonly parts: readonly string[];
  /** What stands there. */
  readonly values: readonly Value[];
}

/** What can be said: a sentence, or the same text in every language at hand. */
export type Words = Sentence | Record<Lang, string>;

/** What can stand in a sentence. A program's name becomes what one types to run it. */
export type Value = string | number | Words | { program: string };

/** How one speaks in a run: in which language, with which words, and how programs are called there. */
export interface Speech {
  lang: Lang;
  /** The sentences of that language by the English ones. */
  dictionary: Readonly<Record<string, string>>;
  /** What one types to run a program: `tcplab echo_client`. */
  commandOf(program: string): string;
}

/** English, with the plain names of programs. */
export const ENGLISH: Speech = { lang: "en", dictionary: {}, commandOf: (program) => program };

/** A template as a sentence: words`Cannot bind ${at}: ${reason}`. A line may end within it. */
export function words(parts: TemplateStringsArray, ...values: Value[]): Sentence {
  return { parts, values }; // and no more: there are hundreds at every start, and few are ever said
}

/** The English, with its places numbered: `Cannot bind {0}: {1}`. */
export function englishOf({ parts }: Sentence): string {
  const [first, ...more] = parts.map((part) => part.replace(/\n */g, " "));
  return more.reduce((text, part, i) => `${text}{${i}}${part}`, first);
}

/** A sentence without places, by its English: where that alone was kept. */
export function saidAs(english: string): Sentence {
  return { parts: [english], values: [] };
}

/** What is said where there is nothing to say. */
export const NOTHING = words``;

/** The text of it. */
export function textOf(said: Words, speech: Speech = ENGLISH): string {
  if (!("parts" in said)) return said[speech.lang];
  const { values } = said;
  const english = englishOf(said);
  return (speech.dictionary[english] ?? english).replace(/\{([0-9])\}/g, (place, i) => {
    if (i >= values.length) return place;
    const value = values[i];
    if (typeof value !== "object") return String(value);
    return "program" in value ? speech.commandOf(value.program) : textOf(value, speech);
  });
}

/** Names in a row. */
export function listed(names: readonly string[]): Words {
  return { en: names.join(", "), zh: names.join("、") };
}

/** `1 byte`, `12 bytes`. */
export function bytes(n: number): Sentence {
  return n === 1 ? words`${n} byte` : words`${n} bytes`;
}

/** The user's mistake: one message, then the usage line, exit code 2. */
export class UsageError extends Error {
  /** What is wrong. `message` is the same in English. */
  readonly words: Words;
  /** The word that is wrong, where it may be misspelt. */
  readonly slip?: Slip;

  /** Makes one from what is wrong. */
  constructor(what: Words, slip?: Slip) {
    super(textOf(what));
    this.words = what;
    this.slip = slip;
  }
}

/** A word that is none of those that are known here. */
export interface Slip {
  word: string;
  known: string[];
  /** How a known one is typed; default: as it is. */
  typed?(name: string): Value;
  /** What to say if it is near to none of them. */
  otherwise?: Words;
}

/** Bad luck: one message, perhaps a way out on the next line, exit code 1. */
export class Failure extends Error {
  /** What is wrong. `message` is the same in English. */
  readonly words: Words;
  /** What the user can do about it. */
  readonly advice?: Words;

  /** Makes one from `Cannot <do> <what>: <state>` and a way out. */
  constructor(what: Words, advice?: Words) {
    super(textOf(what));
    this.words = what;
    this.advice = advice;
  }
}

/** The calls that can fail for reasons that a user can do something about. */
export type Attempt = "bind" | "connect";

/** Such a call, and where to. */
export interface Tried extends Address {
  call: Attempt;
}

// The classes are the same on every system and version; the texts are not.
const REASONS: [type: new (message?: string) => Error, reason: Sentence][] = [
  [Deno.errors.ConnectionRefused, words`connection refused`],
  [Deno.errors.AddrInUse, words`address already in use`],
  [Deno.errors.AddrNotAvailable, words`address not available`],
  [Deno.errors.PermissionDenied, words`permission denied`],
  [Deno.errors.NotCapable, words`Deno was not allowed to use the network`],
  [Deno.errors.NetworkUnreachable, words`network unreachable`],
  [Deno.errors.TimedOut, words`timed out`],
  [Deno.errors.ConnectionReset, words`connection reset by the other side`],
  [Deno.errors.ConnectionAborted, words`connection aborted`],
  [Deno.errors.BrokenPipe, words`the other side has closed the connection`],
  [Deno.errors.NotConnected, words`the other side was gone already`],
  [Deno.errors.IsADirectory, words`is a directory`],
];

const LOOK_AT_NAME = words`Look at the name, or give an address such as 127.0.0.1.`;
const ALLOW_NET = words`Run it with deno run --allow-net, or -N for short.`;
const NO_ZONE = words`a link-local address needs its interface`;
const WRONG_ZONE = words`no such interface, or not a link-local address`;

/** The way out, by the reason. The same reason can need another one elsewhere. */
const ADVICE: Record<Attempt, Record<string, Sentence>> = {
  bind: {
    "address already in use":
      words`Another program listens there. Give another port, or 0 to take any free one.`,
    "address not available":
      words`No interface of this machine has that address. Give 127.0.0.1, or 0.0.0.0 for all.`,
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
  connect: {
    "connection refused": words`No server listens there yet. Start one, or let --wait wait for it.`,
    "network unreachable":
      words`This machine has no way there. Look at the address and at its network.`,
    "permission denied":
      words`This machine forbids it: by its firewall, or because the address is a broadcast address.`,
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
};

/** The way out of `reason` on this system, if there is one. `os` as in Deno.build.os. */
export function adviceOn(
  reason: Sentence,
  tried: Attempt | Tried,
  { os = Deno.build.os }: { os?: string } = {},
): Sentence | undefined {
  const english = englishOf(reason);
  if (typeof tried === "string") return ADVICE[tried][english];
  const { call, hostname, port } = tried;
  if (reason === NO_ZONE || lacksZone(hostname) && /unreachable|not available/.test(english)) {
    return os === "windows"
      ? words`Give it behind a "%": ${hostname}%12, its number.`
      : words`Give it behind a "%": ${hostname}%eth0.`;
  }
  if (reason === WRONG_ZONE) {
    return words`Behind the "%" stands an interface of this machine, for addresses such as fe80::1
      alone.`;
  }
  if (call === "bind" && port === 0 && english === "address already in use") return NO_PORT_LEFT;
  if (call === "bind" && english === "permission denied") return adviceOnForbidden(port, os);
  if (call === "connect" && /^address (already in use|not available)$/.test(english)) {
    return adviceOnLocalAddress(hostname, os);
  }
  return ADVICE[call][english];
}

const NO_PORT_LEFT =
  words`Every port that the system gives out (its ephemeral ports) is taken. End programs
    that hold some, or give a port outside their range.`;

/** A port that may not be had. Windows knows no privileged ones, but reserved ones. */
function adviceOnForbidden(port: number, os: string): Sentence {
  if (os === "windows") {
    return words`Another program holds the port, or Windows has reserved it (netsh interface ipv4
      show excludedportrange protocol=tcp lists those). Give another one, or 0 to take any
      free one.`;
  }
  return port > 0 && port < 1024
    ? words`Ports below 1024 are for privileged programs. Give one from 1024 up.`
    : words`The rules of this machine forbid that port (SELinux, a sandbox, a raised limit of
      privileged ports). Give another one.`;
}

/** connect() found no address and port of this machine to connect from. */
function adviceOnLocalAddress(hostname: string, os: string): Sentence {
  // As what a server listens on it means every address; only Windows does not take it for this machine.
  if (os === "windows" && /^[0.:]+$/.test(hostname)) {
    return words`That address is for servers to listen on. Give 127.0.0.1, or the server's own.`;
  }
  return /^[0-9.]+$/.test(hostname)
    ? words`All local ports for connections to there are taken: end programs that hold some, or
      wait a minute for those just closed.`
    : words`This machine has no IPv6 there (give an IPv4 address), or all local ports for
      connections to there are taken: end programs that hold some, or wait a minute for
      those just closed.`;
}

/** Without its interface a link-local address could be in any of this machine's networks. */
function lacksZone(hostname: string): boolean {
  return /^fe[89ab][0-9a-f]:[^%]*$/i.test(hostname);
}

/** The state in a few words, for example `connection refused`. */
export function reasonOf(error: unknown, tried?: Attempt | Tried): Sentence {
  for (const [type, reason] of REASONS) if (error instanceof type) return reason;
  const { code, message } = error as Error & { code?: string };
  if (code === "EHOSTUNREACH") return words`host unreachable`;
  if (tried !== undefined && isLookupError(error)) {
    const hasZone = typeof tried === "object" && tried.hostname.includes("%");
    return hasZone ? WRONG_ZONE : words`no address found for this name`;
  }
  if (typeof tried === "object" && code === "EINVAL" && lacksZone(tried.hostname)) return NO_ZONE;
  // The system's own words, in its own language.
  return words`${String(message ?? error).split("\n")[0].replace(/ \(os error \d+\)$/, "")}`;
}

/**
 * A Failure from what the network or a stream threw:
 * `Cannot bind 127.0.0.1:9190: address already in use`, with the way out if
 * `tried` says what was tried and there is one.
 */
export function failure(doing: Words, error: unknown, tried?: Attempt | Tried): Failure {
  const reason = reasonOf(error, tried);
  return new Failure(words`${doing}: ${reason}`, tried && adviceOn(reason, tried));
}
