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
  return await usageNow(process);
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

async function usageNow(process: Process): Promise<Usage | null> {
  const isLinux = Deno.build.os === "linux";
  const [cpuMs, states] = await Promise.all([
    process.cpuMs(),
    // Threads are looked at one by one where ps can.
    ps(["-A", ...(isLinux ? ["-L"] : []), "-o", "pgid=,stat="]),
  ]);
  if (cpuMs === null || states === null) return null;
  const running = states.some(([group, state]) =>
    Number(group) === process.pid && isRunning(state)
  );
  return { cpuMs, running };
}

/** R: it runs, or could. D: it waits for a disk, as a program that starts does. */
function isRunning(state: string): boolean {
  return /^[RD]/.test(state);
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
