/**
 * `tcplab labs`: every claim of the chapter, proven over real sockets.
 *
 * @module
 */

import {
  command,
  flag,
  optional,
  type Parameter,
  type Program,
  program,
  text,
} from "../cli/command.ts";
import {
  failure,
  listed,
  reasonOf,
  textOf,
  UsageError,
  type Value,
  type Words,
  words,
} from "../cli/failure.ts";
import type { Streams } from "../cli/output.ts";
import { terminalOf } from "../cli/columns.ts";
import { TerminalPrinter } from "../draw/terminal.ts";
import type { Net } from "../net/net.ts";
import { before } from "../net/silence.ts";
import { acceptLoop } from "./accept_loop.ts";
import { backlog } from "./backlog.ts";
import { boundary } from "./boundary.ts";
import { exerciseOf, isHeading, labsMeant } from "./chosen.ts";
import { endOfStream } from "./end_of_stream.ts";
import { ephemeralPort } from "./ephemeral_port.ts";
import { answerOf, EXERCISES } from "./exercises.ts";
import { fiveClients } from "./five_clients.ts";
import { layers } from "./layers.ts";
import { refused } from "./refused.ts";
import { secondClient } from "./second_client.ts";
import type { Lang } from "../draw/figure.ts";
import { type Finding, type Lab, type Outcome, sectionOf } from "./lab.ts";
import { Stage } from "./stage.ts";
import { WORDS } from "./words.ts";

/** All labs, in the order of the chapter. */
export const LABS: readonly Lab[] = [
  layers,
  refused,
  backlog,
  ephemeralPort,
  acceptLoop,
  secondClient,
  endOfStream,
  fiveClients,
  boundary,
];

/** No lab takes so long. One that does has hung, and does not hold. */
const LIMIT_MS = 15_000;

const NAMES = LABS.map(({ name }) => name);

const COMMAND = command({
  name: "labs",
  section: "4.1 - 4.4",
  summary: words`Proves the chapter's claims over real sockets on free ports of this machine, and
    draws what was seen. Exit code 0 if all hold.`,
  arguments: {},
  options: {
    exercises: flag(words`run nothing: print the seven exercises of 4.4 with their answers`),
    html: optional(
      text(
        words`FILE`,
        words`also write a page with pictures to FILE (needs --allow-read, --allow-write)`,
      ),
    ),
    slides: flag(words`the page begins as slides, to project: one picture a screen`),
    force: flag(words`overwrite FILE if it exists`),
    json: flag(words`print one JSON object a lab: its claim, its verdict, and every call`),
  },
  rest: labName(),
  list: {
    head: words`Labs, in the order of the chapter:`,
    rows: LABS.map(({ name, section, title }) => [name, words`${section.padEnd(5)}  ${title}`]),
  },
  examples: [
    ["labs", words`all of them`],
    ["labs boundary", words`one message, many reads; many writes, one read`],
    ["labs 4.3.3", words`those of a section`],
    ["labs 5", words`the one that answers exercise 5`],
    ["labs --html lab.html", words`a page to project, to print and to read`],
  ],
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

/** Runs labs on its arguments. Resolves to the exit code: 1 if a claim does not hold. */
export const labs: Program = program(COMMAND, async (given) => {
  const { options, stdout, net, print, say } = given;
  const rest = given.rest.filter((word) => !isHeading(word));
  const { html, slides, force, lang, json, exercises } = options;
  if (slides && html === undefined) throw new UsageError(words`Option --slides needs --html`);
  if (exercises) {
    if (html !== undefined) throw new UsageError(words`Option --exercises writes no page`);
    await printExercises(given, rest);
    return 0;
  }
  const meant = rest.flatMap((word) => labsMeant(word, LABS));
  const chosen = rest.length === 0 ? LABS : LABS.filter(({ name }) => meant.includes(name));
  // Before the labs run: whoever cannot write learns it at once.
  const page = html === undefined
    ? undefined
    : await (await import("./page_file.ts")).openPage(html, force);
  async function show(text: string): Promise<void> {
    try {
      await print(text);
    } catch (error) {
      // labs --html FILE | head: who reads no further still wants the page.
      if (page === undefined || !(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }
  const printer = printerFor(stdout, lang);
  const outcomes: Outcome[] = [];
  for (const lab of chosen) {
    const outcome = await runLab(lab, net);
    outcomes.push(outcome);
    await show(json ? jsonOf(outcome) : printer.section(sectionOf(lab, outcome.finding)));
  }
  const holding = outcomes.filter(({ finding }) => finding.holds).length;
  const tookUs = outcomes.reduce((total, outcome) => total + outcome.tookUs, 0);
  if (!json) {
    const summary = WORDS.summary(holding, outcomes.length, `${(tookUs / 1e6).toFixed(1)} s`);
    await show(printer.summary(summary, holding === outcomes.length));
  }
  if (page !== undefined) {
    await page.write(outcomes, { lang, slides });
    say(WORDS.wrote(html!));
  }
  return holding === outcomes.length ? 0 : 1;
});

/** Runs one lab. One that throws, or hangs for longer than it may, does not hold. */
export async function runLab(
  lab: Lab,
  net: Net = Deno,
  { limitMs = LIMIT_MS } = {},
): Promise<Outcome> {
  const stage = new Stage(net);
  let finding: Finding;
  try {
    finding = await before(limitMs, lab.run(stage)) ??
      broken(new Error(`not done after ${limitMs / 1000} s`));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw failure(words`Cannot run a lab`, error, "connect");
    }
    finding = broken(error);
  } finally {
    await stage.end();
  }
  return { lab, finding, events: stage.events, tookUs: stage.now() };
}

function broken(error: unknown): Finding {
  const reason = textOf(reasonOf(error));
  const seen = {
    en: `The experiment could not be carried out (${reason}).`,
    zh: `实验未能完成（${reason}）。`,
  };
  return { holds: false, seen, scenes: [] };
}

/** One object of `--json`, always in English: its readers are programs. */
function jsonOf({ lab, finding, events, tookUs }: Outcome): string {
  const { name, section, title, claim } = lab;
  const { holds, seen, scenes } = finding;
  const object = {
    lab: name,
    section,
    title: title.en,
    claim: claim.en,
    holds,
    seen: seen.en,
    tookUs,
    events,
    figures: scenes.flatMap(({ figure }) => figure ?? []),
    exercises: EXERCISES.filter((exercise) => exercise.lab === name).map(({ number }) => number),
  };
  // A Uint8Array would become an object with a key for every byte.
  const plain = (_: string, value: unknown) => value instanceof Uint8Array ? [...value] : value;
  return JSON.stringify(object, plain) + "\n";
}

function labName(): Parameter<string> & { value: Value } {
  return {
    value: "lab",
    help: words`which to run (default: all): a lab by its name, a section of the chapter (4.3.3),
      or an exercise (5)`,
    parse(text) {
      if (isHeading(text) || labsMeant(text, LABS).length > 0) return text;
      const wrong = words`not one of ${listed(NAMES)}, nor a section or an exercise that has one`;
      throw new UsageError(wrong, { word: text.replaceAll("-", "_"), known: NAMES });
    },
  };
}

/** Draws for this terminal, or for what stands in its place. */
function printerFor(stdout: Streams["stdout"], lang: Lang): TerminalPrinter {
  return new TerminalPrinter({ lang, ...terminalOf(stdout) });
}

/** The exercises of the chapter, or those that are meant, with their answers. */
async function printExercises(
  { options: { lang, json }, print, stdout, textOf }: {
    options: { lang: Lang; json: boolean };
    print(text: string): Promise<void>;
    stdout: Streams["stdout"];
    textOf(said: Words): string;
  },
  asked: string[],
): Promise<void> {
  const isMeant = ({ number, lab }: typeof EXERCISES[number]) => (word: string) =>
    number === (exerciseOf(word) ?? (labsMeant(word, LABS).includes(lab) ? number : null));
  const chosen = EXERCISES.filter((it) => asked.length === 0 || asked.some(isMeant(it)));
  if (json) {
    for (const { number, question, answer, lab } of chosen) {
      const object = {
        exercise: number,
        question: question.en,
        answer: answer.map(({ en }) => en),
        lab,
      };
      await print(JSON.stringify(object) + "\n");
    }
    return;
  }
  const printer = printerFor(stdout, lang);
  for (const exercise of chosen) {
    const see = WORDS.seeLab(textOf(words`${{ program: "labs" }} ${exercise.lab}`));
    await print(printer.answer(answerOf(exercise)) + printer.note(see));
  }
}
