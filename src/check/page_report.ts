/**
 * The page of a check (`--html FILE`): the faults with their pictures.
 *
 * @module
 */

import type { Lang } from "../draw/figure.ts";
import { page } from "../draw/page.ts";
import type { Outcome } from "./case.ts";
import { sectionOf } from "./section_of.ts";
import type { Subject } from "./subject.ts";
import type { Tally } from "./tally.ts";
import { pageWords } from "./words.ts";

/** The whole page. */
export function pageOf(
  subject: Subject,
  { outcomes, tally, lang }: { outcomes: Outcome[]; tally: Tally; lang: Lang },
): string {
  const sections = outcomes.map((outcome) => sectionOf(outcome, subject.language));
  return page(sections, { words: pageWords(subject, tally), lang });
}
