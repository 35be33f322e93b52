/**
 * One server in several threads (`--workers N`). Each listens on the same port,
 * and the system deals out the clients; they admit them together, and end as one.
 *
 * @module
 */

import type { Address } from "../net/net.ts";
import type { Served } from "../net/service.ts";
import { shareAdmission, type SharedState } from "../net/shared_admission.ts";
import { faultOf } from "./command.ts";
import { Failure, UsageError } from "./failure.ts";
import { jsonReport, wordsReport } from "./report.ts";
import { allowedOf, clientsOf, sayIfQueueIsCut, type ServerGiven } from "./server.ts";
import { onStopSignals } from "./signals.ts";

/** What a worker is told. */
export type ToWorker =
  | WorkerStart
  | { do: "serve" } // all listen
  | { do: "look" } // there may be room for the client that it keeps
  | { do: "enough" } // the last client was accepted
  | { do: "stop" };

/** What a worker is told first. */
export interface WorkerStart {
  do: "start";
  /** The name of the program, for messages. */
  name: string;
  /** The module that exports `echo`. */
  program: string;
  options: ServerGiven["options"];
  port: number;
  /** When all began, in milliseconds since 1970: the beginning of a trace. */
  startedMs: number;
  /** The first one takes the port; the others join it. */
  isFirst: boolean;
  /** Who may come in: one for all. */
  admission: SharedState;
}

/** What a worker tells. */
export type FromWorker =
  | { event: "listening"; addr: Address }
  | { event: "returned" } // room, while another thread keeps a client that waits for it
  | { event: "enough" }
  | { event: "served"; served: Served; isTold: boolean }
  | { event: "failed"; message: string; advice?: string; isPipe: boolean };

/**
 * Serves as runServer does, in `--workers` threads. `program` is the URL of a
 * module that exports `echo`. Resolves to the exit code.
 */
export async function runWorkers(
  given: ServerGiven & { options: { workers?: number } },
  clients: number,
  program: string,
): Promise<number> {
  const { options, arguments: { port } } = given;
  clients = clientsOf(given, clients);
  const threads = options.workers!;
  if (options.concurrent < threads) {
    throw new UsageError(
      `Cannot use --workers ${threads} with --concurrent ${options.concurrent}: ` +
        `give --concurrent ${threads} or more, a client for each thread`,
    );
  }
  await allowedOf(given); // wrong usage is said once, here
  await refuseWhereImpossible();
  const report = options.json ? jsonReport(given) : wordsReport(given, options.quiet);
  const admission = shareAdmission({
    concurrent: options.concurrent,
    maxPerAddress: options["max-per-address"] ?? Infinity,
    clients,
  });
  const startedMs = performance.timeOrigin + performance.now();
  const all: Thread[] = [];
  const tellAll = (what: ToWorker) => all.forEach((thread) => thread.tell(what));
  let stoppedBy: string | null = null;
  const signals = onStopSignals((signal) => {
    stoppedBy = signal;
    report.stopping(signal);
    given.giveUp(options.grace);
    tellAll({ do: "stop" });
  });
  const again = signals.again.then((code) => (given.giveUp(0), code));

  function startThread(port: number): Thread {
    const thread = new Thread(tellAll);
    thread.tell({
      do: "start",
      name: given.name,
      program,
      options,
      port,
      startedMs,
      isFirst: all.length === 0,
      admission,
    });
    all.push(thread);
    return thread;
  }

  async function listenAndServe(): Promise<number> {
    const at = await startThread(port).listening;
    while (all.length < threads) startThread(at.port);
    await Promise.all(all.map((thread) => thread.listening));
    const sinceMs = performance.now();
    sayIfQueueIsCut(given);
    await report.listening(at);
    if (stoppedBy !== null) tellAll({ do: "stop" }); // it may have come before all were there
    tellAll({ do: "serve" });
    const served = (await servedBy(all)).reduce(sum);
    await report.summary(served, { durationMs: performance.now() - sinceMs, signal: stoppedBy });
    // They have waited for a second: nobody reads stderr.
    if (!all.every((thread) => thread.isTold)) given.giveUp(0);
    return 0;
  }
  try {
    return await Promise.race([listenAndServe(), again]);
  } finally {
    signals.restore();
    all.forEach((thread) => thread.end());
  }
}

/** Throws a Failure where there is no --workers. */
async function refuseWhereImpossible(): Promise<void> {
  if (Deno.build.os !== "linux") {
    throw new Failure(
      `Cannot use --workers: only Linux deals out clients to threads, and this is ${Deno.build.os}`,
      "Without it one thread serves all.",
    );
  }
  // Asking for a shared port without the flag would end the program on the spot.
  if (!("listenDatagram" in Deno) || Deno.listenDatagram === undefined) {
    throw new Failure(
      "Cannot use --workers: Deno was not told to let several threads share a port",
      "Run it with deno run --allow-net --unstable-net.",
    );
  }
  // Deno loads the code of a thread as it reads any other file.
  if (import.meta.url.startsWith("file:") && !Deno.build.standalone) {
    const path = new URL("../", import.meta.url);
    const { state } = await Deno.permissions.query({ name: "read", path });
    if (state !== "granted") {
      throw new Failure(
        "Cannot use --workers: Deno was not allowed to read the code for its threads",
        "Run it with deno run --allow-net --allow-read --unstable-net.",
      );
    }
  }
}

/** What each did. When one fails, the others stop as at a signal; then its error is thrown. */
async function servedBy(threads: Thread[]): Promise<Served[]> {
  const served = threads.map((thread) => thread.served);
  const stopAll = () => threads.forEach((thread) => thread.tell({ do: "stop" }));
  served.forEach((one) => one.catch(stopAll));
  await Promise.allSettled(served);
  return await Promise.all(served);
}

function sum(one: Served, other: Served): Served {
  return {
    clients: one.clients + other.clients,
    refused: one.refused + other.refused,
    faults: one.faults + other.faults,
    bytesRead: one.bytesRead + other.bytesRead,
    bytesWritten: one.bytesWritten + other.bytesWritten,
  };
}

/** A worker, as promises of what it tells. */
class Thread {
  readonly #worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
  readonly #listening = Promise.withResolvers<Address>();
  readonly #served = Promise.withResolvers<Served>();
  readonly listening = this.#listening.promise;
  readonly served = this.#served.promise;
  /** Was all taken that it had to say? */
  isTold = true;

  /** Starts it. What concerns the others goes to `tellAll`. */
  constructor(tellAll: (what: ToWorker) => void) {
    this.#listening.promise.catch(() => {}); // thrown where it is awaited
    this.#served.promise.catch(() => {}); // thrown where it is awaited
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.event === "listening") this.#listening.resolve(data.addr);
      else if (data.event === "returned") tellAll({ do: "look" });
      else if (data.event === "enough") tellAll({ do: "enough" });
      else if (data.event === "served") {
        this.isTold = data.isTold;
        this.#served.resolve(data.served);
      } else this.#fail(data.isPipe ? new Deno.errors.BrokenPipe(data.message) : failureOf(data));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(faultOf(event.message));
    };
  }

  tell(what: ToWorker): void {
    this.#worker.postMessage(what);
  }

  end(): void {
    this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#listening.reject(error);
    this.#served.reject(error);
  }
}

function failureOf({ message, advice }: { message: string; advice?: string }): Failure {
  return new Failure(message, advice);
}
