/**
 * How much CPU time a program has used, it and all of its session.
 *
 * @module
 */

import { outputOf } from "./system_command.ts";

/** Linux tells it in hundredths of a second. */
const TICK_MS = 10;

/**
 * CPU time of sessions, in milliseconds; `null`: it cannot be had here, or nothing of them is left.
 * In steps of 10 ms; on systems but Linux and macOS of a second.
 */
export async function cpuMsOf(sessions: number[]): Promise<number | null> {
  switch (Deno.build.os) {
    case "linux":
      // Deno guards /proc, but lets a child read it.
      return cpuByProc(await outputOf("sh", ["-c", "exec cat /proc/[0-9]*/stat"]), sessions);
    case "windows":
      return null;
    default:
      return cpuByPs(await outputOf("ps", ["-A", "-o", "pgid=,cputime="]), sessions);
  }
}

/** CPU time of sessions out of all /proc/PID/stat, with that of children that have been waited for. */
function cpuByProc(stats: Uint8Array, sessions: number[]): number | null {
  const times = new TextDecoder().decode(stats).split("\n")
    // "41 (a name) S ppid pgrp session …": a name may have anything in it.
    .map((line) => line.slice(line.lastIndexOf(")") + 2).split(" "))
    .filter((fields) => sessions.includes(Number(fields[3])) && fields[0] !== "Z")
    .map((fields) => fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks), 0));
  return times.length === 0 ? null : times.reduce((total, ticks) => total + ticks, 0) * TICK_MS;
}

/** CPU time of process groups, in milliseconds, out of what ps prints: `41 0:00.12`; `null`: of none. */
export function cpuByPs(lines: Uint8Array, groups: number[]): number | null {
  const times = new TextDecoder().decode(lines).split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pgid]) => groups.includes(Number(pgid))).map(([, time]) => cpuTimeMs(time));
  return times.length === 0 ? null : times.reduce((total, ms) => total + ms, 0);
}

/** `[[dd-]hh:]mm:ss` or, on macOS, `mm:ss.cc`, in milliseconds. */
function cpuTimeMs(time: string): number {
  const [, days = "0", clock] = /^(?:([0-9]+)-)?(.*)$/.exec(time)!;
  const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}
