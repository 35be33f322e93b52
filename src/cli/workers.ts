/**
 * One server in several threads (`--workers N`). Each listens on the same port,
 * and the system deals out the clients; they count together, and end as one.
 *
 * @module
 */

import type { Address } from "../net/net.ts";
import type { Served } from "../net/serve.ts";
import { Failure, UsageError } from "./failure.ts";
import { jsonReport, wordsReport } from "./report.ts";
import { clientsOf, onStopSignals, sayIfQueueIsCut, type ServerGiven } from "./server.ts";

/** What a worker is told. */
export type ToWorker = WorkerStart | { do: "stop" } | { do: "enough" };

/** What a worker is told first. */
export interface WorkerStart {
  do: "start";
  /** The name of the program, for messages. */
  name: string;
  /** The module that exports `echo`. */
  program: string;
  options: ServerGiven["options"];
  port: number;
  /** How many clients all have served, in a SharedArrayBuffer. */
  count: Int32Array;
  /** How many they may serve. */
  clients: number;
}

/** What a worker tells. */
export type FromWorker =
  | { event: "listening"; addr: Address }
  | { event: "enough" }
  | { event: "served"; served: Served }
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
        "each serves one client at least",
    );
  }
  await refuseWhereImpossible();
  const report = options.json ? jsonReport(given) : wordsReport(given, options.quiet);
  const all: Thread[] = [];
  const tellAll = (what: ToWorker) => all.forEach((thread) => thread.tell(what));
  let stoppedBy: string | null = null;
  const signals = onStopSignals((signal) => {
    stoppedBy = signal;
    report.stopping(signal);
    tellAll({ do: "stop" });
  });

  async function listenAndServe(): Promise<number> {
    const count = new Int32Array(new SharedArrayBuffer(4));
    let at: Address | null = null;
    for (let i = 0; i < threads; i++) {
      const thread = new Thread(() => tellAll({ do: "enough" }));
      all.push(thread);
      const share = Math.floor((options.concurrent + i) / threads);
      thread.tell({
        do: "start",
        name: given.name,
        program,
        options: { ...options, concurrent: share },
        port: at?.port ?? port,
        count,
        clients,
      });
      // The first one takes the port, also if any will do; the others share it.
      at = await thread.listening;
    }
    const sinceMs = performance.now();
    sayIfQueueIsCut(given);
    await report.listening(at!);
    if (stoppedBy !== null) tellAll({ do: "stop" }); // it may have come before all were there
    const served = (await Promise.all(all.map((thread) => thread.served))).reduce(sum);
    await report.summary(served, { durationMs: performance.now() - sinceMs, signal: stoppedBy });
    return 0;
  }
  try {
    return await Promise.race([listenAndServe(), signals.again]);
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
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #listening = Promise.withResolvers<Address>();
  readonly #served = Promise.withResolvers<Served>();
  readonly listening = this.#listening.promise;
  readonly served = this.#served.promise;

  /** Starts it. `onEnough` is called when it has taken the last client. */
  constructor(onEnough: () => void) {
    this.#served.promise.catch(() => {}); // thrown where it is awaited
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.event === "listening") this.#listening.resolve(data.addr);
      else if (data.event === "enough") onEnough();
      else if (data.event === "served") this.#served.resolve(data.served);
      else this.#fail(data.isPipe ? new Deno.errors.BrokenPipe(data.message) : failureOf(data));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Failure(`A thread of the server ended: ${event.message}`));
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
