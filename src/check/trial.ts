/**
 * One case under way: what it starts, what it opens, what it did. At its end nothing is left.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import type { Address, Conn, Net } from "../net/net.ts";
import { type Call, formatCall } from "../net/trace.ts";
import type { Printed, Step } from "./case.ts";
import { isRunning } from "../process/cpu_usage.ts";
import { freePort, isFree } from "../process/free_port.ts";
import { NotStarted } from "./not_started.ts";
import { patiently } from "./patience.ts";
import { type Ended, Process, startProcess } from "../process/process.ts";
import { commandLine, type Subject } from "./subject.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";
import { LOOPBACK, type TrialConn, type TrialListener, TrialNet } from "./trial_net.ts";

/** Where a server may listen on this machine, should it not be there. */
const LOOPBACK6 = "::1";
/** A program may take so long to start, and more if the patience is longer: Java does, under load. */
export const START_MS = 15_000;
/** One that has started before does so again: should it take longer, the machine is busy. */
const AGAIN_MS = 45_000;
/** So many times longer is waited for one that waits for the CPU. */
const MORE_LIMITS = 3;
/** One with one port alone may not get it again, and say nothing: it is given so many times its first start. */
const STARTS = 10;
/** How long the programs took that have started once, in milliseconds. */
const started = new WeakMap<Subject, number>();
/** Between two tries to connect to a program that starts. */
const RETRY_MS = 20;

/** A reader's server that listens. */
export interface ServerRun {
  at: Address;
  /** The process; `null`: it ran already. */
  process: Process | null;
  /**
   * The connection that showed that it listens. It is the first client: one more that
   * connects and closes would use up a client of a server of five, or of one.
   */
  first: TrialConn;
  /** Another client. Throws what connect() throws, TimedOut if it takes longer than the patience. */
  connect(): Promise<TrialConn>;
  /** How many clients it has had from us, the first one included. */
  clients: number;
}

/** One case under way. */
export class Trial {
  readonly subject: Subject;
  /** So long a program may be silent, in milliseconds, before it is said to hang. */
  readonly patienceMs: number;
  /** What was done so far, in order. */
  readonly steps: Step[] = [];
  readonly #net: TrialNet;
  readonly #start = performance.now();
  readonly #processes: Process[] = [];
  #ended = false;

  /** A trial of this program, on this network. */
  constructor(subject: Subject, { net, patienceMs }: { net: Net; patienceMs: number }) {
    this.subject = subject;
    this.patienceMs = patienceMs;
    this.#net = new TrialNet(net, {
      onCall: (call) => this.note("check", formatCall(call), call),
      onReset: () => this.note("check", "reset (RST)"),
      patiently: (promise) => this.patiently(promise, null),
    });
  }

  /** Notes what was done or seen. */
  note(side: Step["side"], text: string, call?: Call): void {
    const atUs = Math.round((performance.now() - this.#start) * 1000);
    this.steps.push({ side, text, atUs, ...(call === undefined ? {} : { call }) });
  }

  /** Does something of which nobody needs to see the steps. */
  async untold<T>(what: () => Promise<T>): Promise<T> {
    const told = [...this.steps];
    try {
      return await what();
    } finally {
      this.steps.splice(0, this.steps.length, ...told);
    }
  }

  /** What the programs printed that were started so far. */
  printed(): Printed[] {
    return this.#processes.map(({ command, stdout, stderr }) => ({
      command,
      stdout: stdout.kept,
      stderr: stderr.kept,
      lost: stdout.lost + stderr.lost,
    }));
  }

  /** Those of its programs that still run. */
  get running(): Process[] {
    return this.#processes.filter(({ end }) => end === null);
  }

  /** What the promise gives, or `late` if its programs are silent for so long. */
  patiently<T, L>(promise: Promise<T>, late: L, ms = this.patienceMs): Promise<T | L> {
    return patiently({ ms, processes: () => this.running }, promise, late);
  }

  /** Starts the program with these arguments in their places. Throws {@linkcode NotStarted}. */
  start({ host = LOOPBACK, port }: { host?: string; port: string }): Process {
    return this.startCommand(commandLine(this.subject, { host, port }));
  }

  /** Starts it by a whole command line, for one that the book's arguments do not fit. */
  startCommand(command: string[]): Process {
    let process;
    try {
      process = startProcess(command);
    } catch (error) {
      throw new NotStarted("cannot start", { error });
    }
    this.#processes.push(process);
    if (this.#ended) process.kill();
    this.note("check", `start ${command.join(" ")}`);
    process.ended.then((end) => {
      if (this.#ended) return;
      if (process.isKilled) this.note("check", "SIGKILL"); // our doing, and no crash
      else this.note("program", describeEnd(end));
    });
    return process;
  }

  /**
   * Starts the server and connects to it, on a new port unless one is given. `resettable`: its
   * connections can be reset. `stopped`: by SIGSTOP, as soon as it listens and before it can
   * accept(). `limitMs`: how long it may take until it listens. Throws {@linkcode NotStarted}.
   */
  async startServer(
    { port, resettable = false, stopped = false, limitMs = this.#usualLimitMs() }: {
      port?: number;
      resettable?: boolean;
      stopped?: boolean;
      limitMs?: number;
    } = {},
  ): Promise<ServerRun> {
    const { at, fixedPort } = this.subject;
    if (at !== undefined) {
      let first;
      try {
        first = await this.connect(at, { resettable });
      } catch (error) {
        throw new NotStarted("cannot connect", { error });
      }
      return this.#serverRun({ at, process: null, first, resettable });
    }
    for (let tries = 3;; tries--) {
      const taken = port ?? fixedPort ?? freePort();
      const process = this.start({ port: String(taken) });
      try {
        const first = await this.#firstClient({
          process,
          port: taken,
          resettable,
          stopped,
          limitMs,
        });
        const { hostname } = first.remoteAddr;
        return this.#serverRun({ at: { hostname, port: taken }, process, first, resettable });
      } catch (error) {
        await process.kill();
        // Between our look and its bind() somebody else may have taken the port.
        const isOurChoice = port === undefined && fixedPort === undefined;
        const wasTaken = isOurChoice && error instanceof NotStarted && error.how === "ended" &&
          !isFree(taken);
        if (!wasTaken || tries === 0) throw error;
      }
    }
  }

  #usualLimitMs(): number {
    const startMs = started.get(this.subject);
    if (startMs !== undefined && this.subject.fixedPort !== undefined) {
      return Math.max(this.patienceMs, STARTS * startMs);
    }
    return Math.max(startMs === undefined ? START_MS : AGAIN_MS, 3 * this.patienceMs);
  }

  /** connect(). Rejects with what it throws, TimedOut if it takes longer than the patience. */
  connect(at: Address, options?: { resettable?: boolean }): Promise<TrialConn> {
    return this.#net.connect(at, options);
  }

  /**
   * Listens for a reader's client: on a free port, unless it knows but one, or one is given. Where it
   * knows but one, what was tried before in this case is over.
   */
  async listen(
    { port = this.subject.fixedPort, ...more }: { resettable?: boolean; port?: number } = {},
  ): Promise<TrialListener> {
    if (this.subject.fixedPort !== undefined) await this.#endAll();
    return await this.#net.listen({ port, ...more });
  }

  /** The end: closes what is open, then ends every program. Nothing of it is left. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#net.end();
    await this.#endAll();
  }

  /** Closes what is open, then ends every program. */
  async #endAll(): Promise<void> {
    // First the connections: whoever closes first keeps the port in TIME_WAIT, and it shall be ours.
    this.#net.closeAll();
    await Process.killAll(this.#processes);
    await this.#portReleased();
  }

  /** The next case of a program with one port needs it: an accept() under way keeps it for a moment. */
  async #portReleased(): Promise<void> {
    const { fixedPort } = this.subject;
    if (fixedPort === undefined) return;
    for (let tries = 100; tries > 0 && !isFree(fixedPort); tries--) await pause(RETRY_MS);
  }

  /** Tries to connect until it can, or the program has ended, or it takes too long. */
  async #firstClient(
    { process, port, resettable, stopped, limitMs }: {
      process: Process;
      port: number;
      resettable: boolean;
      stopped: boolean;
      limitMs: number;
    },
  ): Promise<TrialConn> {
    let untilMs = performance.now() + limitMs;
    let more = MORE_LIMITS;
    for (let hostname = LOOPBACK;; hostname = hostname === LOOPBACK ? LOOPBACK6 : LOOPBACK) {
      // The system takes the client into the queue of a program that is stopped.
      if (stopped) process.signal("SIGSTOP");
      try {
        // Only the one that succeeds is told.
        const probe = await this.#probe({ hostname, port }, resettable);
        if (probe !== null) {
          if (!started.has(this.subject)) {
            started.set(this.subject, performance.now() - process.startedMs);
          }
          return probe;
        }
      } catch {
        // It does not listen yet, or not on this address.
      }
      if (stopped) process.signal("SIGCONT");
      if (process.end !== null) throw new NotStarted("ended", { end: process.end });
      if (performance.now() > untilMs) {
        // It may not have had its turn yet, on a busy machine.
        if (more-- === 0 || !await isRunning([process])) {
          throw new NotStarted("never listens");
        }
        untilMs += limitMs;
      }
      await before(RETRY_MS, process.ended, null);
    }
  }

  async #probe(at: Address, resettable: boolean): Promise<TrialConn | null> {
    const length = this.steps.length;
    try {
      const conn = await this.connect(at, { resettable });
      // With nobody there, a port can come to be connected with itself.
      if (conn.localAddr.port !== conn.remoteAddr.port) return conn;
      conn.close();
    } catch (error) {
      this.#forgetCalls(length);
      throw error;
    }
    this.#forgetCalls(length);
    return null;
  }

  /** What became of the program meanwhile stays: its end, perhaps. */
  #forgetCalls(since: number): void {
    const steps = this.steps.splice(since);
    this.steps.push(...steps.filter(({ call }) => call === undefined));
  }

  #serverRun(
    { at, process, first, resettable }:
      & Pick<ServerRun, "at" | "process" | "first">
      & { resettable: boolean },
  ): ServerRun {
    const run: ServerRun = {
      at,
      process,
      first,
      clients: 1,
      connect: async () => {
        const conn = await this.connect(at, { resettable });
        run.clients++;
        return conn;
      },
    };
    return run;
  }
}

/** Writes all of it. `false`: the other side is gone, or takes nothing for as long as the patience. */
export async function send(
  conn: Conn,
  bytes: Uint8Array,
  trial: Trial,
): Promise<boolean> {
  const sending = writeAll(conn, bytes).then(() => true, () => false);
  return await trial.patiently(sending, false);
}

/** `ends with 0`, `killed by SIGPIPE`. */
export function describeEnd({ code, signal }: Ended): string {
  return signal === null ? `exit(${code})` : `killed by ${signal}`;
}
