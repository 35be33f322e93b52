/**
 * How a server came to its end, and whether that was a crash.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import type { Cause } from "./case.ts";
import type { Ended } from "./process.ts";
import { CRASH } from "./server_causes.ts";
import { CLIENT_ERROR, SIGPIPE } from "./server_life_causes.ts";
import type { ServerRun } from "./trial.ts";
import { before } from "./waiting.ts";

/** A connection that broke tells of the end of its program sooner than the system does. */
const END_MS = 2000;

/** The end of a server that has just broken off; `null`: it goes on running, or is not ours. */
export async function endOf({ process }: ServerRun): Promise<Ended | null> {
  return process === null ? null : await before(END_MS, process.ended, null);
}

/** Signals by which a system ends a program for what it did itself. */
const CRASHES: ReadonlySet<Deno.Signal> = new Set<Deno.Signal>([
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGTRAP",
  "SIGSYS",
]);

/** Was it ended by a fault of its own? */
export function isCrash({ signal }: Ended): boolean {
  return signal !== null && CRASHES.has(signal);
}

/** Did the server crash, or end by an exception? The cause, and that it did. */
export async function crashOf(run: ServerRun): Promise<{ cause: Cause; seen: Text } | null> {
  const end = await endOf(run);
  if (end === null || end.signal === null && end.code === 0) return null;
  return { cause: CRASH, seen: seenEnd(end) };
}

/** Why a server has ended with a client that went away. */
export function causeOfLoss(end: Ended): Cause {
  if (end.signal === "SIGPIPE") return SIGPIPE;
  return isCrash(end) ? CRASH : CLIENT_ERROR;
}

/** How it ended, as a sentence. */
export function seenEnd({ code, signal }: Ended): Text {
  return signal === null
    ? { en: `The program ended with exit code ${code}.`, zh: `程序结束了，退出码为 ${code}。` }
    : { en: `The program was ended by ${signal}.`, zh: `程序被信号 ${signal} 终止。` };
}
