/**
 * What was measured, as a section with its pictures: for a terminal, and for a page.
 *
 * @module
 */

import {
  type BarsFigure,
  formatMs,
  formatNumber,
  type Scene,
  type Section,
  type Table,
  type Text,
} from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import { countOf, FAULT_KINDS, type FaultsByKind } from "./fault.ts";
import { percentileMs, stepsOf } from "./histogram.ts";
import type { Result } from "./measure.ts";
import type { Load } from "./measured.ts";
import { faultWords, loadWords, unitOf, WORDS } from "./words.ts";

/** The percentiles that are told: their names and shares. */
export const PERCENTILES = [["p50", 0.5], ["p90", 0.9], ["p99", 0.99], ["p99.9", 0.999]] as const;
/** We were the bottleneck, as far as can be told, if we were at work for this share of the time. */
const BUSY = 0.9;
/** What was sent later than this, in milliseconds, was late. */
const LATE_MS = 1;
/** A rate is kept within 1 %. */
const KEPT = 0.99;
/** So many rows of a picture are enough. */
const MOST_ROWS = 18;

/** The whole of one run. */
export function sectionOf(load: Load, result: Result): Section {
  const { messages, faults, durationMs } = result;
  const count = countOf(faults);
  const seen = WORDS.seen(messages, unitOf(load), durationMs);
  const also = count === 0 ? text("", "") : WORDS.seenFaults(formatNumber(count));
  return {
    name: "bench",
    section: "4.2.2",
    title: loadWords(load),
    verdict: {
      good: count === 0 && messages > 0,
      word: count > 0 ? WORDS.faulty : messages > 0 ? WORDS.right : WORDS.nothing,
      seen: text(seen.en + also.en, seen.zh + also.zh),
    },
    scenes: [
      { title: WORDS.howFast, table: figures(load, result), notes: notesOf(load, result) },
      ...latency(load, result),
      ...fairness(result),
      ...(count === 0 ? [] : [{ title: WORDS.faults, notes: faultNotes(load, faults) }]),
    ],
  };
}

/** So many a second; 0 if there was no time. */
export function perSecond(n: number, { durationMs }: Result): number {
  return durationMs > 0 ? n / durationMs * 1000 : 0;
}

/** The slowest connection's part of what the fastest had: 1 is fair. `null` of fewer than two. */
export function shareOf({ connections }: Result): number | null {
  if (connections.length < 2) return null;
  const counts = connections.map(({ messages }) => messages);
  const most = mostOf(counts);
  return most === 0 ? null : leastOf(counts) / most;
}

/** The connection that once waited longest. */
export function longestWait({ connections }: Result): { number: number; longestMs: number } | null {
  return connections.reduce<{ number: number; longestMs: number } | null>(
    (one, other) => one === null || other.longestMs > one.longestMs ? other : one,
    null,
  );
}

// Of tens of thousands, which are too many for Math.min(...).
const leastOf = (numbers: number[]) => numbers.reduce((a, b) => Math.min(a, b), Infinity);
const mostOf = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);

const ms = (n: number) => formatMs(n * 1000);

function figures(load: Load, result: Result): Table {
  const { latencies, connects, late, unsent, busy, messages, bytes } = result;
  const wait = longestWait(result);
  const share = shareOf(result);
  const of = WORDS.onConnection(wait?.number ?? 0);
  const rows: Table["rows"] = [
    [unitOf(load).rate, Math.round(perSecond(messages, result))],
    ...(load.connectOnly ? [] : [[WORDS.bytesPerSecond, megabytes(perSecond(bytes, result))]]),
    ...(latencies.total === 0 ? [] : [
      ...PERCENTILES.map(([name, share]) => [
        WORDS.latencyRow(name),
        ms(percentileMs(latencies, share)),
      ]),
      [WORDS.latencyMost, ms(latencies.maxMs)],
    ]),
    ...(connects.total === 0
      ? []
      : [[WORDS.connecting, `${ms(percentileMs(connects, 0.5))}, ${ms(connects.maxMs)}`]]),
    ...(share === null ? [] : [[WORDS.share, share.toFixed(2)]]),
    ...(wait === null || share === null ? [] : [[
      WORDS.longestWait,
      text(ms(wait.longestMs) + of.en, ms(wait.longestMs) + of.zh),
    ]]),
    ...(late.total === 0
      ? []
      : [[WORDS.sentLate, `${ms(percentileMs(late, 0.99))}, ${ms(late.maxMs)}`]]),
    ...(unsent === 0 ? [] : [[WORDS.unsent, unsent]]),
    [WORDS.busy, WORDS.percent(Math.round(100 * busy))],
  ];
  return { head: [WORDS.what, WORDS.measured], rows };
}

function megabytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

/** What there is to say of the measuring itself. */
function notesOf({ rate }: Load, result: Result): Text[] {
  const { busy, late, messages, faults } = result;
  const notes: Text[] = [];
  if (rate === undefined && busy > BUSY) notes.push(WORDS.bottleneck);
  if (late.total > 0 && percentileMs(late, 0.99) > LATE_MS) {
    notes.push(busy > BUSY ? WORDS.lateByWork : WORDS.late);
  }
  const got = perSecond(messages, result);
  if (rate !== undefined && got < KEPT * rate.perSecond) {
    notes.push(WORDS.rateMissed(formatNumber(rate.perSecond), formatNumber(Math.round(got))));
  }
  const reason = faults.unreachable?.first.reason ?? "";
  if (/EADDRNOTAVAIL|assign requested address/i.test(reason)) notes.push(WORDS.portsUsedUp);
  return notes;
}

function latency({ connectOnly }: Load, { latencies }: Result): Scene[] {
  if (latencies.total === 0) return [];
  const steps =
    [4, 2].map((n) => stepsOf(latencies, n)).find(({ length }) => length <= MOST_ROWS) ??
      stepsOf(latencies, 1);
  const named = PERCENTILES.map(([name, share]) => ({ name, ms: percentileMs(latencies, share) }));
  const figure: BarsFigure = {
    kind: "bars",
    bars: steps.map(({ fromMs, toMs, count }) => ({
      label: `${short(fromMs)} – ${short(toMs)}`,
      value: count,
      note: named.filter(({ ms }) => fromMs <= ms && ms < toMs).map(({ name }) => name).join(" "),
    })),
  };
  return [{ title: connectOnly ? WORDS.visit : WORDS.latency, figure }];
}

/** Three digits are enough beside a bar. */
function short(ms: number): string {
  return ms >= 1000
    ? `${Number((ms / 1000).toPrecision(3))} s`
    : ms >= 1
    ? `${Number(ms.toPrecision(3))} ms`
    : `${Number((ms * 1000).toPrecision(3))} µs`;
}

function fairness({ connections }: Result): Scene[] {
  if (connections.length < 2) return [];
  if (connections.length <= MOST_ROWS) {
    const bars = connections.map(({ number, messages }) => ({
      label: WORDS.connection(number),
      value: messages,
    }));
    return [{ title: WORDS.fairness, figure: { kind: "bars", bars } }];
  }
  const sorted = connections.map(({ messages }) => messages).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const bars = [
    { label: WORDS.slowest, value: at(0) },
    ...[10, 50, 90].map((percent) => ({ label: WORDS.tenth(percent), value: at(percent / 100) })),
    { label: WORDS.fastest, value: at(1) },
  ];
  return [{ title: WORDS.fairnessMany, figure: { kind: "bars", bars } }];
}

/** Each kind of fault, with the first of it. */
export function faultNotes(load: Load, faults: FaultsByKind): Text[] {
  return FAULT_KINDS.flatMap((kind) => {
    const fault = faults[kind];
    return fault === undefined ? [] : [WORDS.fault(faultWords(kind, load), fault)];
  });
}
