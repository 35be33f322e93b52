/**
 * What a program does with the CPU, as `ps` tells it: Deno guards /proc.
 *
 * @module
 */

import type { Process } from "./process.ts";
import { pause } from "./waiting.ts";

/** What a program and all that it has started do with the CPU. */
export interface Usage {
  /** CPU time since its start, in milliseconds. */
  cpuMs: number;
  /** Does any of its threads run, or wait for nothing but a CPU? On a busy machine, too, one that spins does. */
  running: boolean;
}

/** `null`: it has ended, or it cannot be told on this system. */
export async function usageOf(process: Process): Promise<Usage | null> {
  if (process.end !== null || Deno.build.os === "windows") return null;
  return await (Deno.build.os === "linux" ? onLinux(process) : elsewhere(process));
}

/** Between two looks of {@linkcode isSpinning}. */
const LOOK_MS = 120;
/** So many looks in a row find one that spins running, whatever else the machine does. */
const LOOKS = 6;

/** Does it run without a pause, though nobody asks anything of it? */
export async function isSpinning(process: Process | null): Promise<boolean> {
  if (process === null) return false;
  for (let i = 0; i < LOOKS; i++) {
    const usage = await usageOf(process);
    if (usage === null || !usage.running) return false;
    await pause(LOOK_MS);
  }
  return true;
}

/**
 * There ps tells CPU time in whole seconds, but its share of the time since the start in a
 * thousandth: both together are good for some milliseconds.
 */
async function onLinux({ pid, startedMs }: Process): Promise<Usage | null> {
  const [processes, threads] = await Promise.all([
    ps(["-A", "-o", "pgid=,pid=,cputimes=,pcpu=,etimes="]),
    ps(["-A", "-L", "-o", "pgid=,stat="]),
  ]);
  const mine = processes?.filter(([group]) => Number(group) === pid) ?? [];
  if (mine.length === 0 || threads === null) return null;
  let cpuMs = 0;
  for (const [, id, wholeSeconds, percent, age] of mine) {
    const ageMs = Number(id) === pid ? performance.now() - startedMs : Number(age) * 1000 + 500;
    const leastMs = Number(wholeSeconds) * 1000;
    cpuMs += Math.min(leastMs + 999, Math.max(leastMs, Number(percent) * ageMs / 100));
  }
  return {
    cpuMs,
    running: threads.some(([group, state]) => Number(group) === pid && isRunning(state)),
  };
}

async function elsewhere({ pid }: Process): Promise<Usage | null> {
  const mine = (await ps(["-A", "-o", "pgid=,stat=,time="]))
    ?.filter(([group]) => Number(group) === pid) ?? [];
  if (mine.length === 0) return null;
  return {
    cpuMs: mine.reduce((total, [, , time]) => total + clockMs(time), 0),
    running: mine.some(([, state]) => isRunning(state)),
  };
}

function isRunning(state: string): boolean {
  return state.startsWith("R");
}

/** The words of each line; `null`: there is no ps here, or it knows other options. */
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

/** `[[dd-]hh:]mm:ss.cc` in milliseconds. */
function clockMs(time: string): number {
  const [, days = "0", clock] = /^(?:([0-9]+)-)?(.*)$/.exec(time)!;
  const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}
