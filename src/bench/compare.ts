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
import { countOf, Faults, type FaultsByKind } from "./fault.ts";
import { percentileMs } from "./histogram.ts";
import { measure, type MeasureOptions, type Result } from "./measure.ts";
import type { Load } from "./measured.ts";
import { perSecond, shareOf } from "./report.ts";

/** When a server has ended, its connections say so within this, and what they say is its fault. */
const SEEN_MS = 300;

/** What is compared, of one measurement; `null` where nothing was answered. */
export interface Figures {
  perSecond: number | null;
  p50Ms: number | null;
  p99Ms: number | null;
  /** Of the slowest connection to the fastest; `null` of one alone, too. */
  share: number | null;
  faults: FaultsByKind;
}

/** One of the figures. */
export type FigureOf = (figures: Figures) => number | null;

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

/** One measurement: of which server (the first one is 1), in which round. */
export interface Turn {
  round: number;
  server: number;
  command: string;
}

/** What {@linkcode compare} is given besides the servers. */
export interface CompareOptions extends MeasureOptions {
  rounds: number;
  /** Called before each measurement. */
  onStart?(turn: Turn): void;
  /** Called after each of them. */
  onDone?(turn: Turn, measured: Done): Promise<void>;
}

/** What came of a measurement. */
export interface Done {
  /** With the port that the server had. */
  load: Load;
  result: Result;
}

/** What came of all. */
export interface Comparison {
  all: Compared[];
  /** Why there were no more rounds, if one of the servers could not be measured again. */
  failure: Failure | null;
}

/**
 * Measures all servers, `rounds` times. Ends early when it is stopped, or when a server cannot be
 * measured, after whole rounds.
 *
 * @throws {Failure} When that is so in the first round: there is nothing to compare.
 */
export async function compare(
  net: Net,
  { commands, load }: { commands: string[]; load: Load },
  { rounds, onStart, onDone, ...options }: CompareOptions,
): Promise<Comparison> {
  const all: Compared[] = commands.map((command) => ({ command, rounds: [] }));
  const ports = holdPorts();
  try {
    for (let round = 1; round <= rounds && !options.stop.aborted; round++) {
      const results: Result[] = [];
      for (const [i, command] of commands.entries()) {
        const turn = { round, server: i + 1, command };
        onStart?.(turn);
        const done = await measureOne(net, { command, load }, options);
        if (options.stop.aborted) break;
        await onDone?.(turn, done);
        results.push(done.result);
      }
      if (results.length < all.length) break; // its others were not measured
      all.forEach((one, i) => one.rounds.push(figuresOf(results[i])));
    }
    return { all, failure: null };
  } catch (error) {
    if (!(error instanceof Failure) || all[0].rounds.length === 0) throw error;
    return { all, failure: error };
  } finally {
    ports.release();
  }
}

async function measureOne(
  net: Net,
  { command, load }: { command: string; load: Load },
  options: MeasureOptions,
): Promise<Done> {
  const at = { hostname: "127.0.0.1", port: freePort() };
  const server = startServer(wordsOf(command, at.port));
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  server.ended.then(() => {
    if (!server.isKilled) timer = setTimeout(() => ended.abort(), SEEN_MS);
  });
  try {
    const its = { ...load, ...at, wait: true };
    const stop = AbortSignal.any([options.stop, ended.signal]);
    const result = await measure(net, its, { ...options, stop });
    if (!options.stop.aborted && !isMeasured(result, server)) {
      throw notMeasured(server, { command, at });
    }
    return { load: its, result };
  } finally {
    await server.kill();
    clearTimeout(timer);
  }
}

/** Did it do anything, right or wrong? A server that is wrong has been measured. */
function isMeasured({ connects, messages, latencies, faults }: Result, { end }: Process): boolean {
  if (connects.total === 0) return false;
  // One that runs may not have had the time for an answer.
  return end === null || messages > 0 || latencies.total > 0 || countOf(faults) > 0;
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
    perSecond: result.messages === 0 ? null : perSecond(result.messages, result),
    p50Ms: latencyOf(result, 0.5),
    p99Ms: latencyOf(result, 0.99),
    share: shareOf(result),
    faults: result.faults,
  };
}

function latencyOf({ latencies }: Result, share: number): number | null {
  return latencies.total === 0 ? null : percentileMs(latencies, share);
}

/** All faults of a server. */
export function faultsOf({ rounds }: Compared): Faults {
  const all = new Faults();
  for (const { faults } of rounds) all.addAll(faults);
  return all;
}

/** A figure over the rounds that have it; `null`: none has. */
export function figureOf({ rounds }: Compared, of: FigureOf): Spread | null {
  return spreadOfAny(rounds.map(of).filter((figure) => figure !== null));
}

function spreadOfAny(numbers: number[]): Spread | null {
  return numbers.length === 0 ? null : spreadOf(numbers);
}

/** The median of these, and the least and the most: of one at least. */
export function spreadOf(numbers: number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/** The ratios of a figure to that of the first server, round by round, where both have it. */
export function ratioOf(
  one: Compared,
  { to, of }: { to: Compared; of: FigureOf },
): Spread | null {
  return spreadOfAny(one.rounds.flatMap((figures, round) => {
    const [mine, first] = [of(figures), of(to.rounds[round])];
    return mine === null || first === null ? [] : [mine / first];
  }));
}
