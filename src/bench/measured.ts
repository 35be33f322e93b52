/**
 * What a load is, and what was measured under it: what a thread is told, and what
 * it tells.
 *
 * @module
 */

import { Faults, type FaultsByKind } from "./fault.ts";
import { Histogram, type Latencies } from "./histogram.ts";
import type { Sizes } from "./messages.ts";

/** A load, or a thread's part of it. */
export interface Load {
  hostname: string;
  port: number;
  /** How many connections, and the number of the first one. */
  connections: number;
  first: number;
  size: Sizes;
  /** Messages are printable and end in a newline. */
  lines: boolean;
  /** So many messages are under way at a time, on each connection. */
  pipeline: number;
  /** Each connection brings one byte and is closed: clients are counted, not messages. */
  connectOnly: boolean;
  /** Open loop: so many messages a second, of all threads; and which of them are this one's. */
  rate?: { perSecond: number; first: number; step: number };
  /** What is sent in the first so many milliseconds does not count. */
  warmupMs: number;
  /** How long it counts. */
  durationMs: number;
  /** Or so many messages in all. */
  messages?: number;
  /** Keep trying to connect. */
  wait: boolean;
  connectTimeoutMs: number;
  replyTimeoutMs: number;
}

/** What was measured. Times are in milliseconds. */
export interface Measured {
  /** How long it counted. */
  durationMs: number;
  /** Messages (or clients) that were answered meanwhile, and the bytes that came back. */
  messages: number;
  bytes: number;
  /** From sending (or the time when that was due) to the last byte of the reply. */
  latencies: Latencies;
  /** From connect() to its end. */
  connects: Latencies;
  /** How late the generator sent what was due at a time: its own fault. */
  late: Latencies;
  /** Messages that were due and could not be sent, since those before were not answered. */
  unsent: number;
  /** Those that were connected. */
  connections: Share[];
  faults: FaultsByKind;
}

/** What one connection had of it. */
export interface Share {
  number: number;
  messages: number;
  /** The longest that a message of it had to wait. */
  longestMs: number;
}

/** A load on a server, from one thread. */
export interface Run {
  readonly progress: Progress;
  /** Connects all that are to be connected before it begins. */
  connect(): Promise<void>;
  /** Resolves when its time is over and all is answered, or given up. Never rejects. */
  run(): Promise<Measured>;
  /** Sends no more. What is under way may still be answered. */
  stop(): void;
}

/** How far a run is. */
export interface Progress {
  /** Messages that were answered so far. */
  messages: number;
  faults: number;
}

/** What is measured while it runs. */
export class Measuring {
  readonly faults = new Faults();
  readonly #latencies = new Histogram();
  readonly #connects = new Histogram();
  readonly #late = new Histogram();
  #messages = 0;
  #bytes = 0;
  #unsent = 0;
  // What comes from then on counts, and no longer than till then.
  #fromMs = Infinity;
  #untilMs = Infinity;

  /**
   * It begins now. Calls `onOver` when its time is over, if that has an end, and lets those of `all`
   * give up who wait for too long. What it returns ends both.
   */
  begin(
    { warmupMs, durationMs, replyTimeoutMs }: Load,
    { all, onOver }: { all: readonly Waiting[]; onOver(): void },
  ): () => void {
    this.#fromMs = performance.now() + warmupMs;
    this.#untilMs = this.#fromMs + durationMs;
    const hasEnd = durationMs !== Infinity;
    const timer = hasEnd ? setTimeout(onOver, warmupMs + durationMs) : undefined;
    const stopLooking = untilSilent(all, replyTimeoutMs);
    return () => {
      clearTimeout(timer);
      stopLooking();
    };
  }

  /** Its time is over. */
  end(): void {
    this.#untilMs = Math.min(this.#untilMs, performance.now());
  }

  /** Somebody was connected within so many milliseconds. */
  connected(ms: number): void {
    this.#connects.record(ms);
  }

  /** What was to be sent then was sent now. */
  sent({ dueMs, nowMs }: { dueMs: number; nowMs: number }): void {
    if (dueMs >= this.#fromMs) this.#late.record(nowMs - dueMs);
  }

  /** A message of this one was due then and is not sent at the end: it has waited at least till now. */
  unsent(share: Share, dueMs: number): void {
    if (dueMs > this.#untilMs) return; // the timer of the end came late
    if (dueMs >= this.#fromMs) this.#unsent++;
    this.#waited(share, { sentMs: dueMs, nowMs: performance.now() });
  }

  /** A reply to this one is whole. */
  reply(share: Share, reply: { sentMs: number; nowMs: number; bytes: number }): void {
    const { nowMs, bytes } = reply;
    this.#waited(share, reply);
    if (nowMs < this.#fromMs || nowMs > this.#untilMs) return;
    share.messages++;
    this.#messages++;
    this.#bytes += bytes;
  }

  /** This one has waited for a reply till now, and gets none. */
  failed(share: Share, sentMs: number): void {
    this.#noteWait(share, { sentMs, nowMs: performance.now() });
  }

  #waited(share: Share, times: { sentMs: number; nowMs: number }): void {
    const { sentMs, nowMs } = times;
    // Who was kept waiting beyond the end has waited all the same.
    if (sentMs >= this.#fromMs && sentMs <= this.#untilMs) this.#latencies.record(nowMs - sentMs);
    this.#noteWait(share, times);
  }

  /** A wait is a connection's longest also if it had begun before this was measured. */
  #noteWait(share: Share, { sentMs, nowMs }: { sentMs: number; nowMs: number }): void {
    if (nowMs < this.#fromMs || sentMs > this.#untilMs) return;
    if (nowMs - sentMs > share.longestMs) share.longestMs = nowMs - sentMs;
  }

  /** What came of it, at its end, and what each of these had of it. */
  result(connections: readonly Share[]): Measured {
    const endMs = Math.min(performance.now(), this.#untilMs);
    return {
      durationMs: Math.max(0, endMs - this.#fromMs),
      messages: this.#messages,
      bytes: this.#bytes,
      latencies: { ...this.#latencies },
      connects: { ...this.#connects },
      late: { ...this.#late },
      unsent: this.#unsent,
      connections: connections.map(({ number, messages, longestMs }) => (
        { number, messages, longestMs }
      )),
      faults: this.faults.byKind,
    };
  }
}

/** What several threads have measured together. */
export function together(parts: Measured[]): Measured {
  const sum = (of: (part: Measured) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const all = (of: (part: Measured) => Latencies) => {
    const histogram = new Histogram();
    for (const part of parts) histogram.add(of(part));
    return histogram;
  };
  const faults = new Faults();
  for (const part of parts) faults.addAll(part.faults);
  return {
    durationMs: Math.max(...parts.map(({ durationMs }) => durationMs)),
    messages: sum(({ messages }) => messages),
    bytes: sum(({ bytes }) => bytes),
    latencies: all(({ latencies }) => latencies),
    connects: all(({ connects }) => connects),
    late: all(({ late }) => late),
    unsent: sum(({ unsent }) => unsent),
    connections: parts.flatMap(({ connections }) => connections),
    faults: faults.byKind,
  };
}

/** How often it is looked whether a server was silent for too long. */
const LOOK_MS = 200;
/** A look that comes so late was late by our own standstill, which is no silence of the server. */
const LATE_MS = 250;

/** Somebody who waits for a reply. */
export interface Waiting {
  /** Since when nothing came that was due; `Infinity`: nothing is due. */
  lastMs: number;
  giveUp(): void;
}

/** Lets those give up who wait for longer than that. What it returns ends the watch. */
function untilSilent(all: readonly Waiting[], limitMs: number): () => void {
  let dueMs = performance.now() + LOOK_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const isLate = nowMs - dueMs > LATE_MS;
    dueMs = nowMs + LOOK_MS;
    for (const one of all) {
      if (isLate && one.lastMs < nowMs) one.lastMs = nowMs;
      else if (nowMs - one.lastMs > limitMs) one.giveUp();
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}
