/**
 * A reader's program as a process: whatever it does, it ends with its case, and
 * neither its output nor its children outlive it.
 *
 * @module
 */

import { joined } from "../net/joined.ts";
import { cpuMsOf } from "./cpu_time.ts";
import { MARK, marked, markedNow } from "./marked.ts";
import { outputOf } from "./system_command.ts";
import { before } from "./waiting.ts";

/** So much of each stream is kept; what comes then is counted. */
const KEPT = 256 * 1024;
/** What prints more than this floods. */
const FLOOD = 4 * 1024 * 1024;
/**
 * And what prints more than this is read no further: it waits in its own write(). A server that tells
 * every read() of a long message prints many times what it was sent.
 */
const MOST_READ = 64 * 1024 * 1024;
/** What was ended by force is gone within this, and what it has printed last has come. */
const END_MS = 5000;
/** So long nothing comes through a pipe that a process holds which got away. */
const QUIET_MS = 500;

/** How a process ended. */
export interface Ended {
  /** Its exit code; with a signal 128 and the signal's number. */
  code: number;
  /** The signal that ended it, if one did: `SIGPIPE`. */
  signal: Deno.Signal | null;
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

/** Was it ended by a mistake of its own? Not by SIGPIPE, the word for a connection that is gone. */
export function isCrash({ signal }: Ended): boolean {
  return signal !== null && CRASHES.has(signal);
}

/** Processes that may still have something running. */
const running = new Set<Process>();
let mark: string | undefined;
let started = 0;

/** Starts a program. Throws what Deno throws: NotFound, PermissionDenied, NotCapable. */
export function startProcess(command: string[]): Process {
  // To start one, Deno may be allowed by its name alone, but to end its group only by all.
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") {
    throw new Deno.errors.NotCapable("Requires run access to all, run again with --allow-run");
  }
  if (mark === undefined) {
    mark = crypto.randomUUID();
    // However this program ends by itself: at a second Ctrl-C, too, and by a fault of its own.
    for (const end of ["unload", "error", "unhandledrejection"]) addEventListener(end, endAll);
  }
  const [program, ...args] = command;
  const ownMark = `${mark}.${++started}.`;
  const child = new Deno.Command(program, {
    args,
    env: { [MARK]: ownMark },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A session and a process group of its own, which ends as one. Ctrl-C reaches us alone, and
    // we end it.
    detached: true,
  }).spawn();
  const process = new Process(command, { child, mark: ownMark });
  running.add(process);
  return process;
}

/** Ends all that was started and may still run, at once: there is no time to wait. */
function endAll(): void {
  if (running.size === 0) return;
  for (const process of running) process.signal("SIGKILL");
  markedNow([mark!]).forEach(killOne);
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
  readonly #mark: string;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #end: Ended | null = null;
  #killed: Promise<void> | null = null;

  /** Takes care of a child that was just started; `mark` is in its environment. */
  constructor(
    command: string[],
    { child, mark }: { child: Deno.ChildProcess; mark: string },
  ) {
    this.command = command;
    this.#child = child;
    this.#mark = mark;
    this.stdout = new Capture(child.stdout);
    this.stderr = new Capture(child.stderr);
    this.#stdin = child.stdin.getWriter();
    this.#stdin.closed.catch(() => {}); // it closed its stdin, or ended
    this.ended = child.status.then(({ code, signal }) => this.#end = { code, signal });
  }

  /** The id of it, of its group and of its session. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Was it ended by us, by force? */
  get isKilled(): boolean {
    return this.#killed !== null;
  }

  /** How it ended; `null`: it still runs. */
  get end(): Ended | null {
    return this.#end;
  }

  /** Has it printed more than anybody wants to read? */
  get floods(): boolean {
    return this.stdout.floods || this.stderr.floods;
  }

  /** Types something. `false`: it has closed its stdin, or does not take it within `limitMs`. */
  async type(bytes: Uint8Array, limitMs = END_MS): Promise<boolean> {
    // ready: before Deno 2.5 the first write() to a closed pipe says nothing.
    const writing = this.#stdin.write(new Uint8Array(bytes)).then(() => this.#stdin.ready);
    return await before(limitMs, writing.then(() => true, () => false), false);
  }

  /** Ctrl-D: the end of its input. */
  endInput(): void {
    this.#stdin.close().catch(() => {}); // closed already, by it or by its end
  }

  /** Sends a signal to it and to all of its group (on Windows to it alone, which ends it). */
  signal(signal: Deno.Signal): void {
    if (!running.has(this)) return; // its number may be another's by now
    try {
      if (Deno.build.os === "windows") this.#child.kill(signal);
      else Deno.kill(-this.pid, signal);
    } catch {
      // Gone already.
    }
  }

  /** CPU time of it and of all of its session, in milliseconds; `null`: it cannot be had here. */
  cpuMs(): Promise<number | null> {
    return cpuMsOf([this.pid]);
  }

  /**
   * Ends it, and all that it has started, by force. Resolves when all have ended. What has left its
   * session is found by its environment: only what has emptied that, too, or has changed its user,
   * gets away (on Windows: what was started by one that has ended).
   */
  kill(): Promise<void> {
    return Process.killAll([this]);
  }

  /** Ends several: a search for what they have started is made once for all of them. */
  static async killAll(processes: Process[]): Promise<void> {
    const left = processes.filter((process) => process.#killed === null);
    if (left.length > 0) {
      const killed = Process.#endAll(left);
      for (const process of left) process.#killed = killed;
    }
    await Promise.all(processes.map((process) => process.#killed));
  }

  static async #endAll(processes: Process[]): Promise<void> {
    await Promise.all(processes.map((process) => process.#endGroup()));
    if (Deno.build.os !== "windows") await killMarked(processes.map((process) => process.#mark));
    await Promise.all(processes.map((process) => process.#letGo()));
  }

  async #endGroup(): Promise<void> {
    if (Deno.build.os === "windows") await killTree(this.pid);
    // Also if it has ended: its children may not have.
    else this.signal("SIGKILL");
    await before(END_MS, this.ended, null);
  }

  async #letGo(): Promise<void> {
    running.delete(this);
    this.#stdin.abort().catch(() => {});
    await Promise.all([this.stdout.stop(), this.stderr.stop()]);
  }
}

/** Ends those that have left their group as well: `timeout` does so, a shell's jobs, a daemon. */
async function killMarked(marks: string[]): Promise<void> {
  // One may have started another meanwhile. Whoever is killed is soon gone, and found no more:
  // then its port is free, too.
  const deadline = performance.now() + END_MS;
  while (performance.now() < deadline) {
    const pids = await marked(marks);
    if (pids.length === 0) return;
    pids.forEach(killOne);
  }
}

function killOne(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // Gone already, or of another user.
  }
}

/** One output of a process, read to its end so that it never waits, and kept as far as it may be. */
class Capture {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #bytes = 0;
  #isOpen = true;
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
    // What it printed last may still be on its way. It is dead, so the end comes, unless one that
    // got away holds the pipe: then nothing more comes for a while, or it comes for ever.
    const deadline = performance.now() + END_MS;
    const more = () => Promise.race([this.#done, this.#changed.promise]).then(() => true);
    while (this.#isOpen && performance.now() < deadline) {
      if (!await before(QUIET_MS, more(), false)) break;
    }
    await this.#reader.cancel().catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      while (this.#bytes <= MOST_READ) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#take(value);
      }
    } catch {
      // Its stream broke: as if it had ended.
    }
    this.#isOpen = false;
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

/** Windows has no process groups of this kind; it knows who started whom. */
async function killTree(pid: number): Promise<void> {
  await outputOf("taskkill", ["/PID", String(pid), "/T", "/F"]);
}
