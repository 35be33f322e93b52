/**
 * Which labs are meant: by name, by section, or by exercise.
 *
 * @module
 */

import { EXERCISES } from "./exercises.ts";
import type { Lab } from "./lab.ts";

// `5`, `(5)`, `exercise5`, `exercise-5`, `习题5`, `第5题`, `习题（5）`.
const EXERCISE = /^(?:exercise|ex|习题|练习|第)?[ ._-]?[(（]?([0-9]+)[)）]?题?$/i;
// `4.3.3`, `§4.3.3`, `第4.3.3节`.
const SECTION = /^[§第]?(4(?:\.[0-9]+)+)\.?节?$/;

/** Is it the word alone that stands before a number: `习题 5`, `exercise 5`? */
export function isHeading(word: string): boolean {
  return /^(?:exercises?|ex|习题|练习)[.:：]?$/i.test(word);
}

/** The number of the exercise that a word means; `null`: none. */
export function exerciseOf(word: string): number | null {
  const number = Number(EXERCISE.exec(word)?.[1]);
  return EXERCISES.some((exercise) => exercise.number === number) ? number : null;
}

/** The names of those of `labs` that a word means; none if it means nothing. */
export function labsMeant(word: string, labs: readonly Lab[]): string[] {
  const name = word.replaceAll("-", "_"); // as with programs
  const number = exerciseOf(word);
  const section = SECTION.exec(word)?.[1];
  const meant = labs.filter((lab) =>
    lab.name === name ||
    EXERCISES.some((exercise) => exercise.number === number && exercise.lab === lab.name) ||
    section !== undefined && [lab.section, ...lab.also ?? []].some((at) => isWithin(at, section))
  );
  return meant.map(({ name }) => name);
}

/** Is one of two sections a part of the other, or the same? */
function isWithin(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}
