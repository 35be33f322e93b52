/**
 * How a server came to its end, and whether that was a crash.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import type { Cause } from "./case.ts";
import { patiently } from "./patience.ts";
import { type Ended, isCrash } from "../process/process.ts";
import { CRASH } from "./server_causes.ts";
import { languageOf } from "./subject.ts";
import { CLIENT_ERROR, SIGPIPE } from "./server_life_causes.ts";
import type { ServerRun } from "./trial.ts";

/** A connection that broke tells of the end of its program sooner than the system does. */
const END_MS = 2000;

/** The end of a server that has just broken off; `null`: it goes on running, or is not ours. */
export async function endOf({ process }: ServerRun): Promise<Ended | null> {
  if (process === null) return null;
  return await patiently({ ms: END_MS, processes: () => [process] }, process.ended, null);
}

/** Did the server end with a failure? That it did, and the cause, where its end tells it. */
export async function failureOf(
  run: ServerRun,
): Promise<{ cause: Cause | null; seen: Text } | null> {
  const end = await endOf(run);
  if (end === null || end.signal === null && end.code === 0) return null;
  return { cause: causeOfEnd(end, run.process!.command), seen: seenEnd(end) };
}

/**
 * The cause that an end tells: a signal, an exception. `null`: none. A C program that ends with 1
 * does so by an exit() of its own, or by a main() that is void.
 */
export function causeOfEnd({ code, signal }: Ended, command: string[]): Cause | null {
  if (signal === "SIGPIPE") return SIGPIPE;
  if (signal !== null) return CRASH;
  return code === 0 || languageOf(command) === "c" ? null : CRASH;
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
