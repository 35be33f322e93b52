/**
 * Puts a load on a server, from this thread or from several, and says what was
 * measured, and how busy we ourselves were.
 *
 * @module
 */

import type { Net } from "../net/net.ts";
import type { Load, Measured, Progress, Run } from "./measured.ts";

/** What came of a load. */
export interface Result extends Measured {
  /** How much of the time of our threads we were at work: 0 to 1, or somewhat more. */
  busy: number;
}

/** What {@linkcode measure} is given besides the load. */
export interface MeasureOptions {
  /** In so many threads. */
  workers: number;
  /** Ends it early: what was measured until then is the result. */
  stop: AbortSignal;
  /** Called now and then. */
  onProgress?(progress: Progress & { sinceMs: number }): void;
}

/** How often it is told how far it is. */
export const PROGRESS_MS = 200;

// It is there without an import, and needs no permission.
const { process } = globalThis as unknown as {
  process: { cpuUsage(): { user: number; system: number } };
};

/** Connects, puts the load on the server, and waits for its end. */
export async function measure(
  net: Net,
  load: Load,
  { workers, stop, onProgress }: MeasureOptions,
): Promise<Result> {
  const run = workers > 1 ? await threadsFor(load, workers) : await runOf(net, load);
  const onStop = () => run.stop();
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  try {
    await run.connect();
    const beganMs = performance.now();
    const before = cpuMs();
    const timer = setInterval(() => {
      onProgress?.({ ...run.progress, sinceMs: performance.now() - beganMs });
    }, PROGRESS_MS);
    try {
      const measured = await run.run();
      const busy = (cpuMs() - before) / (performance.now() - beganMs) / workers;
      return { ...measured, busy };
    } finally {
      clearInterval(timer);
    }
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

/** What puts a load on a server from this thread. */
export async function runOf(net: Net, load: Load): Promise<Run> {
  // Templates: see main.ts.
  if (load.connectOnly) {
    const { VisitRun } = await import(`./${""}visits.ts`) as typeof import("./visits.ts");
    return new VisitRun(net, load);
  }
  const { LoadRun } = await import(`./${""}load.ts`) as typeof import("./load.ts");
  return new LoadRun(net, load);
}

async function threadsFor(load: Load, workers: number): Promise<Run> {
  const { ThreadsRun } = await import(`./${""}threads.ts`) as typeof import("./threads.ts");
  return new ThreadsRun(load, workers);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
