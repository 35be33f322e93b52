/**
 * One thread of a server with `--workers N`: the accept loop on a port that it
 * shares with the others, with their count. Started by workers.ts.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import { serve } from "../net/serve.ts";
import { sayOn, tracedOn } from "./command.ts";
import { Failure } from "./failure.ts";
import { jsonReport, wordsReport } from "./report.ts";
import { allowedOf, bind, type Handle, limitsOf, placeOf } from "./server.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./workers.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};
const stopping = new AbortController();
const enough = new AbortController();

scope.onmessage = ({ data }) => {
  if (data.do === "stop") stopping.abort();
  if (data.do === "enough") enough.abort();
  if (data.do === "start") start(data);
};

async function start(data: WorkerStart): Promise<void> {
  try {
    await listenAndServe(data);
  } catch (error) {
    const { message, advice } = error as Failure;
    const isPipe = error instanceof Deno.errors.BrokenPipe;
    scope.postMessage({ event: "failed", message, advice, isPipe });
    // The fault of a program, not of a network, is shown as it is.
    if (!(error instanceof Failure || isPipe)) throw error;
  }
}

async function listenAndServe({ name, program, options, port, ...all }: WorkerStart) {
  const { echo } = await import(program) as { echo: Handle };
  const utf8 = new TextEncoder();
  const given = {
    name,
    arguments: { port },
    rest: [],
    options,
    net: options.trace ? await tracedOn(Deno, Deno) : Deno,
    streams: Deno,
    print: (text: string) => writeAll(Deno.stdout, utf8.encode(text)),
    say: (line: string) => sayOn(Deno, line),
  };
  const report = options.json ? jsonReport(given) : wordsReport(given, options.quiet);
  const isAllowed = await allowedOf(given);
  const listener = bind(given, { reusePort: true });
  scope.postMessage({ event: "listening", addr: placeOf(listener.addr, options) });
  const served = await serve(listener, (client) => echo(client, report.puts), {
    ...limitsOf(given),
    takeNumber() {
      const number = Atomics.add(all.count, 0, 1) + 1;
      if (number >= all.clients) scope.postMessage({ event: "enough" });
      return number > all.clients ? null : number;
    },
    enough: enough.signal,
    isAllowed,
    stop: stopping.signal,
    observer: report,
  });
  scope.postMessage({ event: "served", served });
}
