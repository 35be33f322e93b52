/**
 * What check tells a person.
 *
 * @module
 */

import { escapeControls, quote } from "../cli/escape.ts";
import { padEnd } from "../draw/columns.ts";
import { formatMs, type Lang } from "../draw/figure.ts";
import type { Case, Outcome } from "./case.ts";
import { shortId } from "./command_line.ts";
import type { Subject } from "./subject.ts";

/** Does this outcome make the exit code 1? */
export function countsFor({ case: { weight }, finding }: Outcome, strict: boolean): boolean {
  return finding.verdict === "fails" && (weight === "book" || strict && weight === "robust");
}

/** The cases, a line each. */
export function listOf(cases: readonly Case[], lang: Lang): string {
  const width = Math.max(...cases.map(({ id }) => id.length));
  return cases.map(({ id, weight, section, title }) =>
    `${padEnd(id, width)}  ${weight.padEnd(6)}  ${section.padEnd(7)}  ${title[lang]}\n`
  ).join("");
}

/** Tells it. */
export class TextReport {
  readonly #lang: Lang;

  constructor({ lang }: { lang: Lang; colour: boolean; show: boolean; strict: boolean }) {
    this.#lang = lang;
  }

  /** All of it. */
  whole(_: Subject, outcomes: Outcome[]): string {
    return outcomes.map((outcome) => this.#one(outcome)).join("");
  }

  #one(
    { case: { id, weight, section, title }, finding, explainedBy, steps, tookMs }: Outcome,
  ): string {
    const lang = this.#lang;
    const mark = { holds: "✓", fails: "✗", slow: "–", skipped: "–" }[finding.verdict];
    const lines = [
      `${mark} ${padEnd(shortId(id), 18)} ${weight.padEnd(6)} ${section}  ${title[lang]}  (${
        tookMs.toFixed(0)
      } ms)`,
    ];
    if ("note" in finding && finding.note) lines.push(`    ${finding.note[lang]}`);
    if (finding.verdict === "fails") {
      lines.push(`    ${finding.seen[lang]}`);
      if (explainedBy !== undefined) lines.push(`    same cause as ${explainedBy}`);
      else {
        lines.push(
          ...steps.slice(-30).map(({ side, text, atUs }) =>
            `      ${formatMs(atUs).padStart(9)} ${side} ${escapeControls(text)}`
          ),
        );
        const { cause } = finding;
        lines.push(
          `    cause: ${cause.id}: ${cause.in.c.why[lang]}`,
          `    ${cause.in.c.cure.replaceAll("\n", "\n    ")}`,
        );
      }
      if (finding.differ) {
        const say = (bytes: Uint8Array) => quote(new TextDecoder().decode(bytes.subarray(0, 300)));
        lines.push(`    due  ${say(finding.differ.due)}`, `    came ${say(finding.differ.came)}`);
      }
    }
    return lines.join("\n") + "\n";
  }
}
