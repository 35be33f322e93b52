/**
 * What a program does with the CPU, as `ps` tells it: Deno guards /proc.
 *
 * @module
 */

import { cpuMsOf } from "./cpu_time.ts";
import type { Process } from "./process.ts";
import { pause } from "../net/silence.ts";

/**
 * Does any thread of these programs, and of all that they have started, run, or wait for nothing
 * but a CPU? On a busy machine, too, one that spins does. `null`: they have ended, or it cannot be
 * told on this system.
 */
export async function isRunning(processes: Process[]): Promise<boolean | null> {
  const sessions = sessionsOf(processes);
  if (sessions.length === 0 || Deno.build.os === "windows") return null;
  const states = await statesOf(sessions);
  return states?.some((state) => /^[RD]/.test(state)) ?? null;
}

/** CPU time of them since their start, in milliseconds; `null` as above. */
export async function cpuMsOfAll(processes: Process[]): Promise<number | null> {
  const sessions = sessionsOf(processes);
  return sessions.length === 0 ? null : await cpuMsOf(sessions);
}

function sessionsOf(processes: Process[]): number[] {
  return processes.filter(({ end }) => end === null).map(({ pid }) => pid);
}

/** Between two looks of {@linkcode isSpinning}. */
const LOOK_MS = 120;
/** So many looks in a row find one that spins running, whatever else the machine does. */
const LOOKS = 6;

/** Does it run without a pause, though nobody asks anything of it? */
export async function isSpinning(process: Process | null): Promise<boolean> {
  if (process === null) return false;
  for (let i = 0; i < LOOKS; i++) {
    if (!await isRunning([process])) return false;
    await pause(LOOK_MS);
  }
  return true;
}

/**
 * The states of all threads of sessions; elsewhere than on Linux of the processes of groups. R: it
 * runs, or could. D: it waits for a disk, as a program that starts does.
 */
async function statesOf(sessions: number[]): Promise<string[] | null> {
  if (Deno.build.os === "linux") {
    const lines = await ps(["-L", "-s", sessions.join(","), "-o", "stat="]);
    return lines?.map(([state]) => state) ?? null;
  }
  const lines = await ps(["-A", "-o", "pgid=,stat="]);
  return lines?.filter(([group]) => sessions.includes(Number(group))).map(([, state]) => state) ??
    null;
}

/** The words of each line; `null`: there is no ps here, or it knows other options, or nobody of them. */
async function ps(args: string[]): Promise<string[][] | null> {
  try {
    const command = new Deno.Command("ps", { args, stdin: "null", stderr: "null" });
    const { success, stdout } = await command.output();
    if (!success) return null;
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/));
  } catch {
    return null;
  }
}
