/**
 * What goes wrong, in words: the user's mistakes and the network's.
 *
 * @module
 */

import { type Address, isLookupError } from "../net/net.ts";

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

/** Such a call, and where to. */
export interface Tried extends Address {
  call: Attempt;
}

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
const NO_ZONE = "a link-local address needs its interface";
const WRONG_ZONE = "no such interface, or not a link-local address";

/** The way out, by the reason. The same reason can need another one elsewhere. */
const ADVICE: Record<Attempt, Record<string, string>> = {
  bind: {
    "address already in use":
      "Another program listens there. Give another port, or 0 to take any free one.",
    "address not available":
      "No interface of this machine has that address. Give 127.0.0.1, or 0.0.0.0 for all.",
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
  connect: {
    "connection refused": "No server listens there yet. Start one, or let --wait wait for it.",
    "network unreachable": "This machine has no way there. Look at the address and at its network.",
    "permission denied":
      "This machine forbids it: by its firewall, or because the address is a broadcast address.",
    "Deno was not allowed to use the network": ALLOW_NET,
    "no address found for this name": LOOK_AT_NAME,
  },
};

/** The way out of `reason` on this system, if there is one. `os` as in Deno.build.os. */
export function adviceOn(
  reason: string,
  tried: Attempt | Tried,
  { os = Deno.build.os }: { os?: string } = {},
): string | undefined {
  if (typeof tried === "string") return ADVICE[tried][reason];
  const { call, hostname, port } = tried;
  if (reason === NO_ZONE || lacksZone(hostname) && /unreachable|not available/.test(reason)) {
    return `Give it behind a "%": ${hostname}%${os === "windows" ? "12, its number" : "eth0"}.`;
  }
  if (reason === WRONG_ZONE) {
    return 'Behind the "%" stands an interface of this machine, for addresses such as fe80::1 alone.';
  }
  if (call === "bind" && port === 0 && reason === "address already in use") {
    return "Every port that the system gives out (its ephemeral ports) is taken. " +
      "End programs that hold some, or give a port outside their range.";
  }
  if (call === "bind" && reason === "permission denied") return adviceOnForbidden(port, os);
  if (call === "connect" && /^address (already in use|not available)$/.test(reason)) {
    return adviceOnLocalAddress(hostname, os);
  }
  return ADVICE[call][reason];
}

/** A port that may not be had. Windows knows no privileged ones, but reserved ones. */
function adviceOnForbidden(port: number, os: string): string {
  if (os === "windows") {
    return "Another program holds the port, or Windows has reserved it (netsh interface ipv4 show " +
      "excludedportrange protocol=tcp lists those). Give another one, or 0 to take any free one.";
  }
  return port > 0 && port < 1024
    ? "Ports below 1024 are for privileged programs. Give one from 1024 up."
    : "The rules of this machine forbid that port (SELinux, a sandbox, a raised limit of " +
      "privileged ports). Give another one.";
}

/** connect() found no address and port of this machine to connect from. */
function adviceOnLocalAddress(hostname: string, os: string): string {
  // As what a server listens on it means every address; only Windows does not take it for this machine.
  if (os === "windows" && /^[0.:]+$/.test(hostname)) {
    return "That address is for servers to listen on. Give 127.0.0.1, or the server's own.";
  }
  const taken =
    "all local ports for connections to there are taken: end programs that hold some, " +
    "or wait a minute for those just closed.";
  return /^[0-9.]+$/.test(hostname)
    ? taken.replace("all", "All")
    : `This machine has no IPv6 there (give an IPv4 address), or ${taken}`;
}

/** Without its interface a link-local address could be in any of this machine's networks. */
function lacksZone(hostname: string): boolean {
  return /^fe[89ab][0-9a-f]:[^%]*$/i.test(hostname);
}

/** The state in a few words, for example `connection refused`. */
export function reasonOf(error: unknown, tried?: Attempt | Tried): string {
  for (const [type, reason] of REASONS) if (error instanceof type) return reason;
  const { code, message } = error as Error & { code?: string };
  if (code === "EHOSTUNREACH") return "host unreachable";
  if (tried !== undefined && isLookupError(error)) {
    const hasZone = typeof tried === "object" && tried.hostname.includes("%");
    return hasZone ? WRONG_ZONE : "no address found for this name";
  }
  if (typeof tried === "object" && code === "EINVAL" && lacksZone(tried.hostname)) return NO_ZONE;
  return String(message ?? error).split("\n")[0].replace(/ \(os error \d+\)$/, "");
}

/**
 * A Failure from what the network or a stream threw:
 * `Cannot bind 127.0.0.1:9190: address already in use`, with the way out if
 * `tried` says what was tried and there is one.
 */
export function failure(doing: string, error: unknown, tried?: Attempt | Tried): Failure {
  const reason = reasonOf(error, tried);
  return new Failure(`${doing}: ${reason}`, tried && adviceOn(reason, tried));
}
