/**
 * Waits for what a program does. It is silent only while it waits itself: on a machine that has
 * no time for it, it is waited for.
 *
 * @module
 */

import { cpuMsOfAll, isRunning } from "../process/cpu_usage.ts";
import type { Process } from "../process/process.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";

/** Between two looks at a program that is late. */
const LOOK_MS = 100;
/** One that waits is found waiting so often in a row, and nothing came of it meanwhile. */
const QUIET_LOOKS = 2;
/** One that has used so much CPU time since it was late does something else. */
const SPUN_MS = 1000;

/** Whom to wait for, and for how long. */
export interface Patience {
  /** So long it may be silent. */
  ms: number;
  /** Those of which one may be at it. Of none of them nothing is known but the time. */
  processes: () => Process[];
}

/** One that has used so much CPU time since then computes, and reads when it likes. */
const COMPUTES_MS = 200;
/** Between two looks whether it does. */
const GLANCE_MS = 20;

/**
 * Waits until a program waits, or has ended: by then it has read what was sent to it. On a busy
 * machine a pause does not tell that.
 */
export async function untilItWaits(process: Process): Promise<void> {
  let beganMs: number | null = null;
  while (await isRunning([process])) {
    const cpuMs = await process.cpuMs();
    if (cpuMs === null) return;
    beganMs ??= cpuMs;
    if (cpuMs - beganMs >= COMPUTES_MS) return;
    await pause(GLANCE_MS);
  }
}

/** What the promise gives, or `late`: see {@linkcode patientlyUntil}. */
export function patiently<T, L>(
  patience: Patience,
  promise: Promise<T>,
  late: L,
): Promise<T | L> {
  return patientlyUntil(patience, (ms) => before<T, L>(ms, promise, late), (came) => came === late);
}

/**
 * What `wait` gives. If that is late after `ms`, the processes are looked at: while one of them
 * runs, or waits for a CPU, it may yet come, and is waited for, unless they do nothing but compute.
 * Its end is that of the case, which ends the processes.
 */
export async function patientlyUntil<T>(
  { ms, processes }: Patience,
  wait: (ms: number) => Promise<T>,
  isLate: (came: T) => boolean,
): Promise<T> {
  const first = await wait(ms);
  if (!isLate(first)) return first;
  let beganCpuMs: number | null = null;
  for (let quiet = 0;;) {
    const running = await isRunning(processes());
    const came = await wait(LOOK_MS);
    if (!isLate(came) || running === null) return came;
    quiet = running ? 0 : quiet + 1;
    if (quiet === QUIET_LOOKS) return came;
    const cpuMs = running ? await cpuMsOfAll(processes()) : null;
    beganCpuMs ??= cpuMs;
    if (cpuMs !== null && cpuMs - beganCpuMs! >= SPUN_MS) return came;
  }
}
