/**
 * `tcplab bench`: how fast an echo server is, how fair, and whether it is right
 * under load: every byte of every reply is compared.
 *
 * @module
 */

import { command, type Given, type Program, program } from "../cli/command.ts";
import { withStopSignals } from "../cli/ending.ts";
import { type Failure, failure, UsageError, words } from "../cli/failure.ts";
import { StatusLine } from "../cli/status_line.ts";
import { refuseUnreadableThreads } from "../cli/thread_code.ts";
import { escapeControls } from "../cli/escape.ts";
import { terminalOf } from "../cli/columns.ts";
import { formatNumber, type Section, type Text } from "../draw/figure.ts";
import { type Address, formatAddress } from "../net/net.ts";
import type { Turn } from "./compare.ts";
import { measure, type MeasureOptions, type Result } from "./measure.ts";
import type { Load } from "./measured.ts";
import { benchArguments, benchOptions, loadOf } from "./options.ts";
import { pageWords, WORDS } from "./words.ts";

/** Rounds of `--compare`. */
const ROUNDS = 5;

const COMMAND = command({
  name: "bench",
  section: "4.2.2",
  summary:
    words`Loads an echo server and compares every byte of every reply: messages a second, latencies,
    fairness. Exit code 1 if a byte was wrong, or a connection failed.`,
  arguments: benchArguments,
  options: benchOptions,
  examples: [
    ["bench 127.0.0.1 9190", words`one connection, for 5 s`],
    [
      "bench --connections 64 --rate 20000 127.0.0.1 9190",
      words`latencies at 20,000 messages a second`,
    ],
    ["bench --connect-only --connections 32 127.0.0.1 9190", words`clients a second`],
    [
      'bench --compare ./my_server --compare "tcplab echo_server --forever"',
      words`your own server beside ours`,
    ],
  ],
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

/** What the body of bench is given. */
type BenchGiven = Given<typeof benchArguments, typeof benchOptions>;

/** A page that waits for its content, if there is to be one. */
type Page = (section: Section) => Promise<void>;

/** Runs bench on its arguments. Resolves to the exit code. */
export const bench: Program = program(COMMAND, async (given) => {
  const { arguments: { host, port }, options, stop: asked, say } = given;
  const isComparison = options.compare.length > 0;
  if (isComparison && host !== undefined) {
    throw new UsageError(words`Cannot use --compare and <host>: it starts the servers by itself`);
  }
  if (options.rounds !== undefined && !isComparison) {
    throw new UsageError(words`Cannot use --rounds without --compare`);
  }
  const at: Address = { hostname: host ?? "127.0.0.1", port: port ?? 0 };
  const load = loadOf(options, at);
  if (!isComparison) {
    if (host === undefined) throw new UsageError(words`Missing argument <${"host"}>`);
    if (port === undefined) throw new UsageError(words`Missing argument <${"port"}>`);
  }
  if (options.workers > 1) {
    await refuseUnreadableThreads(words`Run it with deno run --allow-net --allow-read.`);
  }
  const page = await openPage(given);
  const stopping = new AbortController();
  const line = new StatusLine(given.stderr);
  const task: Task = { load, stop: asked ?? stopping.signal, line, page };
  const run = () => isComparison ? compareAll(given, task) : measureOne(given, task);
  try {
    if (asked !== undefined) return await run();
    return await withStopSignals(run, {
      onFirst(signal) {
        stopping.abort();
        // Whether a comparison has something to tell is known at its end.
        const stopped = WORDS.stopped(signal);
        line.end().then(() => say(isComparison ? stopped : joined(stopped, WORDS.soFar)));
      },
    });
  } finally {
    await line.end();
  }
});

interface Task {
  load: Load;
  stop: AbortSignal;
  line: StatusLine;
  page: Page | null;
}

async function measureOne(given: BenchGiven, { load, stop, line, page }: Task): Promise<number> {
  const { net, options, print } = given;
  const result = await measure(net, load, measuring(given, { stop, line }));
  await line.end();
  if (result.connects.total === 0 && !stop.aborted) throw notConnected(load, result);
  const { sectionOf } = await import(`./${""}report.ts`) as typeof import("./report.ts");
  const section = sectionOf(load, result);
  if (options.json) {
    const { resultJson } = await import(
      `./${""}json_report.ts`
    ) as typeof import("./json_report.ts");
    await print(resultJson(load, result, { workers: options.workers }));
  } else await printSection(given, section);
  await page?.(section);
  return section.verdict.good ? 0 : 1;
}

async function compareAll(given: BenchGiven, { load, stop, line, page }: Task): Promise<number> {
  const { net, options, print, say } = given;
  const { json, lang, rounds = ROUNDS, workers } = options;
  const { compare } = await import(`./${""}compare.ts`) as typeof import("./compare.ts");
  const report = json
    ? await import(`./${""}json_report.ts`) as typeof import("./json_report.ts")
    : null;
  let turn: Turn | null = null;
  const { all, failure } = await compare(net, { commands: options.compare, load }, {
    ...measuring(given, {
      stop,
      line,
      around(live) {
        const command = escapeControls(turn!.command.replaceAll(/\s+/g, " ")); // in one line
        // It comes last: of what is too long for the terminal the end is cut off.
        return `${WORDS.turn({ rounds, ...turn! })[lang]}  ${live}  ${command}`;
      },
    }),
    rounds,
    onStart: (next) => turn = next,
    async onDone({ round, command }, { load, result }) {
      if (report !== null) {
        await print(report.resultJson(load, result, { workers, command, round }));
      }
    },
  });
  await line.end();
  if (all[0].rounds.length === 0) {
    say(WORDS.noRound); // it was stopped
    return 1;
  }
  const { comparisonOf } = await import(
    `./${""}compare_report.ts`
  ) as typeof import("./compare_report.ts");
  const section = comparisonOf(load, all);
  if (report !== null) await print(report.comparisonJson(all));
  else await printSection(given, section);
  await page?.(section);
  if (failure !== null) throw failure;
  return section.verdict.good ? 0 : 1;
}

function measuring(
  { options: { workers, lang } }: BenchGiven,
  { stop, line, around = (live) => live }: {
    stop: AbortSignal;
    line: StatusLine;
    around?: (live: string) => string;
  },
): MeasureOptions {
  return {
    workers,
    stop,
    onProgress({ messages, faults, sinceMs }) {
      if (stop.aborted) return;
      const seconds = (sinceMs / 1000).toFixed(1);
      const perSecond = formatNumber(Math.round(messages / sinceMs * 1000));
      const live = WORDS.live(seconds, formatNumber(messages), perSecond, faults);
      line.show(around(live[lang]));
    },
  };
}

async function printSection({ stdout, options: { lang }, print }: BenchGiven, section: Section) {
  const { TerminalPrinter } = await import("../draw/terminal.ts");
  await print(new TerminalPrinter({ lang, ...terminalOf(stdout) }).section(section));
}

/** Makes sure that the page can be written, before the work begins. */
async function openPage(
  { arguments: { host, port }, options: { html, force, lang }, say }: BenchGiven,
): Promise<Page | null> {
  if (html === undefined) return null;
  const { fileToWrite } = await import("../cli/file_to_write.ts");
  const file = await fileToWrite(html, { overwrite: force });
  const at = host === undefined ? null : formatAddress({ hostname: host, port: port! });
  return async (section) => {
    const { page } = await import("../draw/page.ts");
    await file.write(page([section], { words: pageWords(at), lang }));
    say(WORDS.wrotePage(html));
  };
}

function joined(one: Text, other: Text): Text {
  return { en: one.en + other.en, zh: one.zh + other.zh };
}

/** Nobody was connected: as a client says it. */
function notConnected({ hostname, port }: Load, { faults }: Result): Failure {
  const { refused, unreachable } = faults;
  const reason = (refused ?? unreachable)?.first.reason ?? "";
  const error = refused === undefined
    ? new Error(reason)
    : new Deno.errors.ConnectionRefused(reason);
  const what = words`Cannot connect to ${formatAddress({ hostname, port })}`;
  return failure(what, error, { call: "connect", hostname, port });
}

if (import.meta.main) Deno.exit(await bench(Deno.args));
