/**
 * `tcplab relay --replay FILE`: shows a recording again, at its own speed or another one.
 *
 * @module
 */

import { command, flag, type Parameter, type Program, program, text } from "../cli/command.ts";
import { Failure, UsageError, words } from "../cli/failure.ts";
import { withStopSignals } from "../cli/ending.ts";
import { type Address, formatAddress } from "../net/net.ts";
import { assertUseful, pageOptions, WEB_HOST } from "./options.ts";
import { readRecording } from "./recording.ts";
import { openShows } from "./shows.ts";
import type { Web } from "./web.ts";

const COMMAND = command({
  name: "relay",
  section: "4.3.3",
  // The usage above it has no word for an option that must be given.
  summary: words`${{ program: "relay" }} --replay FILE shows what a relay has recorded, as it was
    shown then.`,
  arguments: {},
  options: {
    replay: text(words`FILE`, words`the recording, made by relay --record FILE`),
    speed: speed(),
    hex: flag(words`show the bytes as a hex dump`),
    clock: flag(words`show the time of day`),
    json: flag(words`print one JSON object an event, as the recording has them`),
    quiet: flag(words`show the last line alone`),
    ...pageOptions,
  },
  examples: [
    ["relay --replay lesson.jsonl", words`at its own speed`],
    ["relay --replay lesson.jsonl --speed 10", words`ten times as fast`],
    ["relay --replay lesson.jsonl --web 8080", words`on the page, until Ctrl-C`],
  ],
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

/** Shows a recording again. Resolves to the exit code. */
export const replay: Program = program(COMMAND, async (given) => {
  const { options } = given;
  assertUseful(options);
  // With --quiet, too: it is the last line, which is shown alone then.
  const shows = await openShows({ ...given, sumsUp: true, options: { ...options, force: false } });
  const stopping = new AbortController();
  given.stop?.addEventListener("abort", () => stopping.abort());
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener("abort", () => resolve());
  });
  let web: Web | null = null;
  const body = async () => {
    const beganMs = performance.now();
    let code = 0;
    try {
      for await (const { event, sinceMs } of readRecording(options.replay)) {
        if (event.event === "listening") web = await openPage(event.at, event.server);
        await until(beganMs + event.atMs / options.speed, stopping.signal);
        if (stopping.signal.aborted) break;
        web?.tell(event);
        await shows.tell(event, sinceMs);
      }
    } catch (error) {
      if (web === null || !(error instanceof Failure)) throw error;
      // What could be read stays on the page.
      given.say(words`${"relay: "}${error.words}`);
      code = 1;
    }
    // Who looks at the page still does so when the last event is shown.
    if (web !== null && !stopping.signal.aborted) await stopped;
    await web?.close();
    await shows.end();
    return code;
  };
  async function openPage(from: Address, to: Address): Promise<Web | null> {
    if (options.web === undefined) return null;
    const { openWeb } = await import(`./${""}web.ts`) as typeof import("./web.ts");
    const page = openWeb({
      hostname: options["web-host"] ?? WEB_HOST,
      port: options.web,
      lang: options.lang,
      textOf: given.textOf,
      relay: { from: formatAddress(from), to: formatAddress(to) },
    });
    given.say(words`Page at ${page.url}`);
    return page;
  }
  return await withStopSignals(body, {
    onFirst: () => stopping.abort(),
    onSecond: () => given.giveUp(0),
  });
});

/** Waits until that moment of performance.now(), or until it is stopped. */
async function until(ms: number, stop: AbortSignal): Promise<void> {
  const left = ms - performance.now();
  if (!(left > 1) || stop.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, left);
  stop.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}

function speed(): Parameter<number> {
  return {
    value: "N",
    help: words`so many times as fast (default: 1; 0.5 is half as fast)`,
    default: 1,
    parse(text) {
      const number = Number(text);
      if (/^[0-9]+(\.[0-9]+)?$/.test(text) && number >= 0.01 && number <= 10_000) return number;
      throw new UsageError(words`not a number from 0.01 to 10000`);
    },
  };
}
