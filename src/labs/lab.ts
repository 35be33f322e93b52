/**
 * What a lab is: a claim of the chapter, an experiment over real sockets, and
 * what was found, as data. How that looks, on a terminal or as a picture, is
 * not the business of a lab.
 *
 * @module
 */

import type { Scene, Section, Text } from "../draw/figure.ts";
import { answersOf } from "./exercises.ts";
import type { LabEvent, Stage } from "./stage.ts";
import { WORDS } from "./words.ts";

/** A claim of the chapter and the experiment that proves it. */
export interface Lab {
  /** As one types it: `boundary`. */
  name: string;
  /** Where the chapter says it: `4.3.3`. */
  section: string;
  /** Other sections that it shows something of. */
  also?: string[];
  title: Text;
  /** The words of the chapter, and their translation. */
  claim: Text;
  /** Does it. What it opens, the stage closes. */
  run(stage: Stage): Promise<Finding>;
}

/** What a lab found. */
export interface Finding {
  /** Was seen what the chapter says? */
  holds: boolean;
  /** What was seen, in a sentence or two. */
  seen: Text;
  scenes: Scene[];
}

/** A lab that was run. */
export interface Outcome {
  lab: Lab;
  finding: Finding;
  events: LabEvent[];
  tookUs: number;
}

/** A lab and what it found, as it is drawn. */
export function sectionOf(
  { name, section, title, claim }: Lab,
  { holds, seen, scenes }: Finding,
): Section {
  const verdict = { good: holds, word: holds ? WORDS.holds : WORDS.doesNotHold, seen };
  return { name, section, title, claim, verdict, scenes, answers: answersOf(name) };
}
