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
  repeated,
  run,
  type Streams,
  text,
  wholeNumber,
} from "../cli/command.ts";
import { UsageError } from "../cli/failure.ts";
import { exitCodeOf, onStopSignals } from "../cli/signals.ts";
import { language } from "../draw/language.ts";
import type { Net } from "../net/net.ts";
import type { Case, Outcome } from "./case.ts";
import { CASES } from "./cases.ts";
import { chosenOf, kindName, subjectOf } from "./command_line.ts";
import { Progress } from "./progress.ts";
import { runCases } from "./run_cases.ts";
import { startFailure } from "./start_failure.ts";
import type { Subject } from "./subject.ts";
import { countsFor, listOf, TextReport } from "./text_report.ts";
import { NotStarted } from "./trial.ts";
import { WORDS } from "./words.ts";

/** So long a program may be silent. */
const PATIENCE_MS = 5000;

const COMMAND = command({
  name: "check",
  section: "4.4 (7)",
  summary: "Tries a program of your own, in any language, over real sockets: for each thing that " +
    "the chapter says, whether it holds, what was sent and what came, the likely cause, and how " +
    "to mend it. Exit code 0 if all holds that the book asks for.",
  arguments: { kind: kindName() },
  options: {
    list: flag("show the cases, and run nothing"),
    only: repeated(
      text("ID", "try this case, or those of this section (4.3.3); may be given again"),
    ),
    strict: flag("robust cases count for the exit code, too"),
    timeout: duration("how long your program may be silent (default: 5s)", PATIENCE_MS),
    port: optional(
      wholeNumber("N", "the port your program takes, if it is fixed", { min: 1, max: 65535 }),
    ),
    show: flag("show what your program printed, too"),
    json: flag("print one JSON object a case, then a summary"),
    junit: optional(
      text("FILE", "also write a JUnit report to FILE (needs --allow-read, --allow-write)"),
    ),
    html: optional(text("FILE", "also write a page with pictures to FILE (needs the same)")),
    force: flag("overwrite these files if they exist"),
    lang: language(),
  },
  rest: {
    value: "command",
    help: "what starts your program; {host} and {port} are replaced, or the book's arguments " +
      "follow: <port>, or <IP> <port>. Or the IP:port of a server that runs already",
    parse: (word) => word,
  },
  unknownOption: '; options of your own program go behind "--"',
  examples: [
    ["check echo_server ./my_echo_server", "runs ./my_echo_server PORT, as in the book"],
    ["check echo_client -- python3 my_client.py {host} {port}", "in any language"],
    ["check hello_server_iterative -- java Server -p {port}", 'options go behind "--"'],
    ["check echo_server 127.0.0.1:9190", "one that runs already"],
    ["check --list echo_client", "the cases, without running anything"],
  ],
});

/** Runs check on its arguments. Resolves to the exit code: 1 if a case fails that counts. */
export function check(args: string[], streams: Streams = Deno, net: Net = Deno): Promise<number> {
  return run(COMMAND, args, { streams, net }, async (given) => {
    const { arguments: { kind }, options, rest, print } = given;
    const { strict, show, lang } = options;
    if (options.list) {
      await print(listOf(kind === undefined ? Object.values(CASES).flat() : CASES[kind], lang));
      return 0;
    }
    if (kind === undefined) throw new UsageError("Missing argument <kind>");
    const subject = subjectOf(kind, rest, options.port);
    const cases = chosenOf(CASES[kind], options.only);
    const tried = await tryAll(cases, subject, { ...given, patienceMs: options.timeout });
    if (typeof tried === "number") return tried;
    const report = new TextReport({ lang, colour: isColoured(streams), show, strict });
    await print(report.whole(subject, tried));
    return tried.some((outcome) => countsFor(outcome, strict)) ? 1 : 0;
  });
}

function isColoured({ stdout }: Streams): boolean {
  return stdout.isTerminal() && !Deno.noColor;
}

/** What {@linkcode tryAll} is given. */
interface TryOptions {
  net: Net;
  streams: Streams;
  say(line: string): void;
  options: { lang: "en" | "zh" };
  patienceMs: number;
}

/** Tries all cases. Resolves to the exit code if a signal or a program's end comes between. */
async function tryAll(
  cases: Case[],
  subject: Subject,
  { net, streams, say, options: { lang }, patienceMs }: TryOptions,
): Promise<Outcome[] | number> {
  const stopping = new AbortController();
  const stop = streams.stop === undefined
    ? stopping.signal
    : AbortSignal.any([streams.stop, stopping.signal]);
  let stoppedBy: Deno.Signal | null = null;
  const signals = streams.stop === undefined
    ? onStopSignals((signal) => {
      stoppedBy = signal;
      stopping.abort();
    })
    : null;
  const progress = new Progress(streams.stderr, cases.length, lang);
  const running = runCases(cases, subject, {
    net,
    patienceMs,
    stop,
    onDone: (done) => progress.show(done),
  });
  running.catch(() => {}); // after a second signal nobody waits for it
  try {
    return await Promise.race([running, ...(signals === null ? [] : [signals.again])]);
  } catch (error) {
    progress.end();
    if (error instanceof NotStarted) throw startFailure(error, subject);
    if (!stop.aborted) throw error;
    say(WORDS.stopped(progress.done, cases.length, stoppedBy)[lang]);
    return stoppedBy === null ? 1 : exitCodeOf(stoppedBy);
  } finally {
    progress.end();
    signals?.restore();
  }
}
