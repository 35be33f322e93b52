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
  type FigureOf,
  figureOf,
  ratioOf,
  type Spread,
} from "./compare.ts";
import type { Load } from "./measured.ts";
import { faultNotes } from "./report.ts";
import { loadWords, unitOf, WORDS } from "./words.ts";

/** A figure of a server that has answered nothing. */
const NONE = "–";

/** The whole comparison: at least one round of each. */
export function comparisonOf(load: Load, all: Compared[]): Section {
  const [first] = all;
  const rounds = first.rounds.length;
  const faults = all.reduce((sum, one) => sum + faultsOf(one).count, 0);
  const isAnswered = all.every((one) => figureOf(one, perSecond) !== null);
  const rate = unitOf(load).rate;
  const notes = comparedNotes(all);
  return {
    name: "bench",
    section: "4.2.2",
    title: loadWords(load),
    verdict: {
      good: faults === 0 && isAnswered,
      word: faults > 0 ? WORDS.faulty : isAnswered ? WORDS.right : WORDS.nothing,
      seen: faults === 0 ? WORDS.rounds(rounds) : joined(
        WORDS.rounds(rounds),
        WORDS.seenFaults(formatNumber(faults)),
      ),
    },
    scenes: [
      { title: WORDS.servers, table: serversOf(all) },
      barsOf(rate, all, { of: perSecond, words: (n) => formatNumber(Math.round(n)) }),
      barsOf(WORDS.latencyRow("p50"), all, { of: (it) => it.p50Ms, words: ms }),
      {
        ...barsOf(WORDS.latencyRow("p99"), all, { of: (it) => it.p99Ms, words: ms }),
        ...(notes.length === 0 ? {} : { notes }),
      },
      ...(faults === 0 ? [] : [{ title: WORDS.faults, notes: faultsOfAll(load, all) }]),
    ],
  };
}

const perSecond: FigureOf = (it) => it.perSecond;
const ms = (ms: number) => formatMs(ms * 1000);

/** What the figures are: of several rounds, beside those of another server. */
function comparedNotes(all: Compared[]): Text[] {
  const rounds = all[0].rounds.length;
  const [first, ...others] = all;
  const medians = others.length === 0 ? WORDS.medians : WORDS.mediansInTurns;
  const hasRatios = others.some((one) => ratioOf(one, { to: first, of: perSecond }) !== null);
  return [
    ...(rounds > 1 ? [medians(rounds)] : []),
    ...(hasRatios ? [rounds > 1 ? WORDS.ratios : WORDS.ratio] : []),
  ];
}

/** Each kind of fault of each server, with the first of it. */
function faultsOfAll(load: Load, all: Compared[]): Text[] {
  return all.flatMap((one, i) =>
    faultNotes(load, faultsOf(one).byKind).map((note) => WORDS.ofServer(i + 1, note))
  );
}

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
      ...(hasShares ? [figureOf(one, ({ share }) => share)?.median.toFixed(2) ?? NONE] : []),
      faultsOf(one).count,
      escapeControls(one.command),
    ]),
  };
}

/** A figure of all servers, with its ratio to that of the first one. */
function barsOf(
  title: Text,
  all: Compared[],
  { of, words }: { of: FigureOf; words: (n: number) => string },
): Scene {
  const [first] = all;
  const bars = all.map((one, i) => {
    const value = figureOf(one, of)?.median;
    const ratio = one === first ? null : ratioOf(one, { to: first, of });
    return {
      label: String(i + 1),
      value: value ?? 0,
      shown: value === undefined ? NONE : words(value),
      note: ratio === null ? undefined : ratioWords(ratio),
    };
  });
  return { title, figure: { kind: "bars", bars } };
}

/** `× 0.92 (0.88 – 0.97)`; of one round `× 0.92`. */
function ratioWords({ median, least, most }: Spread): string {
  const digits = (n: number) => n.toFixed(2);
  const range = least === most ? "" : ` (${digits(least)} – ${digits(most)})`;
  return `× ${digits(median)}${range}`;
}

function joined(one: Text, other: Text): Text {
  return text(`${one.en}.${other.en}`, `${one.zh}。${other.zh}`);
}
