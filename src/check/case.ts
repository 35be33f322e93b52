/**
 * What a case is: one claim about a reader's program, tried over real sockets.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import type { Call } from "../net/trace.ts";
import type { Language } from "./subject.ts";
import type { Trial } from "./trial.ts";

/**
 * What a failure counts for. `book`: the chapter says so, and its own listing is meant to do it.
 * `robust`: a program that one can leave running must; the listing itself fails some. `note`: told,
 * never judged.
 */
export type Weight = "book" | "robust" | "note";

/** One claim. */
export interface Case {
  /** Stable, for `--only` and for scripts: `echo_server/half-close`. */
  id: string;
  /** Where the chapter speaks of it: `4.3.3`. */
  section: string;
  weight: Weight;
  /** What must hold, as a sentence that can be false. */
  title: Text;
  /** The lab that shows why: `end_of_stream`. */
  lab?: string;
  /** Cases without which this one means nothing: if one of them fails, it is not tried. */
  after?: string[];
  /** Of a server: must it start the program itself? Then it is skipped for one that runs already. */
  starts?: boolean;
  /** Does it measure what others beside it would disturb? Then nothing else runs meanwhile. */
  alone?: boolean;
  /** Does it leave its port in TIME_WAIT? A program that has but one port is tried by it last. */
  holdsPort?: boolean;
  /** Does the book's own listing fail it? It is told, so that nobody thinks he copied it wrong. */
  listingFails?: boolean;
  /** Tries it. What it throws is "could not be tried", with the reason; see {@linkcode Trial}. */
  run(trial: Trial): Promise<Finding>;
}

/** What came of a case. */
export type Finding =
  | { verdict: "holds"; /** What is worth telling, for a note above all. */ note?: Text }
  | Fault
  /** It went on, but too slowly to be judged: that is not wrong. */
  | { verdict: "slow"; note: Text }
  /** It could not be tried here, and why. */
  | { verdict: "skipped"; note: Text };

/** What is wrong. */
export interface Fault {
  verdict: "fails";
  /** What most likely is the cause: two cases that fail for one cause are told once. */
  cause: Cause;
  /** What was done and what came of it, in a sentence or two. */
  seen: Text;
  /** Bytes that were due beside those that came: a reply, a greeting, an output. */
  differ?: Difference;
  /** How the bytes were cut, where that is the point: the pieces that were written, in bytes. */
  cut?: { bytes: Uint8Array; writes: number[]; shown?: number[] };
}

/** What is said where a connection should have been reset and could not be. */
export const NO_RESET: Text = {
  en: "this Deno cannot send a RST alone (2.7 and later can): the connection was closed instead",
  zh: "这个版本的 Deno 不能只发送 RST（2.7 起可以），这里改为关闭连接",
};

/** The finding; if it holds without the reset that it is about, it says so. */
export function afterReset(finding: Finding, isReset: boolean): Finding {
  return isReset || finding.verdict !== "holds" ? finding : { ...finding, note: NO_RESET };
}

/** Bytes that were due, and those that came. */
export interface Difference {
  /** What they are: the reply to line 2. */
  what: Text;
  due: Uint8Array;
  came: Uint8Array;
  /** What was due may stand anywhere in what came: a greeting in all the output. */
  within?: boolean;
}

/** Why a program does what it does, and how to mend it. */
export interface Cause {
  /** Stable, for scripts: `sigpipe`. */
  id: string;
  /** The book's listing fails where it fails, but not by this. */
  isNotTheListings?: true;
  /** In words of the man page, and the cure: by the language seen, that of C where it is not there. */
  in: Partial<Record<Language, Explained>> & { c: Explained };
}

/** A cause in one language. */
export interface Explained {
  why: Text;
  /** A line or two of code that mend it. */
  cure: string;
}

/** A cause in one language: why in both of ours, and the cure as code. */
export function explained(why: Text, cure: string): Explained {
  return { why, cure };
}

/** What mends it, by language. */
export type Cures = { c: string } & Partial<Record<Language, string>>;

/** One reason in all languages, with another one where that is not the same. */
export function causeOf(
  id: string,
  why: Text,
  cures: Cures,
  whys: Partial<Record<Language, Text>> = {},
): Cause {
  const languages = Object.keys(cures) as Language[];
  const explained = languages.map((language) => [
    language,
    { why: whys[language] ?? why, cure: cures[language]! },
  ]);
  return { id, in: Object.fromEntries(explained) };
}

/** What a case did, told in order of time. */
export interface Step {
  /** Who did it: this checker, or the reader's program. */
  side: "check" | "program";
  /** As a call: `write(12 bytes)`, `killed by SIGPIPE`. */
  text: string;
  /** In microseconds since the case began. */
  atUs: number;
  /** What it was, where it was a call on a socket. */
  call?: Call;
}

/** The step that ends the input of a program. */
export const END_OF_INPUT = "end of input";

/** A case that was tried. */
export interface Outcome {
  case: Case;
  finding: Finding;
  /** Another case that fails for the same cause, or without which this one means nothing. */
  explainedBy?: string;
  steps: Step[];
  /** What the program itself printed on stdout and stderr, as far as it was kept. */
  printed: Printed[];
  tookMs: number;
}

/** What one start of the program printed. */
export interface Printed {
  /** The command line. */
  command: string[];
  stdout: Uint8Array;
  stderr: Uint8Array;
  /** Bytes that came beyond those kept. */
  lost: number;
}
