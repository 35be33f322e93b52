/**
 * One server in several threads (`--workers N`). Each listens on the same port,
 * and the system deals out the clients; they admit them together, and end as one.
 *
 * @module
 */

import type { Address } from "../net/net.ts";
import type { Served } from "../net/service.ts";
import { shareAdmission, type SharedState } from "../net/shared_admission.ts";
import { Failure, UsageError, type Words, words } from "./failure.ts";
import {
  allowedOf,
  clientsOf,
  reportOf,
  runUntilStopped,
  type ServerGiven,
  type ServerSettings,
  type ServerTask,
} from "./server.ts";
import { Thread } from "./thread.ts";
import { refuseUnreadableThreads } from "./thread_code.ts";

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
  options: ServerSettings;
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
  | { event: "failed"; what: Words; advice?: Words; isPipe: boolean };

/**
 * Serves as runServer does, in `--workers` threads. `program` is the URL of a
 * module that exports `echo`. Resolves to the exit code.
 */
export async function runWorkers(
  given: ServerGiven & { options: { workers?: number } },
  { clients, program }: { clients: number; program: string },
): Promise<number> {
  const { name, options, giveUp } = given;
  clients = clientsOf(options, clients);
  refuseFewerClientsThanThreads(options);
  await allowedOf(options); // wrong usage is said once, here
  await refuseWhereImpossible();
  const task: ServerTask = { ...given, port: given.arguments.port };
  const threads = new Threads({
    name,
    program,
    options,
    startedMs: performance.timeOrigin + performance.now(),
    admission: shareAdmission({
      concurrent: options.concurrent,
      maxPerAddress: options["max-per-address"] ?? Infinity,
      clients,
    }),
  });
  const code = await runUntilStopped({ ...task, report: reportOf(task) }, {
    listen: () => threads.listen(options.workers!, task.port),
    serve: () => threads.serve(),
    stop() {
      giveUp(options.grace);
      threads.stop();
    },
    end: () => threads.end(),
  });
  // They have waited for a second: nobody reads stderr.
  if (!threads.areTold) giveUp(0);
  return code;
}

/** Each thread is to have room for a client. */
function refuseFewerClientsThanThreads(
  { workers = 1, concurrent }: { workers?: number; concurrent: number },
): void {
  if (concurrent >= workers) return;
  throw new UsageError(
    words`Cannot use --workers ${workers} with --concurrent ${concurrent}: give --concurrent
      ${workers} or more, a client for each thread`,
  );
}

/** Throws a Failure where there is no --workers. */
async function refuseWhereImpossible(): Promise<void> {
  if (Deno.build.os !== "linux") {
    throw new Failure(
      words`Cannot use --workers: only Linux deals out clients to threads, and this is
        ${Deno.build.os}`,
      words`Without it one thread serves all.`,
    );
  }
  // Asking for a shared port without the flag would end the program on the spot.
  if (!("listenDatagram" in Deno) || Deno.listenDatagram === undefined) {
    throw new Failure(
      words`Cannot use --workers: Deno was not told to let several threads share a port`,
      words`Run it with deno run --allow-net --unstable-net.`,
    );
  }
  await refuseUnreadableThreads(
    words`Run it with deno run --allow-net --allow-read --unstable-net.`,
  );
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

/** The threads of one server. */
class Threads {
  readonly #start: Omit<WorkerStart, "do" | "port" | "isFirst">;
  readonly #all: ServerThread[] = [];
  #isStopped = false;

  /** What each of them is to know. Starts none yet. */
  constructor(start: Omit<WorkerStart, "do" | "port" | "isFirst">) {
    this.#start = start;
  }

  /** Starts so many. Resolves to their address when all listen. */
  async listen(count: number, port: number): Promise<Address> {
    const at = await this.#startOne(port).listening;
    while (this.#all.length < count) this.#startOne(at.port);
    await Promise.all(this.#all.map((thread) => thread.listening));
    return at;
  }

  /**
   * Lets them serve. Resolves to what all did together. When one fails, the others stop as
   * at a signal; then its error is thrown.
   */
  async serve(): Promise<Served> {
    this.#tellAll({ do: "serve" });
    const served = this.#all.map((thread) => thread.served);
    served.forEach((one) => one.catch(() => this.stop()));
    await Promise.allSettled(served);
    return (await Promise.all(served)).reduce(sum);
  }

  /** No more clients, also in those that start only now. */
  stop(): void {
    this.#isStopped = true;
    this.#tellAll({ do: "stop" });
  }

  /** Ends them, whatever they do. */
  end(): void {
    this.#all.forEach((thread) => thread.end());
  }

  /** Was all taken that they had to say? */
  get areTold(): boolean {
    return this.#all.every((thread) => thread.isTold);
  }

  #startOne(port: number): ServerThread {
    const thread = new ServerThread((what) => this.#tellAll(what));
    thread.tell({ do: "start", ...this.#start, port, isFirst: this.#all.length === 0 });
    if (this.#isStopped) thread.tell({ do: "stop" });
    this.#all.push(thread);
    return thread;
  }

  #tellAll(what: ToWorker): void {
    this.#all.forEach((thread) => thread.tell(what));
  }
}

/** A thread of the server, as promises of what it tells. */
class ServerThread extends Thread<ToWorker, FromWorker> {
  readonly #tellAll: (what: ToWorker) => void;
  readonly #listening = Promise.withResolvers<Address>();
  readonly #served = Promise.withResolvers<Served>();
  readonly listening = this.#listening.promise;
  readonly served = this.#served.promise;
  /** Was all taken that it had to say? */
  isTold = true;

  /** Starts it. What concerns the others goes to `tellAll`. */
  constructor(tellAll: (what: ToWorker) => void) {
    super(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
    this.#tellAll = tellAll;
    this.#listening.promise.catch(() => {}); // thrown where it is awaited
    this.#served.promise.catch(() => {}); // thrown where it is awaited
  }

  protected override onTold(what: FromWorker): void {
    if (what.event === "listening") this.#listening.resolve(what.addr);
    else if (what.event === "returned") this.#tellAll({ do: "look" });
    else if (what.event === "enough") this.#tellAll({ do: "enough" });
    else if (what.event === "served") {
      this.isTold = what.isTold;
      this.#served.resolve(what.served);
    } else this.onFailure(what.isPipe ? new Deno.errors.BrokenPipe() : failureOf(what));
  }

  protected override onFailure(error: Error): void {
    this.#listening.reject(error);
    this.#served.reject(error);
  }
}

function failureOf({ what, advice }: { what: Words; advice?: Words }): Failure {
  return new Failure(what, advice);
}
