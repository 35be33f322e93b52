/**
 * A load from several threads: each has its part of the connections.
 *
 * @module
 */

import { Thread } from "../cli/thread.ts";
import { type Load, type Measured, type Progress, type Run, together } from "./measured.ts";

/** What a thread is told. */
export type ToThread = { do: "connect"; load: Load } | { do: "run" } | { do: "stop" };

/** What a thread tells. */
export type FromThread =
  | { event: "connected" }
  | { event: "progress"; progress: Progress }
  | { event: "measured"; measured: Measured };

/** The threads of a load. Used once. */
export class ThreadsRun implements Run {
  readonly #threads: LoadThread[];

  /** Starts them. */
  constructor(load: Load, count: number) {
    this.#threads = partsOf(load, count).map((part) => new LoadThread(part));
  }

  get progress(): Progress {
    const all = this.#threads.map(({ progress }) => progress);
    return {
      messages: all.reduce((sum, { messages }) => sum + messages, 0),
      faults: all.reduce((sum, { faults }) => sum + faults, 0),
    };
  }

  async connect(): Promise<void> {
    await Promise.all(this.#threads.map(({ connected }) => connected));
  }

  async run(): Promise<Measured> {
    try {
      for (const thread of this.#threads) thread.tell({ do: "run" });
      return together(await Promise.all(this.#threads.map(({ measured }) => measured)));
    } finally {
      for (const thread of this.#threads) thread.end();
    }
  }

  stop(): void {
    for (const thread of this.#threads) thread.tell({ do: "stop" });
  }
}

/** Equal parts of a load, as far as it can be parted. */
export function partsOf(load: Load, count: number): Load[] {
  const share = (all: number, i: number) =>
    Math.floor(all * (i + 1) / count) - Math.floor(all * i / count);
  return Array.from({ length: count }, (_, i) => ({
    ...load,
    connections: share(load.connections, i),
    first: load.first + Math.floor(load.connections * i / count),
    messages: load.messages === undefined ? undefined : share(load.messages, i),
    rate: load.rate === undefined ? undefined : { ...load.rate, first: i, step: count },
  }));
}

/** A thread of the load, as promises of what it tells. */
class LoadThread extends Thread<ToThread, FromThread> {
  readonly #connected = Promise.withResolvers<void>();
  readonly #measured = Promise.withResolvers<Measured>();
  readonly connected = this.#connected.promise;
  readonly measured = this.#measured.promise;
  progress: Progress = { messages: 0, faults: 0 };

  /** Lets it connect. */
  constructor(load: Load) {
    super(new Worker(new URL("./load_thread.ts", import.meta.url), { type: "module" }));
    this.#measured.promise.catch(() => {}); // thrown where it is awaited
    this.tell({ do: "connect", load });
  }

  protected override onTold(what: FromThread): void {
    if (what.event === "connected") this.#connected.resolve();
    else if (what.event === "progress") this.progress = what.progress;
    else this.#measured.resolve(what.measured);
  }

  protected override onFailure(error: Error): void {
    this.#connected.reject(error);
    this.#measured.reject(error);
  }
}
