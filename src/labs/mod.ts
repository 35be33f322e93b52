/**
 * `tcplab labs`: every claim of the chapter, proven over real sockets.
 *
 * @module
 */

import { command, flag, oneOf, optional, type Program, program, text } from "../cli/command.ts";
import { failure, reasonOf } from "../cli/failure.ts";
import { TerminalPrinter } from "../draw/terminal.ts";
import type { Net } from "../net/net.ts";
import { before } from "../net/silence.ts";
import { backlog } from "./backlog.ts";
import { boundary } from "./boundary.ts";
import { endOfStream } from "./end_of_stream.ts";
import { ephemeralPort } from "./ephemeral_port.ts";
import { fiveClients } from "./five_clients.ts";
import { layers } from "./layers.ts";
import { refused } from "./refused.ts";
import { secondClient } from "./second_client.ts";
import type { Lang } from "../draw/figure.ts";
import { language } from "../draw/language.ts";
import { type Finding, type Lab, type Outcome, sectionOf } from "./lab.ts";
import { Stage } from "./stage.ts";
import { WORDS } from "./words.ts";

/** All labs, in the order of the chapter. */
export const LABS: readonly Lab[] = [
  layers,
  refused,
  backlog,
  ephemeralPort,
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
  section: "4.1 to 4.4",
  summary: "Proves the chapter's claims over real sockets on free ports of this machine, and " +
    "draws what was seen. Exit code 0 if all hold.",
  arguments: {},
  options: {
    html: optional(
      text("FILE", "also write a page with pictures to FILE (needs --allow-read, --allow-write)"),
    ),
    force: flag("overwrite FILE if it exists"),
    lang: language(),
    json: flag("print one JSON object a lab: its claim, its verdict, and every call"),
  },
  rest: oneOf(NAMES, {
    value: "lab",
    help: `which to run (default: all): ${NAMES.join(", ")}`,
  }),
  examples: [
    ["labs", "all of them"],
    ["labs boundary", "one message, many reads; many writes, one read"],
    ["labs --html lab.html", "a page to project, to print and to read"],
  ],
});

/** Runs labs on its arguments. Resolves to the exit code: 1 if a claim does not hold. */
export const labs: Program = program(COMMAND, async (given) => {
  const { options, rest, stdout, net, print, say } = given;
  const { html, force, lang, json } = options;
  const chosen = rest.length === 0 ? LABS : LABS.filter(({ name }) => rest.includes(name));
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
  const colour = stdout.isTerminal() && !Deno.noColor;
  const printer = new TerminalPrinter({ lang, colour });
  const outcomes: Outcome[] = [];
  for (const lab of chosen) {
    const outcome = await runLab(lab, net);
    outcomes.push(outcome);
    await show(json ? jsonOf(outcome, lang) : printer.section(sectionOf(lab, outcome.finding)));
  }
  const holding = outcomes.filter(({ finding }) => finding.holds).length;
  const tookUs = outcomes.reduce((total, outcome) => total + outcome.tookUs, 0);
  if (!json) {
    const summary = WORDS.summary(holding, outcomes.length, `${(tookUs / 1e6).toFixed(1)} s`);
    await show(printer.summary(summary, holding === outcomes.length));
  }
  if (page !== undefined) {
    await page.write(outcomes, lang);
    say(WORDS.wrote(html!)[lang]);
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
      throw failure("Cannot run a lab", error, "connect");
    }
    finding = broken(error);
  } finally {
    await stage.end();
  }
  return { lab, finding, events: stage.events, tookUs: stage.now() };
}

function broken(error: unknown): Finding {
  const reason = reasonOf(error);
  const seen = {
    en: `The experiment could not be carried out (${reason}).`,
    zh: `实验未能完成（${reason}）。`,
  };
  return { holds: false, seen, scenes: [] };
}

function jsonOf({ lab, finding, events, tookUs }: Outcome, lang: Lang): string {
  const { name, section, title, claim } = lab;
  const { holds, seen } = finding;
  const figures = finding.scenes.flatMap(({ figure }) => figure ?? []);
  const object = {
    lab: name,
    section,
    title: title[lang],
    claim: claim[lang],
    holds,
    seen: seen[lang],
    tookUs,
    events,
    figures,
  };
  // A Uint8Array would become an object with a key for every byte.
  const plain = (_: string, value: unknown) => value instanceof Uint8Array ? [...value] : value;
  return JSON.stringify(object, plain) + "\n";
}
