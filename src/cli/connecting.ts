/**
 * What the clients have in common: their options, and connect() with its messages.
 *
 * @module
 */

import { dial } from "../net/dial.ts";
import { type Conn, formatAddress } from "../net/net.ts";
import { SilenceError } from "../net/silence.ts";
import { duration, flag, type Given, host, optional, trace, wholeNumber } from "./command.ts";
import { Failure, failure, reasonOf, type Value, type Words, words } from "./failure.ts";

/** The arguments of every client. */
export const clientArguments = {
  host: host("host", words`name or address of the server`),
  port: wholeNumber("port", words`its port`, { min: 1, max: 65535 }),
};

/** The options of every client. `quiet` says what `--quiet` leaves. */
export function clientOptions(quiet: Words) {
  return {
    "connect-timeout": optional(
      duration(
        words`give up connecting after TIME (500ms, 30s, 5m; default: when the system does, with
          --wait never)`,
      ),
    ),
    wait: flag(
      words`keep trying until the server is up: while nobody listens, its machine cannot be
        reached or its name is not known`,
    ),
    "reply-timeout": optional(
      duration(
        words`give up when the server is silent for TIME (default: never on a terminal, else 30s)`,
      ),
    ),
    trace,
    quiet: flag(quiet),
  };
}

/** What the body of a client is given. */
export type ClientGiven = Given<typeof clientArguments, ReturnType<typeof clientOptions>>;

const REPLY_TIMEOUT_MS = 30_000;

/** How long the server may be silent. A person at a terminal can wait, or Ctrl-C. */
export function replyTimeoutMs({ options }: ClientGiven, onTerminal: boolean): number {
  return options["reply-timeout"] ?? (onTerminal ? Infinity : REPLY_TIMEOUT_MS);
}

/** socket() and connect(), as the options say. Throws a Failure. */
export async function connect(given: ClientGiven): Promise<Conn> {
  const { net, arguments: { host: hostname, port }, options, say } = given;
  const at = formatAddress({ hostname, port });
  try {
    return await dial(net, {
      hostname,
      port,
      timeoutMs: options["connect-timeout"],
      wait: options.wait,
      onWait(error) {
        const isRefusal = error instanceof Deno.errors.ConnectionRefused; // goes without saying
        const why = isRefusal ? "" : inBrackets(error);
        if (!options.quiet) say(words`Waiting for a server at ${at}${why}`);
      },
    });
  } catch (error) {
    const problem = failure(words`Cannot connect to ${at}`, error, {
      call: "connect",
      hostname,
      port,
    });
    // When the time is over: what the last try threw.
    const last = inBrackets((error as Error).cause);
    throw new Failure(words`${problem.words}${last}`, problem.advice);
  }
}

/** ` (connection refused)`; nothing for no error. */
function inBrackets(error: unknown): Value {
  return error === undefined ? "" : words` (${reasonOf(error, "connect")})`;
}

/** What ended a read, in words; `whatCame` before it. */
export function readFailure(
  error: unknown,
  { doing, whatCame }: { doing: Words; whatCame: Words },
): Failure {
  if (error instanceof SilenceError) return silence(error.limitMs, whatCame);
  return failure(words`${doing} (${whatCame})`, error);
}

/** The server was silent for too long. */
export function silence(timeoutMs: number, whatCame: Words): Failure {
  return new Failure(
    words`Server was silent for ${timeoutMs / 1000} s (${whatCame})`,
    words`--reply-timeout sets how long to wait.`,
  );
}
