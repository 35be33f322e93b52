/**
 * `tcplab check`: is my own program right? A reader's program, in any language, against
 * what the chapter says and what a network really does (exercise 7).
 *
 * @module
 */

import {
  command,
  duration,
  flag,
  optional,
  type Program,
  program,
  repeated,
  text,
  wholeNumber,
  type World,
} from "../cli/command.ts";
import { NOTHING, UsageError, type Words, words } from "../cli/failure.ts";
import { exitCodeOf, withStopSignals } from "../cli/ending.ts";
import { terminalOf } from "../cli/columns.ts";
import type { Lang, Text } from "../draw/figure.ts";
import type { FileToWrite } from "../cli/file_to_write.ts";
import type { Case, Outcome } from "./case.ts";
import { CASES } from "./cases.ts";
import { chosenOf, kindName, subjectOf } from "./command_line.ts";
import { Progress } from "./progress.ts";
import { caseJson, errorJson, summaryJson } from "./json_report.ts";
import { runCases } from "./run_cases.ts";
import { StartFailure, startFailure, type StartFailureTold } from "./start_failure.ts";
import type { Subject } from "./subject.ts";
import { type Tally, tallyOf } from "./tally.ts";
import { listOf, TextReport } from "./text_report.ts";
import { NotStarted } from "./not_started.ts";
import { WORDS } from "./words.ts";

/** So long a program may be silent. */
const PATIENCE_MS = 5000;

const COMMAND = command({
  name: "check",
  section: "4.4 (7)",
  summary:
    words`Tries a program of your own, in any language, over real sockets: for each thing that
    the chapter says, whether it holds, what was sent and what came, the likely cause, and how to
    mend it. Exit code 0 if all holds that the book asks for.`,
  arguments: { kind: kindName() },
  options: {
    list: flag(words`show the cases, and run nothing`),
    only: repeated(
      text("ID", words`try this case, or those of this section (4.3.3); may be given again`),
    ),
    strict: flag(words`robust cases count for the exit code, too`),
    timeout: duration(words`how long your program may be silent (default: 5s)`, PATIENCE_MS),
    port: optional(
      wholeNumber("N", words`the port your program takes, if it is fixed`, { min: 1, max: 65535 }),
    ),
    show: flag(words`show what your program printed, too`),
    json: flag(words`print one JSON object a case, then a summary`),
    junit: optional(
      text(
        words`FILE`,
        words`also write a JUnit report to FILE (needs --allow-read, --allow-write)`,
      ),
    ),
    html: optional(
      text(words`FILE`, words`also write a page with pictures to FILE (needs the same)`),
    ),
    force: flag(words`overwrite these files if they exist`),
  },
  rest: {
    value: "command",
    help: words`what starts your program; {host} and {port} are replaced, or the book's arguments
      follow: <port>, or <IP> <port>. Or the IP:port of a server that runs already`,
    parse: (word) => word,
  },
  unknownOption: words`; options of your own program go behind "--"`,
  examples: [
    ["check echo_server ./my_echo_server", words`runs ./my_echo_server PORT, as in the book`],
    ["check echo_client -- python3 my_client.py {host} {port}", words`in any language`],
    ["check hello_server_iterative -- java Server -p {port}", words`options go behind "--"`],
    ["check echo_server 127.0.0.1:9190", words`one that runs already`],
    ["check --list echo_client", words`the cases, without running anything`],
  ],
  permissions: "--allow-run",
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

/** Runs check on its arguments. Resolves to the exit code: 1 if a case fails that counts. */
export const check: Program = program(COMMAND, async (given) => {
  const { arguments: { kind }, options, rest, textOf, print, say } = given;
  const { strict, lang } = options;
  if (options.list) {
    await print(listOf(kind === undefined ? Object.values(CASES).flat() : CASES[kind], lang));
    return 0;
  }
  if (kind === undefined) throw new UsageError(words`Missing argument <${"kind"}>`);
  const subject = subjectOf(kind, { given: rest, fixedPort: options.port });
  const cases = chosenOf(CASES[kind], options.only);
  const files = await openFiles(options);
  const beganMs = performance.now();
  let outcomes;
  try {
    outcomes = await tryAll(cases, subject, { ...given, patienceMs: options.timeout });
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    const { reason, words: what, advice = NOTHING } = error;
    const told = { reason, message: textOf(what), advice: textOf(advice) };
    if (options.json) await print(errorJson(subject, told));
    for (const { file, ofFailure } of files) {
      if (ofFailure !== undefined) await file.write(await ofFailure(subject, told));
    }
    throw error;
  }
  if (typeof outcomes === "number") return outcomes;
  const tally = tallyOf(outcomes, { kind, strict, tookMs: performance.now() - beganMs });
  const result = { outcomes, tally, lang };
  try {
    await print(
      options.json ? jsonOf(subject, result) : reportOf(subject, result, given),
    );
  } catch (error) {
    // check --html FILE | head: who reads no further still wants the files.
    if (files.length === 0 || !(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  for (const { file, content, wrote } of files) {
    await file.write(await content(subject, result));
    say(wrote);
  }
  return tally.exitCode;
});

/** What came of it all. */
interface Result {
  outcomes: Outcome[];
  tally: Tally;
  lang: Lang;
}

/** A file that is written at the end. */
interface ReportFile {
  file: FileToWrite;
  content(subject: Subject, result: Result): Promise<string>;
  /** What it holds of a program that cannot be tried; without it there is no file then. */
  ofFailure?(subject: Subject, failure: StartFailureTold): Promise<string>;
  wrote: Text;
}

/** Before the cases run: whoever cannot write learns it at once. */
async function openFiles(
  { junit, html, force }: { junit?: string; html?: string; force: boolean },
): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  if (junit === undefined && html === undefined) return files;
  if (junit === html) throw new UsageError(words`Cannot write both reports to one file`);
  const { fileToWrite } = await import("../cli/file_to_write.ts");
  if (junit !== undefined) {
    files.push({
      file: await fileToWrite(junit, { overwrite: force }),
      content: async (...it) => (await import("./junit_report.ts")).junitOf(...it),
      ofFailure: async (subject, failure) =>
        (await import("./junit_report.ts")).junitOfFailure(subject, { failure }),
      wrote: WORDS.wrote(junit),
    });
  }
  if (html !== undefined) {
    files.push({
      file: await fileToWrite(html, { overwrite: force }),
      content: async (...it) => (await import("./page_report.ts")).pageOf(...it),
      wrote: WORDS.wrotePage(html),
    });
  }
  return files;
}

function jsonOf(subject: Subject, { outcomes, tally, lang }: Result): string {
  const style = { lang, language: subject.language, strict: tally.strict };
  return outcomes.map((outcome) => caseJson(outcome, style)).join("") +
    summaryJson(subject, { outcomes, tally });
}

function reportOf(
  subject: Subject,
  result: Result,
  { stdout, options: { show } }: { stdout: World["stdout"]; options: { show: boolean } },
): string {
  const style = { lang: result.lang, ...terminalOf(stdout), show };
  return new TextReport(style).whole(subject, result);
}

/** What {@linkcode tryAll} is given. */
interface TryOptions extends World {
  say(what: Words): void;
  options: { lang: Lang };
  patienceMs: number;
}

/** Tries all cases. Resolves to the exit code if a signal or a program's end comes between. */
async function tryAll(
  cases: Case[],
  subject: Subject,
  { net, stderr, stop: asked, say, options: { lang }, patienceMs }: TryOptions,
): Promise<Outcome[] | number> {
  const stopping = new AbortController();
  const stop = asked ?? stopping.signal;
  let stoppedBy: Deno.Signal | null = null;
  const progress = new Progress(stderr, { all: cases.length, lang });
  const run = () =>
    runCases(cases, subject, { net, patienceMs, stop, onDone: (done) => progress.show(done) });
  try {
    if (asked !== undefined) return await run();
    return await withStopSignals(run, {
      onFirst(signal) {
        stoppedBy = signal;
        stopping.abort();
      },
    });
  } catch (error) {
    await progress.end();
    if (error instanceof NotStarted) throw startFailure(error, subject);
    if (!stop.aborted) throw error;
    say(WORDS.stopped(progress.done, cases.length, stoppedBy));
    return stoppedBy === null ? 1 : exitCodeOf(stoppedBy);
  } finally {
    await progress.end();
  }
}
