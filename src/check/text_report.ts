/**
 * What check tells a person: a line for each case, then every fault with its pictures,
 * and at the end what the exit code goes by.
 *
 * @module
 */

import { escapeControls, TerminalText } from "../cli/escape.ts";
import { padEnd, widthOf, wrap } from "../cli/columns.ts";
import type { Lang, Text } from "../draw/figure.ts";
import { markOf } from "../draw/mark.ts";
import { type Style, TerminalPrinter } from "../draw/terminal.ts";
import { formatAddress } from "../net/net.ts";
import type { Case, Outcome, Printed, Weight } from "./case.ts";
import { shortId } from "./command_line.ts";
import { remarkOf, sectionOf } from "./section_of.ts";
import type { Subject } from "./subject.ts";
import type { Tally } from "./tally.ts";
import { WEIGHTS, WORDS } from "./words.ts";

const MOST_COLUMNS = 80;
/** From here on a title has room beside the name of its case. */
const WIDE = 60;
/** Of what a program printed, so many lines are shown from the beginning, and from the end. */
const SHOWN_LINES = 20;
const INDENT = "  ";
const WEIGHT_ORDER: Weight[] = ["book", "robust", "note"];

/** The cases, a line each, by their weights. */
export function listOf(cases: readonly Case[], lang: Lang): string {
  const width = Math.max(...cases.map(({ id }) => id.length));
  const sections = Math.max(...cases.map(({ section }) => section.length));
  return cases.map(({ id, weight, section, title }) =>
    `${padEnd(id, width)}  ${weight.padEnd(6)}  ${padEnd(section, sections)}  ${title[lang]}\n`
  ).join("");
}

/** What a {@linkcode TextReport} is given. */
export interface TextReportOptions extends Style {
  /** Show what the program printed. */
  show: boolean;
}

/** Tells a person. */
export class TextReport {
  readonly #lang: Lang;
  readonly #width: number;
  readonly #show: boolean;
  readonly #printer: TerminalPrinter;

  constructor({ show, ...style }: TextReportOptions) {
    this.#lang = style.lang;
    this.#width = Math.min(style.columns ?? MOST_COLUMNS, MOST_COLUMNS);
    this.#show = show;
    this.#printer = new TerminalPrinter({ ...style, columns: this.#width });
  }

  /** All of it. */
  whole(subject: Subject, { outcomes, tally }: { outcomes: Outcome[]; tally: Tally }): string {
    const faults = outcomes.map((outcome) => sectionOf(outcome, subject.language))
      .filter(({ scenes }) => scenes.length > 0);
    return this.#head(subject) + this.#overview(outcomes) + "\n" +
      faults.map((section) => this.#printer.section(section)).join("") + this.#summary(tally);
  }

  #head({ kind, command, at }: Subject): string {
    const what = at === undefined
      ? escapeControls(command.join(" "))
      : `${formatAddress(at)}${WORDS.runsAlready[this.#lang]}`;
    return this.#printer.painted("bold", `${kind}  ${what}`) + "\n";
  }

  #overview(outcomes: Outcome[]): string {
    const ids = Math.max(...outcomes.map(({ case: { id } }) => shortId(id).length));
    const sections = Math.max(...outcomes.map(({ case: { section } }) => section.length));
    const groups = WEIGHT_ORDER.map((weight) => ({
      weight,
      members: outcomes.filter((outcome) => outcome.case.weight === weight),
    })).filter(({ members }) => members.length > 0);
    return groups.map(({ weight, members }) => {
      const lines = members.flatMap((outcome) => this.#line(outcome, { ids, sections }));
      const name = wrap(WEIGHTS[weight][this.#lang], this.#width).join("\n");
      return `\n${name}\n${lines.join("")}`;
    }).join("");
  }

  /** A case: its mark, its name, its section and what must hold; then what there is to say. */
  #line(outcome: Outcome, { ids, sections }: { ids: number; sections: number }): string[] {
    const { case: { id, section, title, weight }, finding: { verdict }, printed } = outcome;
    const good = sectionOf(outcome, "c").verdict.good;
    const mark = this.#printer.verdict(markOf(good), good);
    const name = `${padEnd(shortId(id), ids)}  ${padEnd(section, sections)}  `;
    const remark = verdict === "fails" && outcome.explainedBy === undefined
      ? ""
      : this.#remark(outcome);
    // Of a note only what was found is of interest.
    const words = weight === "note" && verdict === "holds" && remark !== ""
      ? remark
      : title[this.#lang];
    const isWide = this.#width >= WIDE;
    const indent = isWide ? 4 + widthOf(name) : 6;
    const wrapped = (text: string) => wrap(text, this.#width - indent);
    const [first, ...more] = wrapped(words);
    const below = remark === "" || words === remark ? [] : wrapped(remark);
    const body = [...(isWide ? more : [first, ...more]), ...below]
      .map((line) => " ".repeat(indent) + line + "\n");
    return [
      `${INDENT}${mark} ${(name + (isWide ? first : "")).trimEnd()}\n`,
      ...body,
      ...(this.#show ? printed.flatMap((one) => this.#printed(one)) : []),
    ];
  }

  #remark(outcome: Outcome): string {
    const remark = remarkOf(outcome)[this.#lang];
    const { verdict } = outcome.finding;
    if (verdict !== "skipped" && verdict !== "slow") return remark;
    const colon = this.#lang === "zh" ? "：" : ": ";
    return WORDS[verdict][this.#lang] + (remark === "" ? "" : colon + remark);
  }

  /** What one start of the program printed. */
  #printed({ command, stdout, stderr, lost }: Printed): string[] {
    const streams = [["stdout", stdout], ["stderr", stderr]] as const;
    const parts = streams.flatMap(([name, bytes]) =>
      bytes.length === 0 ? [] : [`${name}:`, ...linesShown(bytes, this.#lang)]
    );
    const all = [
      `$ ${escapeControls(command.join(" "))}`,
      ...(parts.length === 0 ? [WORDS.printedNothing[this.#lang]] : parts),
      ...(lost > 0 ? [WORDS.lost(lost)[this.#lang]] : []),
    ];
    return all.map((line) => `      ${this.#printer.painted("dim", `│ ${line}`)}\n`);
  }

  #summary({ counts, exitCode, strict, tookMs, kind }: Tally): string {
    const words = WORDS.summary(kind, counts, `${(tookMs / 1000).toFixed(1)} s`);
    const why = WORDS.exitCode(exitCode, { strict, counts });
    const lines = (text: Text) => wrap(text[this.#lang], this.#width);
    const [first, ...rest] = [...lines(words), ...lines(why)];
    const good = exitCode === 0;
    return this.#printer.verdict(first, good) + "\n" +
      rest.map((line) => line + "\n").join("");
  }
}

/** Lines that are safe on a terminal; of many the first and the last ones. */
function linesShown(bytes: Uint8Array, lang: Lang): string[] {
  const decoder = new TerminalText();
  const text = decoder.push(bytes) + decoder.end();
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (lines.length <= 2 * SHOWN_LINES) return lines;
  const between = lines.length - 2 * SHOWN_LINES;
  return [
    ...lines.slice(0, SHOWN_LINES),
    WORDS.moreLines(between)[lang],
    ...lines.slice(-SHOWN_LINES),
  ];
}
