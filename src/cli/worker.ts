/**
 * One thread of a server with `--workers N`: the accept loop on a port that it
 * shares with the others, with one admission for all. Started by workers.ts.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import { serve } from "../net/serve.ts";
import { SharedAdmission } from "../net/shared_admission.ts";
import { sayOn, tracedOn } from "./command.ts";
import { Failure } from "./failure.ts";
import { jsonReport, wordsReport } from "./report.ts";
import { allowedOf, type Handle, limitsOf } from "./server.ts";
import { joinPort, takePort } from "./shared_port.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./workers.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};
const stopping = new AbortController();
const enough = new AbortController();
const ready = Promise.withResolvers<void>(); // the others listen, too
let admission: SharedAdmission | null = null;

scope.onmessage = ({ data }) => {
  if (data.do === "start") listenAndServe(data).catch(tellFailure);
  if (data.do === "serve") ready.resolve();
  if (data.do === "look") admission?.look();
  if (data.do === "enough") enough.abort();
  if (data.do === "stop") stopping.abort();
};
// Told by the server as a whole, like any failure of a thread; Deno would tell it besides.
addEventListener("error", (event) => {
  event.preventDefault();
  tellFailure(event.error);
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  tellFailure(event.reason);
});

function tellFailure(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const advice = error instanceof Failure ? error.advice : undefined;
  const isFailure = error instanceof Failure;
  const isPipe = error instanceof Deno.errors.BrokenPipe;
  scope.postMessage({ event: "failed", isFailure, isPipe, name, message, stack, advice });
}

async function listenAndServe({ name, program, options, port, ...all }: WorkerStart) {
  const { echo } = await import(program) as { echo: Handle };
  const utf8 = new TextEncoder();
  const sinceMs = all.startedMs - performance.timeOrigin; // each thread has a clock of its own
  const given = {
    name,
    arguments: { port },
    rest: [],
    options,
    net: options.trace ? await tracedOn(Deno, Deno, { sinceMs }) : Deno,
    streams: Deno,
    print: (text: string) => writeAll(Deno.stdout, utf8.encode(text)),
    say: (line: string) => sayOn(Deno, line),
  };
  const report = options.json ? jsonReport(given) : wordsReport(given, options.quiet);
  const isAllowed = await allowedOf(given);
  admission = new SharedAdmission(all.admission, {
    onReturned: () => scope.postMessage({ event: "returned" }),
    onEnough: () => scope.postMessage({ event: "enough" }),
  });
  const listener = all.isFirst ? await takePort(given) : joinPort(given);
  scope.postMessage({ event: "listening", addr: listener.addr });
  await ready.promise;
  const served = await serve(listener, (client) => echo(client, report.puts), {
    ...limitsOf(given),
    admission,
    enough: enough.signal,
    isAllowed,
    stop: stopping.signal,
    observer: report,
  });
  scope.postMessage({ event: "served", served });
}
