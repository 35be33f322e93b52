/**
 * A reader's program as a process: whatever it does, it ends with its case, and
 * neither its output nor its children outlive it.
 *
 * @module
 */

import { before } from "./waiting.ts";

/** So much of each stream is kept; what comes then is counted. */
const KEPT = 256 * 1024;
/** What prints more than this floods, and is read no further: it waits in its own write(). */
const FLOOD = 4 * 1024 * 1024;
/** What was ended by force is gone within this. */
const END_MS = 5000;

/** How a process ended. */
export interface Ended {
  /** Its exit code; with a signal 128 and the signal's number. */
  code: number;
  /** The signal that ended it, if one did: `SIGPIPE`. */
  signal: Deno.Signal | null;
}

/** Starts a program. Throws what Deno throws: NotFound, PermissionDenied, NotCapable. */
export function startProcess(command: string[]): Process {
  const [program, ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A process group of its own, which ends as one. Ctrl-C reaches us alone, and we end it.
    detached: true,
  }).spawn();
  return new Process(command, child);
}

/** A program that was started. */
export class Process {
  readonly command: string[];
  /** When it was started, as performance.now() tells it. */
  readonly startedMs = performance.now();
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended>;
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #end: Ended | null = null;

  /** Takes care of a child that was just started. */
  constructor(command: string[], child: Deno.ChildProcess) {
    this.command = command;
    this.#child = child;
    this.stdout = new Capture(child.stdout);
    this.stderr = new Capture(child.stderr);
    this.#stdin = child.stdin.getWriter();
    this.#stdin.closed.catch(() => {}); // it closed its stdin, or ended
    this.ended = child.status.then(({ code, signal }) => this.#end = { code, signal });
  }

  /** How it ended; `null`: it still runs. */
  get end(): Ended | null {
    return this.#end;
  }

  /** The id of it and of its group. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Has it printed so much that it is read no further? */
  get floods(): boolean {
    return this.stdout.floods || this.stderr.floods;
  }

  /** Types something. `false`: it has closed its stdin, or does not take it within `limitMs`. */
  async type(bytes: Uint8Array<ArrayBuffer>, limitMs = END_MS): Promise<boolean> {
    const writing = this.#stdin.write(bytes).then(() => true, () => false);
    return await before(limitMs, writing, false);
  }

  /** Ctrl-D: the end of its input. */
  endInput(): void {
    this.#stdin.close().catch(() => {}); // closed already, by it or by its end
  }

  /** Sends a signal to it and to all that it has started. */
  signal(signal: Deno.Signal): void {
    try {
      Deno.kill(-this.#child.pid, signal);
    } catch {
      // Gone already.
    }
  }

  /** CPU time of it and of all that it has started, in milliseconds; `null`: it cannot be had here. */
  async cpuMs(): Promise<number | null> {
    if (Deno.build.os === "windows") return null;
    let text;
    try {
      // Deno guards /proc, but lets ps tell it.
      const { stdout } = await new Deno.Command("ps", {
        args: ["-A", "-o", "pgid=,cputime="],
        stdin: "null",
        stderr: "null",
      }).output();
      text = new TextDecoder().decode(stdout);
    } catch {
      return null; // a system without ps
    }
    const group = String(this.#child.pid);
    const times = text.split("\n").map((line) => line.trim().split(/\s+/))
      .filter(([pgid]) => pgid === group).map(([, time]) => cpuTimeMs(time));
    return times.length === 0 ? null : times.reduce((total, ms) => total + ms, 0);
  }

  /** Ends it, and all that it has started, by force. Resolves when it has ended. */
  async kill(): Promise<void> {
    if (Deno.build.os === "windows") await killTree(this.#child.pid);
    // Also if it has ended: its children may not have.
    else this.signal("SIGKILL");
    await before(END_MS, this.ended, null);
    this.#stdin.abort().catch(() => {});
    await Promise.all([this.stdout.stop(), this.stderr.stop()]);
  }
}

/** One output of a process, read to its end so that it never waits, and kept as far as it may be. */
class Capture {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #bytes = 0;
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    this.#done = this.#read();
  }

  /** How many bytes it has printed so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many of them were not kept. */
  get lost(): number {
    return this.#bytes - this.#keptBytes;
  }

  get floods(): boolean {
    return this.#bytes > FLOOD;
  }

  /** Resolves when it has printed more, or its stream has ended. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** What it printed, as far as it was kept. */
  get kept(): Uint8Array<ArrayBuffer> {
    return joined(this.#kept);
  }

  /** Resolves when its stream has ended, or when nobody wants more of it. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Wants no more. */
  async stop(): Promise<void> {
    // What it printed last may still be on its way: it is dead, so the end comes, unless a process
    // that got away from its group holds the pipe.
    await before(500, this.#done, undefined);
    await this.#reader.cancel().catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      while (!this.floods) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#take(value);
      }
    } catch {
      // Its stream broke: as if it had ended.
    }
    this.#changed.resolve();
  }

  #take(piece: Uint8Array): void {
    this.#bytes += piece.length;
    const kept = piece.subarray(0, KEPT - this.#keptBytes);
    if (kept.length > 0) this.#kept.push(kept);
    this.#keptBytes += kept.length;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

export type { Capture };

/** Pieces as one. */
export function joined(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** `[[dd-]hh:]mm:ss` or, on macOS, `mm:ss.cc`, in milliseconds. */
function cpuTimeMs(time: string): number {
  const [, days = "0", clock] = /^(?:([0-9]+)-)?(.*)$/.exec(time)!;
  const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

/** Windows has no process groups of this kind; it knows who started whom. */
async function killTree(pid: number): Promise<void> {
  try {
    await new Deno.Command("taskkill", {
      args: ["/PID", String(pid), "/T", "/F"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  } catch {
    // Gone already.
  }
}
