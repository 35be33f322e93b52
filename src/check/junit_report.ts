/**
 * What check tells a build server or a grader (`--junit FILE`): a test suite with a test
 * for each case, in the form that JUnit readers take.
 *
 * A case that fails is a failure if it counts for the exit code (`--strict`), and else
 * skipped, with what was seen: no reader knows of a failure that does not count.
 *
 * @module
 */

import { escapeXml } from "../draw/svg.ts";
import { TerminalPrinter } from "../draw/terminal.ts";
import type { Lang } from "../draw/figure.ts";
import type { Outcome, Printed } from "./case.ts";
import { shortId } from "./command_line.ts";
import { remarkOf, sectionOf } from "./section_of.ts";
import type { StartFailureTold } from "./start_failure.ts";
import { programOf, type Subject } from "./subject.ts";
import { countsFor, type Tally } from "./tally.ts";
import { WORDS } from "./words.ts";

/** So many characters of what a program printed are kept. */
const MOST_PRINTED = 16 * 1024;

/** When a report was begun. */
interface Begun {
  at?: Date;
}

/** The whole report. */
export function junitOf(
  subject: Subject,
  { outcomes, tally, lang, at }: { outcomes: Outcome[]; tally: Tally; lang: Lang } & Begun,
): string {
  const { strict, tookMs } = tally;
  const failures = outcomes.filter((outcome) => countsFor(outcome, strict)).length;
  const skipped = outcomes.filter((outcome) => isSkipped(outcome, strict)).length;
  const cases = outcomes.map((outcome) => testcase(outcome, { subject, strict, lang }));
  return suite(subject, { cases, failures, skipped, errors: 0, tookMs, at });
}

/** The report about a program that cannot be tried: one test, which is an error. */
export function junitOfFailure(
  subject: Subject,
  { failure: { reason, message, advice }, at }: { failure: StartFailureTold } & Begun,
): string {
  const [first] = message.split("\n");
  const error = `<testcase classname="${subject.kind}" name="start" time="0.000">
<error type="${attribute(reason)}" message="${attribute(first)}">${
    content(`${message}\n${advice}`)
  }</error>
</testcase>`;
  return suite(subject, { cases: [error], failures: 0, skipped: 0, errors: 1, tookMs: 0, at });
}

function suite(
  subject: Subject,
  { cases, failures, skipped, errors, tookMs, at = new Date() }:
    & Record<"failures" | "skipped" | "errors" | "tookMs", number>
    & { cases: string[] }
    & Begun,
): string {
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" ` +
    `time="${seconds(tookMs)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tcplab check" ${counts}>
<testsuite name="${subject.kind}" timestamp="${
    at.toISOString().slice(0, 19)
  }" skipped="${skipped}" ${counts}>
<properties><property name="program" value="${attribute(programOf(subject))}"/></properties>
${cases.join("\n")}
</testsuite>
</testsuites>
`;
}

function testcase(
  outcome: Outcome,
  { subject, strict, lang }: { subject: Subject; strict: boolean; lang: Lang },
): string {
  const { case: { id, section, weight, title }, finding, printed, tookMs } = outcome;
  const name = `${shortId(id)} (${section}): ${title[lang]}`;
  const head = `<testcase classname="${attribute(`${subject.kind}.${weight}`)}" ` +
    `name="${attribute(name)}" time="${seconds(tookMs)}">`;
  const parts: string[] = [];
  const remark = remarkOf(outcome)[lang];
  const drawn = sectionOf(outcome, subject.language);
  const text = drawn.scenes.length > 0
    ? new TerminalPrinter({ lang, colour: false }).section(drawn)
    : remark;
  if (countsFor(outcome, strict) && finding.verdict === "fails") {
    parts.push(
      `<failure type="${attribute(finding.cause.id)}" message="${attribute(remark)}">` +
        `${content(text)}</failure>`,
    );
  } else if (isSkipped(outcome, strict)) {
    const word = finding.verdict === "fails"
      ? WORDS.failsUncounted(weight)[lang]
      : finding.verdict === "skipped"
      ? ""
      : WORDS[finding.verdict][lang];
    const colon = word === "" || remark === "" ? "" : lang === "zh" ? "：" : ": ";
    parts.push(`<skipped message="${attribute(word + colon + remark)}"/>`);
  }
  const out = [
    ...(finding.verdict === "fails" && !countsFor(outcome, strict) ? [text] : []),
    ...(finding.verdict === "holds" && remark !== "" ? [remark] : []),
    ...printed.map(({ command, stdout }) => stream(command, stdout)),
  ].filter((part) => part !== "");
  const err = printed.map(({ command, stderr }) => stream(command, stderr))
    .filter((part) => part !== "");
  if (out.length > 0) parts.push(`<system-out>${content(out.join("\n"))}</system-out>`);
  if (err.length > 0) parts.push(`<system-err>${content(err.join("\n"))}</system-err>`);
  return [head, ...parts, "</testcase>"].join("\n");
}

function isSkipped(outcome: Outcome, strict: boolean): boolean {
  return outcome.finding.verdict !== "holds" && !countsFor(outcome, strict);
}

function stream(command: Printed["command"], bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const end = text.length > MOST_PRINTED ? "\n…" : "";
  return `$ ${command.join(" ")}\n${text.slice(0, MOST_PRINTED)}${end}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Text between tags. */
function content(text: string): string {
  return escapeXml(legal(text));
}

/** The value of an attribute; a reader would take a newline for a space. */
function attribute(text: string): string {
  return escapeXml(legal(text)).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

/**
 * XML 1.0 forbids most controls, also as numbers, and half characters. A carriage return
 * it would turn into a newline. They are shown as escapes.
 */
function legal(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
