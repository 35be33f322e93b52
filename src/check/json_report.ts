/**
 * What check tells a script (`--json`): one JSON object a line.
 *
 * One object for each case, in the order of `--list`:
 *
 * | field | type | meaning |
 * | --- | --- | --- |
 * | `event` | string | `case` |
 * | `id` | string | `echo_server/half-close`; stable |
 * | `section` | string | the section of the chapter: `4.3.3` |
 * | `weight` | string | `book`, `robust` or `note` |
 * | `title` | string | what must hold, in the language of `--lang` |
 * | `verdict` | string | `holds`, `fails`, `slow` (too slow to be judged) or `skipped` |
 * | `counts` | boolean | does it make the exit code 1? |
 * | `note` | string or null | what there is to say of a case that does not fail |
 * | `seen` | string or null | of a fault: what was done, and what came of it |
 * | `cause` | object or null | of a fault: `id` (stable: `sigpipe`), `language`, `why`, `cure` |
 * | `what` | string or null | what `due` and `came` are: the reply to line 2 |
 * | `due`, `came` | object or null | bytes that were due, and that came: see below |
 * | `listingFails` | boolean | does the book's own listing fail it, too? |
 * | `explainedBy` | string or null | the id of the case that fails for the same cause, or without which this one means nothing |
 * | `lab` | string or null | the lab that shows it: `tcplab labs <lab>` |
 * | `steps` | array | what was done, in order: `side` (`check` or `program`), `text`, `atUs` (microseconds since the case began) |
 * | `stepsLeftOut` | number | so many are left out behind the 100th: of one that floods |
 * | `printed` | array | a start of the program each: `command` (array), `stdout`, `stderr` (strings, UTF-8), `lostBytes` |
 * | `tookMs` | number | in milliseconds |
 *
 * `due` and `came` have `bytes` (how many they are in all), `from` (the number of the first one
 * given here), `text` (UTF-8; what is none is U+FFFD) and `base64` (exactly). At most 4096 bytes
 * are given, from at most 1024 before the first difference on.
 *
 * The last object is the summary: `event` is `summary`, `kind` that of the program, `program` its
 * command line (or its address, where it ran already), `cases` how many were tried, `holds`,
 * `fails`, `notes`, `slow` and `skipped` how many came to which end, `failsBook` and `failsRobust`
 * how many of those that fail are of which weight, `failed` the ids of those that fail and that no
 * other one explains, `strict`, `exitCode`, `tookMs`. Without it check did not come to its end.
 *
 * Where the program cannot be tried at all there is one object, `event` is `error`, with `kind`,
 * `program`, `reason` (`cannot-start`, `ended` before it listened or connected, `never-listens`,
 * `never-connects`, `cannot-connect`), `message`, `advice` and `exitCode`.
 *
 * @module
 */

import { firstDifference } from "../draw/excerpt.ts";
import type { Lang } from "../draw/figure.ts";
import type { Outcome } from "./case.ts";
import { cureText } from "./cure_comments.ts";
import { explainedIn } from "./section_of.ts";
import type { StartFailureTold } from "./start_failure.ts";
import { type Language, programOf, type Subject } from "./subject.ts";
import { countsFor, type Tally } from "./tally.ts";

/** Of more steps than twice as many, these are given from the beginning, and from the end. */
const MOST_STEPS = 100;
/** So many bytes of a row are given, and so many of them before the first difference. */
const MOST_BYTES = 4096;
const BEFORE = 1024;

/** One line of JSON about a case. */
export function caseJson(
  outcome: Outcome,
  { lang, language, strict }: { lang: Lang; language: Language; strict: boolean },
): string {
  const { case: { id, section, weight, title, lab, listingFails }, finding } = outcome;
  const fault = finding.verdict === "fails" ? finding : null;
  const explained = fault && explainedIn(fault.cause, language);
  const differ = fault?.differ ?? null;
  const at = differ && (firstDifference(differ.due, differ.came) ?? 0);
  const steps = outcome.steps.map(({ side, text, atUs }) => ({ side, text, atUs }));
  const stepsLeftOut = Math.max(0, steps.length - 2 * MOST_STEPS);
  return line({
    event: "case",
    id,
    section,
    weight,
    title: title[lang],
    verdict: finding.verdict,
    counts: countsFor(outcome, strict),
    note: "note" in finding ? finding.note?.[lang] ?? null : null,
    seen: fault?.seen[lang] ?? null,
    cause: explained && {
      id: fault!.cause.id,
      language: explained.language,
      why: explained.why[lang],
      cure: cureText(explained.cure)[lang],
    },
    what: differ?.what[lang] ?? null,
    due: differ && bytesOf(differ.due, at!),
    came: differ && bytesOf(differ.came, at!),
    listingFails: listingFails === true,
    explainedBy: outcome.explainedBy ?? null,
    lab: lab ?? null,
    steps: [...steps.slice(0, MOST_STEPS), ...steps.slice(MOST_STEPS + stepsLeftOut)],
    stepsLeftOut,
    printed: outcome.printed.map(({ command, stdout, stderr, lost }) => ({
      command,
      stdout: textOf(stdout),
      stderr: textOf(stderr),
      lostBytes: lost,
    })),
    tookMs: Math.round(outcome.tookMs),
  });
}

/** The last line. */
export function summaryJson(
  subject: Subject,
  { outcomes, tally: { counts, strict, exitCode, tookMs } }: { outcomes: Outcome[]; tally: Tally },
): string {
  const { holds, book, robust, notes, slow, skipped } = counts;
  return line({
    event: "summary",
    kind: subject.kind,
    program: programOf(subject),
    cases: holds + book + robust + notes + slow + skipped,
    holds,
    fails: book + robust,
    failsBook: book,
    failsRobust: robust,
    failed: outcomes.filter(({ finding: { verdict }, explainedBy }) =>
      verdict === "fails" && explainedBy === undefined
    ).map((outcome) => outcome.case.id),
    notes,
    slow,
    skipped,
    strict,
    exitCode,
    tookMs: Math.round(tookMs),
  });
}

/** The only line about a program that cannot be tried. */
export function errorJson(
  subject: Subject,
  { reason, message, advice }: StartFailureTold,
): string {
  const program = programOf(subject);
  return line({
    event: "error",
    kind: subject.kind,
    program,
    reason,
    message,
    advice,
    exitCode: 1,
  });
}

function line(object: Record<string, unknown>): string {
  return JSON.stringify(object) + "\n";
}

function bytesOf(bytes: Uint8Array, at: number): Record<string, unknown> {
  const from = bytes.length <= MOST_BYTES ? 0 : Math.max(0, at - BEFORE);
  const given = bytes.subarray(from, from + MOST_BYTES);
  const base64 = btoa([...given].map((byte) => String.fromCharCode(byte)).join(""));
  return { bytes: bytes.length, from, text: textOf(given), base64 };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
