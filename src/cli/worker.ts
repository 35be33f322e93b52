/**
 * One thread of a server with `--workers N`: the accept loop on a port that it
 * shares with the others, with one admission for all. Started by workers.ts.
 *
 * @module
 */

import { SharedAdmission } from "../net/shared_admission.ts";
import { loadTracing, PROCESS } from "./command.ts";
import { faultOf, speechOf, uncaughtErrors } from "./ending.ts";
import { Failure } from "./failure.ts";
import { Output } from "./output.ts";
import { type Handle, placeOf, prepare, type ServerTask } from "./server.ts";
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
  if (data.do === "start") start(data);
  if (data.do === "serve") ready.resolve();
  if (data.do === "look") admission?.look();
  if (data.do === "enough") enough.abort();
  if (data.do === "stop") stopping.abort();
};

async function start(data: WorkerStart): Promise<void> {
  const { name, options: { lang } } = data;
  const output = new Output(
    PROCESS,
    await speechOf({ name, world: PROCESS, args: [`--lang=${lang}`] }),
  );
  try {
    await Promise.race([listenAndServe(data, output), uncaughtErrors().first]);
  } catch (error) {
    const isPipe = error instanceof Deno.errors.BrokenPipe;
    const { words: what, advice } = error instanceof Failure ? error : faultOf(error);
    await output.said();
    scope.postMessage({ event: "failed", what, advice, isPipe });
  }
}

async function listenAndServe(
  { name, program, options, port, ...all }: WorkerStart,
  output: Output,
): Promise<void> {
  const { echo } = await import(program) as { echo: Handle };
  const sinceMs = all.startedMs - performance.timeOrigin; // each thread has a clock of its own
  const { trace: detail } = options;
  const net = detail === undefined
    ? PROCESS.net
    : await (await loadTracing()).tracedNet(PROCESS.net, {
      ...output.voice,
      ...output.streams,
      detail,
      sinceMs,
    });
  const task: ServerTask = {
    name,
    port,
    options,
    net,
    ...output.voice,
  };
  const server = await prepare(task);
  stopping.signal.addEventListener("abort", server.stop);
  if (stopping.signal.aborted) server.stop();
  admission = new SharedAdmission(all.admission, {
    onReturned: () => scope.postMessage({ event: "returned" }),
    onEnough: () => scope.postMessage({ event: "enough" }),
  });
  const listener = all.isFirst ? await takePort(task) : joinPort(task);
  scope.postMessage({ event: "listening", addr: placeOf(listener.addr, options) });
  await ready.promise;
  const served = await server.serve(listener, echo, { admission, enough: enough.signal });
  await output.printed();
  scope.postMessage({ event: "served", served, isTold: await output.said() });
}
