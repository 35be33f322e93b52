/**
 * One thread of a server with `--workers N`: the accept loop on a port that it
 * shares with the others, with their count. Started by workers.ts.
 *
 * @module
 */

import { serve } from "../net/serve.ts";
import { faultOf, tracedTo, uncaughtErrors } from "./command.ts";
import { Failure } from "./failure.ts";
import { Output } from "./output.ts";
import { jsonReport, wordsReport } from "./report.ts";
import { allowedOf, bind, type Handle, limitsOf } from "./server.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./workers.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};
const stopping = new AbortController();
const enough = new AbortController();
const output = new Output(Deno);

scope.onmessage = ({ data }) => {
  if (data.do === "stop") stopping.abort();
  if (data.do === "enough") enough.abort();
  if (data.do === "start") start(data);
};

async function start(data: WorkerStart): Promise<void> {
  try {
    await Promise.race([listenAndServe(data), uncaughtErrors().first]);
  } catch (error) {
    const isPipe = error instanceof Deno.errors.BrokenPipe;
    const { message, advice } = error instanceof Failure ? error : faultOf(error);
    await output.said();
    scope.postMessage({ event: "failed", message, advice, isPipe });
  }
}

async function listenAndServe({ name, program, options, port, ...all }: WorkerStart) {
  const { echo } = await import(program) as { echo: Handle };
  const say = (line: string) => output.say(line);
  const given = {
    name,
    arguments: { port },
    rest: [],
    options,
    net: options.trace ? await tracedTo(say, Deno) : Deno,
    streams: Deno,
    print: (text: string) => output.print(text),
    puts: (line: string) => output.puts(line),
    say,
    giveUp: (afterMs: number) => output.giveUp(afterMs),
  };
  stopping.signal.addEventListener("abort", () => output.giveUp(options.grace));
  const report = options.json ? jsonReport(given) : wordsReport(given, options.quiet);
  const isAllowed = await allowedOf(given);
  const listener = bind(given, { reusePort: true });
  scope.postMessage({ event: "listening", addr: listener.addr });
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
  await output.printed();
  scope.postMessage({ event: "served", served, isTold: await output.said() });
}
