/**
 * What a server says while it works: to a person on stderr, to a script on
 * stdout (`--json`).
 *
 * With `--json` every line on stdout is one JSON object. All have
 *
 * | field | type | meaning |
 * | --- | --- | --- |
 * | `event` | string | `listening`, `connected`, `closed`, `refused`, `error` or `summary` |
 * | `time` | string | when, ISO 8601 in UTC, to the millisecond |
 *
 * and besides:
 *
 * | event | field | type | meaning |
 * | --- | --- | --- | --- |
 * | `listening` | `address` | string | the IP address it listens on |
 * | | `port` | number | the port, also where 0 was asked for |
 * | `connected` | `client` | number | counts up from 1; the same in its `closed` |
 * | | `address`, `port` | string, number | the client's IP address and port |
 * | `closed` | `client`, `address`, `port` | | as in its `connected` |
 * | | `bytesRead` | number | bytes that came from it |
 * | | `bytesWritten` | number | bytes that the system took for it |
 * | | `durationMs` | number | from accept() to close(), in milliseconds, with a fraction |
 * | | `reason` | string | `served`, `fault`, `idle`, `max-duration` or `stopped` |
 * | | `error` | string | with `fault` only: what was wrong with the connection |
 * | `refused` | `address`, `port` | string, number | the client's IP address and port |
 * | | `reason` | string | `not-allowed` (--allow) or `max-per-address` |
 * | `error` | `message` | string | a failure of the server that it survives |
 * | `summary` | `clients` | number | clients served, to whatever end |
 * | | `refused` | number | clients sent away |
 * | | `faults` | number | clients whose connection broke |
 * | | `bytesRead`, `bytesWritten` | number | of all clients, in bytes |
 * | | `durationMs` | number | from `listening` to now, in milliseconds, with a fraction |
 * | | `signal` | string or null | the signal that stopped it |
 *
 * `summary` is the last line. A server that cannot start writes none.
 *
 * No event is dropped while the server runs: where nobody reads them, the next
 * client waits, and one that leaves keeps its place. A stop does not wait for a
 * reader: when the grace is over, and stdout has taken nothing for a second, what
 * is left is lost, and the exit code is 1.
 *
 * @module
 */

import { type Address, formatAddress } from "../net/net.ts";
import type { Client, End } from "../net/served_client.ts";
import type { Observer, Refusal, Served } from "../net/service.ts";
import { bytes, reasonOf, type Sentence, textOf, words } from "./failure.ts";
import type { Output } from "./output.ts";

/** Tells what a server does. */
export interface Report extends Required<Observer> {
  /** The server is ready. */
  listening(at: Address): void | Promise<void>;
  /** A line of the book's program. */
  puts(line: string): Promise<void>;
  /** The first signal came: no more clients. */
  stopping(signal: string): void;
  /** It has ended. */
  summary(served: Served, ran: { durationMs: number; signal: string | null }): void | Promise<void>;
}

/** Where a report goes. */
export interface ReportOutput extends Pick<Output, "print" | "puts" | "say"> {
  /** The program's name, for errors. */
  name: string;
  /** The port that it was told; 0: any. */
  port: number;
}

const ENDS: Record<Exclude<End, "fault">, Sentence> = {
  "served": words`served to its end`,
  "idle": words`idle for too long`,
  "max-duration": words`here for too long`,
  "stopped": words`the server stopped`,
};

const REFUSALS: Record<Refusal, Sentence> = {
  "not-allowed": words`its address is not allowed`,
  "max-per-address": words`too many from its address`,
};

/**
 * The book's words on stdout, all else on stderr; if `quiet`, errors alone, and
 * a port that nobody could know otherwise. Nobody waits for a person to read.
 */
export function wordsReport(output: ReportOutput, quiet: boolean): Report {
  const { name, port, puts, say } = output;
  const tell = quiet ? () => {} : say;
  return {
    listening: (at) => (port === 0 ? say : tell)(words`Listening on ${formatAddress(at)}`),
    puts: (line) => quiet ? Promise.resolve() : puts(line),
    connected() {},
    closed(client) {
      if (quiet) return;
      const { number, address, bytesRead, bytesWritten, durationMs } = client;
      const moved = movedOf(bytesRead, bytesWritten);
      const lasted = seconds(durationMs);
      tell(words`Client ${number} (${address}): ${moved}, ${lasted}; ${endOf(client)}`);
    },
    refused: (remote, reason) =>
      tell(words`Refused a client (${formatAddress(remote)}): ${REFUSALS[reason]}`),
    acceptFailed: (error) => say(words`${`${name}: `}${acceptFailure(error)}`),
    stopping: (signal) => tell(words`${signal}: no more clients; those being served may finish`),
    summary({ clients, refused, faults, bytesRead, bytesWritten }, { durationMs }) {
      const count = clients === 1 ? words`1 client` : words`${clients} clients`;
      const sentAway = refused > 0 ? words`, ${refused} refused` : "";
      const brokenOff = faults > 0 ? words`, ${faults} broken off` : "";
      const moved = movedOf(bytesRead, bytesWritten);
      const lasted = seconds(durationMs);
      tell(words`Served ${count}${sentAway}${brokenOff}: ${moved}, ${lasted}`);
    },
  };
}

/** One JSON object a line on stdout, and nothing else. In English: it is for scripts. */
export function jsonReport({ print }: ReportOutput): Report {
  const write = (event: string, fields: Record<string, unknown>) =>
    print(JSON.stringify({ event, time: new Date().toISOString(), ...fields }) + "\n");
  const place = ({ hostname, port }: Address) => ({ address: hostname, port });
  return {
    listening: (at) => write("listening", place(at)),
    puts: () => Promise.resolve(),
    connected: ({ number, remote }) => write("connected", { client: number, ...place(remote) }),
    closed: (client) =>
      write("closed", {
        client: client.number,
        ...place(client.remote),
        bytesRead: client.bytesRead,
        bytesWritten: client.bytesWritten,
        durationMs: microseconds(client.durationMs),
        reason: client.end,
        ...(client.end === "fault" ? { error: textOf(endOf(client)) } : {}),
      }),
    refused: (remote, reason) => write("refused", { ...place(remote), reason }),
    acceptFailed: (error) => write("error", { message: textOf(acceptFailure(error)) }),
    stopping() {},
    summary: (served, { durationMs, signal }) =>
      write("summary", { ...served, durationMs: microseconds(durationMs), signal }),
  };
}

function endOf({ end, fault }: Client): Sentence {
  if (end === "fault") return reasonOf(fault!.error);
  return ENDS[end!];
}

function acceptFailure(error: unknown): Sentence {
  return words`Cannot accept a client: ${reasonOf(error)}`;
}

function movedOf(read: number, written: number): Sentence {
  return words`${bytes(read)} read, ${written} written`;
}

/** Milliseconds, without digits that mean nothing. */
function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
