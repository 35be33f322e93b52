/**
 * What bench tells a script (`--json`): one JSON object a line.
 *
 * One object for each run (with `--compare` for each round and server):
 *
 * | field | type | meaning |
 * | --- | --- | --- |
 * | `event` | string | `result` |
 * | `host`, `port` | string, number | the server |
 * | `command`, `round` | string, number | of `--compare`: what was started, and the round, from 1 on |
 * | `connections` | number | how many were asked for |
 * | `connected` | number | how many there were |
 * | `size` | object | bytes of a message: `least`, `most` |
 * | `lines`, `connectOnly` | boolean | as the options say |
 * | `pipeline`, `workers` | number | as the options say |
 * | `rate` | number or null | messages a second that were asked for |
 * | `durationMs` | number | how long it counted |
 * | `messages`, `messagesPerSecond` | number | that were answered meanwhile; with `connectOnly` clients |
 * | `bytes`, `bytesPerSecond` | number | of their replies |
 * | `latencyMs` | object or null | `min`, `mean`, `p50`, `p90`, `p99`, `p99.9`, `max`: a percentile is true to 0.4 % |
 * | `connectMs` | object or null | the same of connect() |
 * | `lateMs` | object or null | the same of how late we ourselves sent what was due (with `rate`) |
 * | `unsent` | number | messages that were due and not sent, for want of replies (with `rate`) |
 * | `share` | number or null | messages of the slowest connection to those of the fastest |
 * | `longestWaitMs`, `longestWaitConnection` | number or null | the longest wait of any connection, and whose it was |
 * | `busy` | number | how much of the time of our threads we were at work; 1: all of it |
 * | `faults` | object | by kind (`wrong`, `surplus`, `closed`, `reset`, `silent`, `refused`, `unreachable`): `count`, and `first` with `connection`, `message`, `byte` (from 0 on), `due`, `came`, `reason` where they mean something |
 *
 * The last object of `--compare` has `event` `comparison`, `rounds`, and `servers`, an array in the
 * order of the options: `command`, `faults` (how many), `faultsByKind` (as `faults` of a run, of all
 * rounds), and `perSecond`, `p50Ms`, `p99Ms` with `median`, `least`, `most` and `ratio` (the same
 * three, of the ratios to the first server in each round). Rounds in which nothing was answered have
 * no part in these; `null`: none has.
 *
 * @module
 */

import { type Compared, faultsOf, type FigureOf, figureOf, ratioOf } from "./compare.ts";
import { type Latencies, percentileMs } from "./histogram.ts";
import type { Result } from "./measure.ts";
import type { Load } from "./measured.ts";
import { longestWait, PERCENTILES, perSecond, shareOf } from "./report.ts";

/** What is known of a run besides its load. */
export interface Context {
  workers: number;
  command?: string;
  round?: number;
}

/** A run as a line. */
export function resultJson(load: Load, result: Result, context: Context): string {
  const { messages, bytes, latencies, connects, late, unsent, connections, busy, faults } = result;
  const wait = longestWait(result);
  return line({
    event: "result",
    host: load.hostname,
    port: load.port,
    ...context,
    connections: load.connections,
    connected: load.connectOnly ? undefined : connections.length,
    size: load.size,
    lines: load.lines,
    connectOnly: load.connectOnly,
    pipeline: load.pipeline,
    rate: load.rate?.perSecond ?? null,
    durationMs: result.durationMs,
    messages,
    messagesPerSecond: perSecond(messages, result),
    bytes,
    bytesPerSecond: perSecond(bytes, result),
    latencyMs: msOf(latencies),
    connectMs: msOf(connects),
    lateMs: msOf(late),
    unsent,
    share: shareOf(result),
    longestWaitMs: wait?.longestMs ?? null,
    longestWaitConnection: wait?.number ?? null,
    busy,
    faults,
  });
}

/** A comparison as a line. */
export function comparisonJson(all: Compared[]): string {
  const [first] = all;
  const told = (one: Compared, of: FigureOf) => {
    const spread = figureOf(one, of);
    return spread === null ? null : { ...spread, ratio: ratioOf(one, { to: first, of }) };
  };
  return line({
    event: "comparison",
    rounds: first.rounds.length,
    servers: all.map((one) => ({
      command: one.command,
      faults: faultsOf(one).count,
      faultsByKind: faultsOf(one).byKind,
      perSecond: told(one, (it) => it.perSecond),
      p50Ms: told(one, (it) => it.p50Ms),
      p99Ms: told(one, (it) => it.p99Ms),
    })),
  });
}

function msOf(latencies: Latencies): Record<string, number> | null {
  const { total, sumMs, minMs, maxMs } = latencies;
  if (total === 0) return null;
  const percentiles = PERCENTILES.map(([name, share]) => [name, percentileMs(latencies, share)]);
  return { min: minMs, mean: sumMs / total, ...Object.fromEntries(percentiles), max: maxMs };
}

function line(object: Record<string, unknown>): string {
  return JSON.stringify(object) + "\n";
}
