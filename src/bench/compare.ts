/**
 * Servers side by side (`--compare`): each is started, measured and ended, in turns,
 * so that a busy minute of the machine touches all of them.
 *
 * @module
 */

import { Failure, words } from "../cli/failure.ts";
import { escapeControls, quote } from "../cli/escape.ts";
import { freePort, holdPorts } from "../process/free_port.ts";
import { type Process, startProcess } from "../process/process.ts";
import { cannotStart } from "../process/cannot_start.ts";
import { formatAddress, type Net } from "../net/net.ts";
import { countOf } from "./fault.ts";
import { percentileMs } from "./histogram.ts";
import { measure, type MeasureOptions, type Result } from "./measure.ts";
import type { Load } from "./measured.ts";
import { perSecond, shareOf } from "./report.ts";

/** What is compared, of one measurement. */
export interface Figures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the slowest connection to the fastest; `null` of one alone. */
  share: number | null;
  faults: number;
}

/** A server, and what was measured of it in each round. */
export interface Compared {
  command: string;
  rounds: Figures[];
}

/** A median, and the least and the most. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** What {@linkcode compare} is given besides the servers. */
export interface CompareOptions extends MeasureOptions {
  rounds: number;
  /** Called before each measurement. */
  onStart?(round: number, command: string): void;
  /** Called after each of them. */
  onDone?(round: number, command: string, result: Result): Promise<void>;
}

/** Measures all servers, `rounds` times. Ends early when it is stopped, after whole rounds. */
export async function compare(
  net: Net,
  { commands, load }: { commands: string[]; load: Load },
  { rounds, onStart, onDone, ...options }: CompareOptions,
): Promise<Compared[]> {
  const all: Compared[] = commands.map((command) => ({ command, rounds: [] }));
  const ports = holdPorts();
  try {
    for (let round = 1; round <= rounds && !options.stop.aborted; round++) {
      const results: Result[] = [];
      for (const { command } of all) {
        onStart?.(round, command);
        const result = await measureOne(net, { command, load }, options);
        if (options.stop.aborted) break;
        await onDone?.(round, command, result);
        results.push(result);
      }
      if (results.length < all.length) break; // its others were not measured
      all.forEach((one, i) => one.rounds.push(figuresOf(results[i])));
    }
    return all;
  } finally {
    ports.release();
  }
}

async function measureOne(
  net: Net,
  { command, load }: { command: string; load: Load },
  options: MeasureOptions,
): Promise<Result> {
  const port = freePort();
  const server = startServer(wordsOf(command, port));
  const ended = new AbortController();
  server.ended.then(() => ended.abort());
  try {
    const at = { hostname: "127.0.0.1", port };
    const stop = AbortSignal.any([options.stop, ended.signal]);
    const result = await measure(net, { ...load, ...at, wait: true }, { ...options, stop });
    const isMeasured = result.messages > 0 || result.latencies.total > 0;
    if (!isMeasured && !options.stop.aborted) throw notMeasured(server, { command, at });
    return result;
  } finally {
    await server.kill();
  }
}

function startServer(command: string[]): Process {
  try {
    return startProcess(command);
  } catch (error) {
    const [wrong, advice] = cannotStart(error, command);
    throw new Failure(wrong, advice);
  }
}

function notMeasured(
  { end, stderr }: Process,
  { command, at }: { command: string; at: { hostname: string; port: number } },
): Failure {
  const name = quote(command);
  const said = new TextDecoder().decode(stderr.kept).trim().split("\n").pop() ?? "";
  const advice = said === "" ? undefined : words`It said: ${escapeControls(said)}`;
  return end === null
    ? new Failure(words`Cannot measure ${name}: it answers nobody at ${formatAddress(at)}`, advice)
    : new Failure(
      words`Cannot measure ${name}: it ended with ${
        end.signal === null ? words`exit code ${end.code}` : end.signal
      } before it answered`,
      advice,
    );
}

/** The words of a command, with its port: `{port}` is replaced, or it follows. */
export function wordsOf(command: string, port: number): string[] {
  const parts: string[] = [];
  for (const [, double, single, plain] of command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    parts.push(double ?? single ?? plain);
  }
  const given = parts.map((word) => word.replaceAll("{port}", String(port)));
  return command.includes("{port}") ? given : [...given, String(port)];
}

function figuresOf(result: Result): Figures {
  return {
    perSecond: perSecond(result.messages, result),
    p50Ms: percentileMs(result.latencies, 0.5),
    p99Ms: percentileMs(result.latencies, 0.99),
    share: shareOf(result),
    faults: countOf(result.faults),
  };
}

/** All faults of a server. */
export function faultsOf({ rounds }: Compared): number {
  return rounds.reduce((sum, { faults }) => sum + faults, 0);
}

/** The median of a figure over the rounds, and the least and the most. */
export function spreadOf(numbers: number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/** The ratios of a figure to that of the first server, round by round. */
export function ratioOf(
  one: Compared,
  { to, of }: { to: Compared; of: (figures: Figures) => number },
): Spread {
  return spreadOf(one.rounds.map((figures, round) => of(figures) / of(to.rounds[round])));
}
