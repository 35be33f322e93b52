/**
 * What goes wrong, in words: the user's mistakes and the network's. And a
 * stranger's words in ours, made safe to look at.
 *
 * @module
 */

import { isLookupError } from "../net/net.ts";

/** The user's mistake: one message, then the usage line, exit code 2. */
export class UsageError extends Error {
  /** The word that is wrong, where it may be misspelt. */
  readonly slip?: Slip;

  /** Makes one from what is wrong. */
  constructor(message: string, slip?: Slip) {
    super(message);
    this.slip = slip;
  }
}

/** A word that is none of those that are known here. */
export interface Slip {
  word: string;
  known: string[];
  /** How a known one is typed; default: as it is. */
  typed?(name: string): string;
  /** What to say if it is near to none of them. */
  otherwise?: string;
}

/** Bad luck: one message, perhaps a way out on the next line, exit code 1. */
export class Failure extends Error {
  /** What the user can do about it. */
  readonly advice?: string;

  /** Makes one from `Cannot <do> <what>: <state>` and a way out. */
  constructor(message: string, advice?: string) {
    super(message);
    this.advice = advice;
  }
}

/** The calls that can fail for reasons that a user can do something about. */
export type Attempt = "bind" | "connect";

// The classes are the same on every system and version; the texts are not.
const REASONS: [type: new (message?: string) => Error, reason: string][] = [
  [Deno.errors.ConnectionRefused, "connection refused"],
  [Deno.errors.AddrInUse, "address already in use"],
  [Deno.errors.AddrNotAvailable, "address not available"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.NotCapable, "Deno was not allowed to use the network"],
  [Deno.errors.NetworkUnreachable, "network unreachable"],
  [Deno.errors.TimedOut, "timed out"],
  [Deno.errors.ConnectionReset, "connection reset by the other side"],
  [Deno.errors.ConnectionAborted, "connection aborted"],
  [Deno.errors.BrokenPipe, "the other side has closed the connection"],
  [Deno.errors.NotConnected, "the other side was gone already"],
  [Deno.errors.IsADirectory, "is a directory"],
];

const LOOK_AT_NAME = "Look at the name, or give an address such as 127.0.0.1.";
const ALLOW_NET = "Run it with deno run --allow-net, or -N for short.";

/** The way out, by the reason. The same reason can need another one elsewhere. */
const ADVICE: Record<Attempt, Record<string, string>> = {
  bind: {
    "address already in use":
      "Another program listens there. Give another port, or 0 to take any free one.",
    "address not available":
      "No interface of this machine has that address. Give 127.0.0.1, or 0.0.0.0 for all.",
    "permission denied": "Ports below 1024 are for privileged programs. Give one from 1024 up.",
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
  connect: {
    "connection refused": "No server listens there yet. Start one, or let --wait wait for it.",
    "network unreachable": "This machine has no way there. Look at the address and at its network.",
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
};

/** The state in a few words, for example `connection refused`. */
export function reasonOf(error: unknown, attempt?: Attempt): string {
  for (const [type, reason] of REASONS) if (error instanceof type) return reason;
  const { code, message } = error as Error & { code?: string };
  if (code === "EHOSTUNREACH") return "host unreachable";
  if (attempt !== undefined && isLookupError(error)) return "no address found for this name";
  return String(message ?? error).split("\n")[0].replace(/ \(os error \d+\)$/, "");
}

/**
 * A Failure from what the network or a stream threw:
 * `Cannot bind 127.0.0.1:9190: address already in use`, with the way out if
 * `attempt` says what was tried and there is one.
 */
export function failure(doing: string, error: unknown, attempt?: Attempt): Failure {
  const reason = reasonOf(error, attempt);
  const advice = attempt === undefined ? undefined : ADVICE[attempt][reason];
  return new Failure(`${doing}: ${reason}`, advice);
}

/**
 * Characters that act on a terminal instead of standing on it: the controls but
 * tab and newline, and those that turn the direction of the text around.
 */
// deno-lint-ignore no-control-regex
const ACTING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with every acting character in the form `\x1b` or `\u202e`. */
export function escapeControls(text: string): string {
  return text.replace(ACTING, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The text in quotation marks, safe and on one line. */
export function quote(text: string): string {
  return `"${escapeControls(text).replaceAll("\n", "\\n")}"`;
}
