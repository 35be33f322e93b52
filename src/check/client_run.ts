/**
 * A reader's client under test, and the server that we are to it.
 *
 * Through a pipe nothing of its output comes before it ends, so nothing here waits for
 * words of it: it is given a line when what it sent last was answered, then Q, and what
 * it printed is looked at when it has ended.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import { END_OF_INPUT } from "./case.ts";
import { NotStarted } from "./not_started.ts";
import { send, START_MS, type Trial } from "./trial.ts";
import type { TrialConn, TrialListener } from "./trial_net.ts";
import { joined } from "../net/joined.ts";
import type { Ended, Process } from "../process/process.ts";
import { patientlyUntil, untilItWaits } from "./patience.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";

/** A message without a newline at its end is complete when nothing followed for so long. */
const QUIET_MS = 80;
/** So long the rest of a line may take that it sends in parts, each after the reply to the last. */
const PART_MS = 1000;
/** One that reads replies in a thread has shown the last one by then. */
const NEXT_LINE_MS = 20;
/** Who sent more than this floods, and is read no further. */
const FLOOD = 1024 * 1024;
/** What ended is seen by all that watch it within this. */
const SETTLED_MS = 1000;

const utf8 = new TextEncoder();

/** How the bytes of a reply are cut: pieces, and the pause between two of them. */
export interface Cut {
  pieces: Uint8Array[];
  gapMs: number;
  /** Is a piece to be read before the next one comes, however long that takes? */
  isReadAlone?: boolean;
}

/** How a line is answered. */
export interface Answering {
  /** What is sent back for what came; the same, unless told otherwise. */
  reply?(message: Uint8Array): Uint8Array;
  /** How it is cut; not at all, unless told otherwise. */
  cut?(reply: Uint8Array): Cut;
}

/** How a client was brought to its end. */
export interface Finish {
  /** What it ended at; `null`: at nothing, it was ended by force. */
  at: "itself" | "Q" | "q" | "end of input" | null;
  end: Ended | null;
}

/** A client that has connected. */
export class ClientRun {
  readonly process: Process;
  /** So long it took to connect. */
  readonly startMs: number;
  /** The connection, the last one if it makes more of them. */
  conn!: TrialConn;
  /** How many it has made. */
  connections = 0;
  readonly #trial: Trial;
  readonly #came: Uint8Array[] = [];
  #cameBytes = 0;
  #unanswered: Uint8Array[] = [];
  #answering = false;
  #open = false; // the client's half of the connection
  #changed = Promise.withResolvers<void>();

  /**
   * Starts the program, types ahead what `input` gives for the port, and waits until it connects. Throws
   * {@linkcode NotStarted}.
   */
  static async start(
    trial: Trial,
    { input, isInputTold = true, resettable = false }: {
      input?: (port: string) => string[];
      /** Is it a step of the case that this was typed? */
      isInputTold?: boolean;
      resettable?: boolean;
    } = {},
  ): Promise<ClientRun> {
    const listener = await trial.listen({ resettable });
    const beganMs = performance.now();
    const port = String(listener.addr.port);
    const process = trial.start({ port });
    // Some ask for their first line before they connect.
    for (const line of input?.(port) ?? []) {
      if (isInputTold) await typed(trial, { process, line });
      else await process.type(utf8.encode(line));
    }
    const connecting = listener.accept().catch(() => null);
    const limitMs = Math.max(START_MS, 3 * trial.patienceMs);
    const begun = Promise.race([connecting, process.ended.then(() => null)]);
    let conn = await trial.patiently(begun, null, limitMs);
    if (conn === null && process.end !== null) conn = await before(SETTLED_MS, connecting, null);
    if (conn === null) {
      const { end } = process;
      if (end === null) await process.kill();
      listener.close();
      throw new NotStarted(end === null ? "never connects" : "ended", { end });
    }
    return new ClientRun(trial, {
      process,
      listener,
      conn,
      startMs: performance.now() - beganMs,
    });
  }

  private constructor(
    trial: Trial,
    { process, listener, conn, startMs }:
      & Pick<ClientRun, "process" | "startMs" | "conn">
      & { listener: TrialListener },
  ) {
    this.#trial = trial;
    this.process = process;
    this.startMs = startMs;
    process.ended.then(() => this.#wake());
    this.#serve(conn, listener);
  }

  /** All that it has sent. */
  get came(): Uint8Array<ArrayBuffer> {
    return joined(this.#came);
  }

  /** How many bytes it has sent. */
  get cameBytes(): number {
    return this.#cameBytes;
  }

  /** Does it send or print without end? */
  get floods(): boolean {
    return this.#cameBytes > FLOOD || this.process.floods;
  }

  /** What it has printed, on stdout and on stderr. */
  get output(): Uint8Array<ArrayBuffer> {
    return joined([this.process.stdout.kept, this.process.stderr.kept]);
  }

  /** Types a line; `false`: it takes none. */
  type(line: string): Promise<boolean> {
    return typed(this.#trial, { process: this.process, line });
  }

  /** Waits until something is so; `false`: it was not, and the program was silent for so long. */
  async until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    if (limitMs === 0) return isSo();
    const processes = () => this.#trial.running;
    const wait = (ms: number) => this.#within(ms, isSo);
    return await patientlyUntil({ ms: limitMs, processes }, wait, (is) => !is);
  }

  /** The same within so many milliseconds, whatever the program does meanwhile. */
  async #within(limitMs: number, isSo: () => boolean): Promise<boolean> {
    for (let leftMs = limitMs; !isSo();) {
      if (leftMs <= 0) return false;
      // What nobody tells, such as the size of its output, is looked at now and then.
      const slice = Math.min(leftMs, 100);
      const beganMs = performance.now();
      await before(slice, this.#changed.promise, undefined);
      // A slice that took longer was one in which this process had no turn.
      leftMs -= Math.min(slice, performance.now() - beganMs);
    }
    return true;
  }

  /** Waits until it has ended, and all of its output is there. `false`: it goes on. */
  async ends(limitMs: number): Promise<boolean> {
    await this.until(() => this.process.end !== null || this.floods, limitMs);
    if (this.process.end === null) return false;
    const { stdout, stderr } = this.process;
    await before(SETTLED_MS, Promise.all([stdout.done, stderr.done]), null);
    // What it sent last may still be on its way to us.
    await this.until(() => !this.#open, SETTLED_MS);
    return true;
  }

  /**
   * The next thing that it sends, to the newline or until it pauses. `null`: nothing for so long,
   * or it has ended. The caller answers it, or closes the connection.
   */
  async message(limitMs: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const isOver = () => !this.#open && this.process.end !== null;
    await this.until(() => this.#unanswered.length > 0 || isOver(), limitMs);
    if (this.#unanswered.length === 0) return null;
    while (this.#open && this.#unanswered.at(-1)!.at(-1) !== 0x0a) {
      const { length } = this.#unanswered;
      const isMore = () => this.#unanswered.length > length || !this.#open;
      if (!await this.#within(QUIET_MS, isMore)) break;
    }
    this.#answering = true;
    return joined(this.#unanswered.splice(0));
  }

  /** Answers a message. */
  async answer(message: Uint8Array, { reply, cut }: Answering = {}): Promise<void> {
    const bytes = reply?.(message) ?? message;
    const { pieces, gapMs, isReadAlone }: Cut = cut?.(bytes) ?? { pieces: [bytes], gapMs: 0 };
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await pause(gapMs);
      if (i > 0 && isReadAlone) await untilItWaits(this.process);
      if (!await send(this.conn, piece, this.#trial)) break;
    }
    this.#answering = false;
    if (!this.#open) this.conn.close();
  }

  /**
   * Answers what it sends for a line that was typed, be it in one message or in parts. Gives
   * all that it sent; empty: nothing came for as long as the patience, or it has ended.
   */
  async heard(line: string, answering: Answering = {}): Promise<Uint8Array<ArrayBuffer>> {
    const messages: Uint8Array[] = [];
    for (;;) {
      const limitMs = messages.length === 0 ? this.#trial.patienceMs : PART_MS;
      const message = await this.message(limitMs);
      if (message === null) break;
      messages.push(message);
      await this.answer(message, answering);
      if (lettersOf(joined(messages)).endsWith(lettersOf(utf8.encode(line)))) break;
    }
    return joined(messages);
  }

  /** Types a line and answers what it sends for it. */
  async say(
    line: string,
    { waitMs = NEXT_LINE_MS, ...answering }: Answering & { waitMs?: number } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    await pause(waitMs);
    await this.type(line);
    return await this.heard(line, answering);
  }

  /** Has it ended, or at least its half of the connection? */
  get isLeaving(): boolean {
    return !this.#open || this.process.end !== null;
  }

  /** One of Node that has left the server may live on for as long as its input does: that ends now. */
  async letGo(): Promise<void> {
    if (await this.until(() => this.process.end !== null, SETTLED_MS / 2)) return;
    this.process.endInput();
    await this.until(() => this.process.end !== null, this.#trial.patienceMs);
  }

  /** Brings it to its end: by Q, by q, by the end of its input, in this order. */
  async finish(
    { waitMs = 10 * NEXT_LINE_MS, words = ["Q", "q"] }: {
      waitMs?: number;
      words?: readonly ("Q" | "q")[];
    } = {},
  ): Promise<Finish> {
    const { process } = this;
    const { patienceMs } = this.#trial;
    const finish = (at: Finish["at"]): Finish => ({ at, end: process.end });
    await this.until(() => process.end !== null, waitMs);
    if (process.end !== null) return await this.ends(0), finish("itself");
    for (const word of words) {
      if (!await this.type(`${word}\n`)) break;
      const isSent = () => this.#unanswered.length > 0;
      await this.until(() => this.isLeaving || this.floods || isSent(), patienceMs);
      // It may send its Q, and end all the same.
      if (process.end === null && isSent()) await this.heard(word);
      if (this.isLeaving) await this.letGo();
      if (await this.ends(SETTLED_MS / 2)) return finish(word);
    }
    process.endInput();
    this.#trial.note("check", END_OF_INPUT);
    const echoing = this.#echo();
    if (await this.ends(patienceMs)) return await echoing, finish("end of input");
    return finish(null);
  }

  /** An echo server from now on, until the client has ended or floods. */
  async #echo(): Promise<void> {
    while (this.process.end === null && !this.floods) {
      const message = await this.message(100);
      if (message !== null) await this.answer(message);
    }
  }

  /** Reads what comes over a connection, and over the next one if it makes more. */
  async #serve(conn: TrialConn, listener: TrialListener): Promise<void> {
    for (let next: TrialConn | null = conn; next !== null;) {
      this.conn = next;
      this.connections++;
      this.#open = true;
      this.#wake();
      await this.#read(next);
      next = await listener.accept().catch(() => null);
    }
  }

  async #read(conn: TrialConn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let n; this.#cameBytes <= FLOOD && (n = await conn.read(buffer)) !== null;) {
        const piece = buffer.slice(0, n);
        this.#came.push(piece);
        this.#cameBytes += n;
        this.#unanswered.push(piece);
        this.#wake();
      }
    } catch {
      // Reset, or closed by us.
    }
    this.#open = false;
    if (!this.#answering && this.#unanswered.length === 0) conn.close();
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

async function typed(
  trial: Trial,
  { process, line }: { process: Process; line: string },
): Promise<boolean> {
  const shown = line.length > 40
    ? `${quote(line.slice(0, 20))}… (${line.length} bytes)`
    : quote(line);
  trial.note("check", `type ${shown}`);
  // A copy: with Deno 2.4 its type does not say that its memory is not shared.
  return await process.type(new Uint8Array(utf8.encode(line)));
}

/** What counts of a line that may come in parts and in other clothes: all but blanks and NUL. */
export function lettersOf(bytes: Uint8Array): string {
  return textOf(bytes).replace(/[\s\0]+/g, "");
}

/** Bytes as text of as many characters: to look for things in it. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}
