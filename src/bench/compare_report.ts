/**
 * Servers side by side, as a section with its picture.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import {
  formatMs,
  formatNumber,
  type Scene,
  type Section,
  type Table,
  type Text,
} from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import {
  type Compared,
  faultsOf,
  type Figures,
  ratioOf,
  type Spread,
  spreadOf,
} from "./compare.ts";
import type { Load } from "./measured.ts";
import { loadWords, unitOf, WORDS } from "./words.ts";

/** The whole comparison: at least one round of each. */
export function comparisonOf(load: Load, all: Compared[]): Section {
  const [first] = all;
  const rounds = first.rounds.length;
  const faults = all.reduce((sum, one) => sum + faultsOf(one), 0);
  const rate = unitOf(load).rate;
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
      { title: WORDS.servers, table: serversOf(all) },
      barsOf(rate, all, { of: (it) => it.perSecond, words: (n) => formatNumber(Math.round(n)) }),
      barsOf(WORDS.latencyRow("p50"), all, { of: (it) => it.p50Ms, words: ms }),
      {
        ...barsOf(WORDS.latencyRow("p99"), all, { of: (it) => it.p99Ms, words: ms }),
        notes: [WORDS.comparedNote(rounds)],
      },
    ],
  };
}

const ms = (ms: number) => formatMs(ms * 1000);

/** Commands are long: in the pictures they have numbers. */
function serversOf(all: Compared[]): Table {
  const hasShares = all.some((one) => one.rounds.some(({ share }) => share !== null));
  return {
    head: [
      WORDS.number,
      ...(hasShares ? [WORDS.shareShort] : []),
      WORDS.faultsShort,
      WORDS.server,
    ],
    rows: all.map((one, i) => [
      i + 1,
      ...(hasShares ? [medianOf(one, ({ share }) => share ?? 1).toFixed(2)] : []),
      faultsOf(one),
      escapeControls(one.command),
    ]),
  };
}

/** A figure of all servers, with its ratio to that of the first one. */
function barsOf(
  title: Text,
  all: Compared[],
  { of, words }: { of: (figures: Figures) => number; words: (n: number) => string },
): Scene {
  const [first] = all;
  const bars = all.map((one, i) => {
    const value = medianOf(one, of);
    const note = one === first ? undefined : ratioWords(ratioOf(one, { to: first, of }));
    return { label: String(i + 1), value, shown: words(value), note };
  });
  return { title, figure: { kind: "bars", bars } };
}

/** `× 0.92 (0.88 – 0.97)`. */
function ratioWords({ median, least, most }: Spread): string {
  const digits = (n: number) => n.toFixed(2);
  return `× ${digits(median)} (${digits(least)} – ${digits(most)})`;
}

function medianOf(one: Compared, of: (figures: Figures) => number): number {
  return spreadOf(one.rounds.map(of)).median;
}

function joined(one: Text, other: Text): Text {
  return text(`${one.en}.${other.en}`, `${one.zh}。${other.zh}`);
}
