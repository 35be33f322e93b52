/**
 * Servers side by side, as a section with its picture.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import { formatMs, formatNumber, type Section, type Table, type Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import { type Compared, type Figures, ratioOf, type Spread, spreadOf } from "./compare.ts";
import type { Load } from "./measured.ts";
import { unitOf } from "./report.ts";
import { loadWords, WORDS } from "./words.ts";

/** The whole comparison: at least one round of each. */
export function comparisonOf(load: Load, all: Compared[]): Section {
  const [first] = all;
  const rounds = first.rounds.length;
  const faults = all.reduce(
    (sum, one) => sum + one.rounds.reduce((sum, { faults }) => sum + faults, 0),
    0,
  );
  const rate = WORDS.perSecond(unitOf(load));
  return {
    name: "bench",
    section: "4.2.2",
    title: loadWords(load),
    verdict: {
      good: faults === 0,
      word: faults === 0 ? WORDS.right : WORDS.faulty,
      seen: faults === 0 ? WORDS.rounds(rounds) : joined(
        WORDS.rounds(rounds),
        WORDS.seenFaults(formatNumber(faults)),
      ),
    },
    scenes: [
      {
        title: WORDS.compared,
        figure: {
          kind: "bars",
          bars: all.map((one) => ({
            label: shown(one),
            value: Math.round(medianOf(one, (figures) => figures.perSecond)),
            note: one === first
              ? undefined
              : `× ${ratioOf(one, { to: first, of: (it) => it.perSecond }).median.toFixed(2)}`,
          })),
        },
        table: tableOf(rate, all),
        notes: [WORDS.comparedNote(rounds)],
      },
    ],
  };
}

function tableOf(rate: Text, all: Compared[]): Table {
  const [first] = all;
  const columns: [Text, (figures: Figures) => number, (n: number) => string | number][] = [
    [rate, (it) => it.perSecond, Math.round],
    [WORDS.p50, (it) => it.p50Ms, (ms) => formatMs(ms * 1000)],
    [WORDS.p99, (it) => it.p99Ms, (ms) => formatMs(ms * 1000)],
  ];
  const hasShares = all.some((one) => one.rounds.some(({ share }) => share !== null));
  return {
    head: [
      WORDS.server,
      ...columns.flatMap(([name]) => [name, WORDS.ratio]),
      ...(hasShares ? [WORDS.shareShort] : []),
      WORDS.faultsShort,
    ],
    rows: all.map((one) => [
      shown(one),
      ...columns.flatMap(([, of, words]) => [
        words(medianOf(one, of)),
        one === first ? "1" : ratioWords(ratioOf(one, { to: first, of })),
      ]),
      ...(hasShares ? [medianOf(one, ({ share }) => share ?? 1).toFixed(2)] : []),
      one.rounds.reduce((sum, { faults }) => sum + faults, 0),
    ]),
  };
}

/** `0.92 (0.88 – 0.97)`. */
function ratioWords({ median, least, most }: Spread): string {
  const digits = (n: number) => n.toFixed(2);
  return `${digits(median)} (${digits(least)} – ${digits(most)})`;
}

function medianOf(one: Compared, of: (figures: Figures) => number): number {
  return spreadOf(one.rounds.map(of)).median;
}

function shown({ command }: Compared): string {
  return escapeControls(command);
}

function joined(one: Text, other: Text): Text {
  return text(`${one.en}.${other.en}`, `${one.zh}。${other.zh}`);
}
