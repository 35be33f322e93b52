/**
 * A case that was tried, as it is drawn: what was done, what was due and what came, the likely
 * cause and the cure.
 *
 * @module
 */

import type { Figure, Scene, Section, StreamFigure, Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import type { Cause, Fault, Outcome } from "./case.ts";
import { shortId } from "./command_line.ts";
import { cureText } from "./cure_comments.ts";
import { ladderOf } from "./ladder_of.ts";
import type { Language } from "./subject.ts";
import { LANGUAGE_NAMES, WORDS } from "./words.ts";

/** So few bytes are shown one by one. */
const FEW_BYTES = 20;

/** The section of an outcome; only a fault that is told here has scenes. */
export function sectionOf(outcome: Outcome, language: Language): Section {
  const { case: { id, section, title }, finding, explainedBy } = outcome;
  const fails = finding.verdict === "fails";
  return {
    name: shortId(id),
    section,
    title,
    verdict: {
      good: fails ? false : finding.verdict === "holds" && !isNote(outcome) ? true : null,
      word: isNote(outcome) && !fails ? WORDS.note : WORDS[finding.verdict],
      seen: remarkOf(outcome),
    },
    scenes: fails && explainedBy === undefined ? scenesOf(outcome, finding, language) : [],
  };
}

function isNote({ case: { weight }, finding: { verdict } }: Outcome): boolean {
  return weight === "note" && verdict === "holds";
}

/** What there is to say of it in a line; of a fault, what was seen. */
export function remarkOf({ finding, explainedBy }: Outcome): Text {
  if (finding.verdict === "skipped" && explainedBy !== undefined) {
    return WORDS.meansNothing(shortId(explainedBy));
  }
  if (finding.verdict !== "fails") return finding.note ?? text("", "");
  return explainedBy === undefined ? finding.seen : WORDS.sameCause(shortId(explainedBy));
}

/** How a cause is told in this language: in C where nothing is said of it. */
export function explainedIn({ in: by }: Cause, language: Language): {
  language: Language;
  why: Text;
  cure: string;
} {
  const told = by[language];
  return told === undefined ? { language: "c", ...by.c } : { language, ...told };
}

function scenesOf(
  { case: { lab, listingFails }, steps }: Outcome,
  { cause, differ, cut }: Fault,
  language: Language,
): Scene[] {
  const done: Figure | null = cut === undefined ? ladderOf(steps) : streamOf(cut);
  const explained = explainedIn(cause, language);
  const isTheListings = listingFails === true && cause.isNotTheListings !== true;
  return [
    ...(done === null ? [] : [{ title: WORDS.whatWasDone, figure: done }]),
    ...(differ === undefined ? [] : [{
      title: WORDS.dueAndCame(differ.what),
      figure: {
        kind: "difference" as const,
        due: differ.due,
        came: differ.came,
        within: differ.within,
      },
    }]),
    {
      title: WORDS.cause(LANGUAGE_NAMES[explained.language]),
      notes: [explained.why, ...(isTheListings ? [WORDS.listingFails] : [])],
    },
    {
      title: WORDS.cure,
      code: cureText(explained.cure),
      notes: lab === undefined ? [] : [WORDS.seeLab(lab)],
    },
  ];
}

function streamOf({ bytes, writes, shown }: NonNullable<Fault["cut"]>): StreamFigure {
  return {
    kind: "stream",
    length: bytes.length,
    ...(bytes.length <= FEW_BYTES ? { bytes } : {}),
    cuts: [
      { call: "write()", pieces: writes, tone: "write" },
      ...(shown === undefined ? [] : [{
        call: WORDS.programShows,
        pieces: shown,
        tone: "read" as const,
      }]),
    ],
  };
}
