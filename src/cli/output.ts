/**
 * What a program prints on stdout and says on stderr, beside its work: in order,
 * one write under way at a time. Nobody may be there to take it (a pipe that is
 * not read, Ctrl-S on a terminal), and a blocking write would then stop a whole
 * server with its signals: so nothing that is said is waited for.
 *
 * @module
 */

import { type Reader, writeAll, type Writer } from "../framing.ts";
import { oneOfFew } from "../net/silence.ts";
import {
  ENGLISH,
  Failure,
  failure,
  type Lang,
  type Speech,
  textOf,
  type Words,
  words,
} from "./failure.ts";
import { PatientStdout, writeWhenRoom } from "./nonblocking.ts";

/** The streams of a program. */
export interface Streams {
  /** What the user types, or a pipe gives. */
  stdin: Reader & { isTerminal(): boolean };
  /** What the book's program prints. */
  stdout: Writer & { isTerminal(): boolean };
  /** Everything else that is said: readiness, status, trace, errors. */
  stderr: Writer & { isTerminal(): boolean };
}

/** So many characters of lines may wait for a stream; what comes then is counted. */
const ROOM = 1024 * 1024;
/**
 * So many go out with one write. A pipe takes that in one piece (PIPE_BUF), so
 * that no line of one thread of a server stands within one of another's.
 */
const MOST_AT_ONCE = 4096;
/** A write that takes longer is waited for no more where that is not a must. */
const LATE_MS = 100;
/** So long somebody has, to take what is left at the end. */
const PATIENCE_MS = 1000;

const LF = 0x0a;
const utf8 = new TextEncoder();

/** A piece of text that waits for its write. */
interface Piece {
  text: string;
  /** How many lines are not shown if it is lost; 0: who printed it is told. */
  lines: number;
  waiters: Waiter[];
}

interface Waiter extends Pick<PromiseWithResolvers<void>, "resolve" | "reject"> {
  /** It waits however long that takes. */
  isPatient: boolean;
}

/** The queue of one stream. */
class Outlet {
  readonly #sink: Writer;
  readonly #speech: Speech;
  #queue: Piece[] = [];
  #batch: Piece[] = []; // being written; empty: nothing is
  #characters = 0; // in the queue
  #missed = 0; // lines that found no room, or were lost
  #written = 0; // writes that have ended, to whatever end
  #isLate = false; // it takes nothing just now; until all is written
  #stopWatch: (() => void) | null = null;
  #failure: { error: unknown } | null = null;
  #givenUp = false;

  /** Called when a write has failed that nobody waits for any more. */
  onFailure: () => void = () => {};

  constructor(sink: Writer, speech: Speech) {
    this.#sink = sink;
    this.#speech = speech;
  }

  /** Is there anything that is not written yet? */
  get isBusy(): boolean {
    return this.#batch.length > 0;
  }

  /** How many writes have ended. */
  get written(): number {
    return this.#written;
  }

  /** What the last write threw. */
  get failure(): { error: unknown } | null {
    return this.#failure;
  }

  /** Prints a text. Resolves when it is written, and rejects if it cannot be. */
  print(text: string): Promise<void> {
    if (this.#givenUp) return Promise.reject(this.#failure!.error);
    this.#add(text, 0);
    return this.#wait(true);
  }

  /** Prints a line if there is room. Neither waits nor throws. */
  say(line: string): void {
    if (this.#givenUp) return;
    const isFull = this.#missed > 0 || this.#characters + line.length > ROOM;
    if (this.isBusy && isFull) {
      this.#missed++;
      return;
    }
    this.sayLast(line);
  }

  /** Prints a line that must not be dropped: the last one, which says why a program ends. */
  sayLast(line: string): void {
    if (this.#givenUp) return;
    this.#tellMissed();
    this.#add(line + "\n", 1);
  }

  /**
   * Resolves when all is written that was to be so far, or when that takes too
   * long; `null`: there is nothing to wait for. Rejects if it cannot be written.
   */
  settled(): Promise<void> | null {
    if (this.#givenUp) return Promise.reject(this.#failure!.error);
    return this.isBusy && !this.#isLate ? this.#wait(false) : null;
  }

  /** Waits until all is written or cannot be, but not longer than until `deadline`. */
  async drained(deadline: While): Promise<void> {
    while (this.isBusy && !this.#givenUp && !deadline.isOver) {
      await Promise.race([this.#wait(true).catch(() => {}), deadline.over]);
    }
    deadline.stop();
  }

  /** What is not written is lost, and nothing more will be. */
  giveUp(error: unknown): void {
    if (this.#givenUp) return;
    this.#givenUp = true;
    this.#failure = { error };
    for (const { waiters } of [...this.#batch, ...this.#queue.splice(0)]) {
      for (const { reject } of waiters.splice(0)) reject(error);
    }
  }

  #add(text: string, lines: number): void {
    this.#queue.push({ text, lines, waiters: [] });
    this.#characters += text.length;
    if (!this.isBusy) this.#writeQueue();
  }

  #tellMissed(): void {
    if (this.#missed === 0) return;
    const missed = this.#missed;
    this.#missed = 0;
    const told = missed === 1 ? words`1 line was not shown` : words`${missed} lines were not shown`;
    this.#add(`${textOf(told, this.#speech)}\n`, missed);
  }

  /** Until the last piece is written. */
  #wait(isPatient: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const last = this.#queue.at(-1) ?? this.#batch.at(-1)!;
    last.waiters.push({ resolve, reject, isPatient });
    if (!isPatient) this.#watchWrite();
    return promise;
  }

  /** Writes all that waits, and what comes meanwhile. Never rejects. */
  async #writeQueue(): Promise<void> {
    for (;;) {
      this.#batch = this.#takeBatch();
      if (this.#batch.length === 0) {
        this.#isLate = false;
        this.#stopWatch?.();
        this.#stopWatch = null;
        // Now that all before it is written: this is where the lines are missing.
        if (this.#failure === null) this.#tellMissed();
        return;
      }
      let failed: { error: unknown } | null = null;
      try {
        await writeAll(this.#sink, utf8.encode(this.#batch.map(({ text }) => text).join("")));
      } catch (error) {
        failed = { error };
      }
      this.#written++;
      if (!this.#givenUp) this.#failure = failed;
      if (failed !== null) this.onFailure();
      for (const { lines, waiters } of this.#batch) {
        if (failed !== null) this.#missed += lines;
        for (const { resolve, reject } of waiters) {
          if (failed === null) resolve();
          else reject(failed.error);
        }
      }
    }
  }

  #takeBatch(): Piece[] {
    let count = 0;
    let length = 0;
    while (count < this.#queue.length) {
      length += this.#queue[count].text.length;
      if (count > 0 && length > MOST_AT_ONCE) break;
      count++;
    }
    const batch = this.#queue.splice(0, count);
    for (const { text } of batch) this.#characters -= text.length;
    return batch;
  }

  /** Lets those go who do not wait for ever, if the write under way takes long. */
  #watchWrite(): void {
    if (this.#stopWatch !== null) return;
    const written = this.#written;
    this.#stopWatch = oneOfFew(LATE_MS, () => {
      this.#stopWatch = null;
      if (!this.isBusy) return;
      if (written !== this.#written) return this.#watchWrite();
      this.#isLate = true;
      for (const piece of [...this.#batch, ...this.#queue]) {
        piece.waiters = piece.waiters.filter(({ isPatient, resolve }) => {
          if (!isPatient) resolve();
          return isPatient;
        });
      }
    });
  }
}

/** What the body of a program is given of its Output. */
export type Voice = Pick<
  Output,
  "textOf" | "print" | "puts" | "say" | "giveUp" | "onStdoutFailure"
>;

/** stdout and stderr of a program. */
export class Output {
  /** The streams for its own reads and writes: in order with what it says. */
  readonly streams: Streams;
  readonly #own: Streams;
  readonly #speech: Speech;
  readonly #stdout: Outlet;
  readonly #stderr: Outlet;
  #isInLine = false; // what was printed last on stdout ended within a line
  #giveUpTimer: ReturnType<typeof setInterval> | undefined;
  #isHurried = false; // nothing is waited for any more
  #deadline: While | undefined;

  /** Makes one. Writes nothing yet. */
  constructor(streams: Streams, speech: Speech = ENGLISH) {
    this.#own = streams;
    this.#speech = speech;
    const { stdin, stdout, stderr } = streams;
    this.streams = {
      stderr,
      stdin: {
        isTerminal: () => stdin.isTerminal(),
        read: (p) => this.#isInLine && stdin.isTerminal() ? this.#typed(p) : stdin.read(p),
      },
      stdout: {
        isTerminal: () => stdout.isTerminal(),
        write: (bytes) => this.#writeOut(bytes, () => patient.writeBulk(bytes)),
      },
    };
    const patient = new PatientStdout(stdout);
    this.#stdout = new Outlet({
      write: (bytes) => this.#writeOut(bytes, () => patient.write(bytes)),
    }, speech);
    this.#stderr = new Outlet({ write: (bytes) => writeWhenRoom(stderr, bytes) }, speech);
  }

  /** What the body of a program is given of it, as functions that stand alone. */
  get voice(): Voice {
    return {
      textOf: (what) => this.textOf(what),
      print: (text) => this.print(text),
      puts: (line) => this.puts(line),
      say: (what) => this.say(what),
      giveUp: (afterMs) => this.giveUp(afterMs),
      onStdoutFailure: (call) => this.onStdoutFailure(call),
    };
  }

  /** The language in which it speaks. */
  get lang(): Lang {
    return this.#speech.lang;
  }

  /** The text of it in that language. */
  textOf(what: Words): string {
    return textOf(what, this.#speech);
  }

  /**
   * Prints text on stdout, for as long as that takes.
   *
   * @throws {Failure} If it cannot be printed.
   * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
   */
  print(text: string): Promise<void> {
    return this.#stdout.print(text);
  }

  /**
   * Prints a line on stdout beside the work: is done when it is written, or soon
   * if that takes long. A line for which there is no room is counted.
   *
   * @throws As `print`, also for a line before.
   */
  async puts(line: string): Promise<void> {
    if (!this.#stdout.isBusy && this.#stdout.failure !== null) throw this.#stdout.failure.error;
    this.#stdout.say(line);
    await this.#stdout.settled();
  }

  /** Says a line on stderr, without waiting and whatever becomes of it. */
  say(what: Words): void {
    this.#stderr.say(this.#onItsOwn(this.textOf(what)));
  }

  /** Says what ends the program, however full the queue is. */
  sayLast(what: Words): void {
    this.#stderr.sayLast(this.#onItsOwn(this.textOf(what)));
  }

  /**
   * Calls `call` whenever stdout has failed. Of lines that were not waited for (`puts`
   * on a slow stdout) nobody else would hear it until the next one.
   */
  onStdoutFailure(call: () => void): void {
    this.#stdout.onFailure = call;
  }

  /**
   * The program is to end. When so many milliseconds are over, and stdout has
   * taken nothing for a second, what is not printed yet is lost: `print` and
   * `printed` throw a Failure. 0: nothing is waited for from now on.
   */
  giveUp(afterMs: number): void {
    this.#stopWaiting();
    const lost = new Failure(words`Cannot write to stdout: nobody reads it`);
    if (afterMs === 0) {
      this.#stdout.giveUp(lost);
      this.#stderr.giveUp(lost);
      this.#isHurried = true;
      return;
    }
    // Counted in steps, so that a time in which we stood still ourselves is one step.
    let stepsToGo = Math.ceil(afterMs / LATE_MS);
    let stepsStill = 0;
    let { written } = this.#stdout;
    this.#giveUpTimer = setInterval(() => {
      stepsToGo--;
      stepsStill = this.#stdout.isBusy && this.#stdout.written === written ? stepsStill + 1 : 0;
      written = this.#stdout.written;
      if (stepsToGo <= 0 && stepsStill >= PATIENCE_MS / LATE_MS) this.#stdout.giveUp(lost);
    }, LATE_MS);
  }

  /** Waits until all is printed, for a second at most. @throws As `print`. */
  async printed(): Promise<void> {
    this.#stopWaiting();
    if (this.#isHurried) return;
    if (this.#stdout.isBusy) await this.#stdout.drained(this.#end());
    if (this.#stdout.failure !== null) throw this.#stdout.failure.error;
    if (this.#stdout.isBusy) throw new Failure(words`Cannot write to stdout: nobody reads it`);
  }

  /**
   * Waits until all is written: for stdout a second at most, with what `printed` waited,
   * and for stderr another one, since what `printed` threw may be said only now.
   * Resolves to `false` if nobody took what was said. Never rejects.
   */
  async said(): Promise<boolean> {
    this.#stopWaiting();
    await Promise.all([
      this.#stdout.isBusy ? this.#stdout.drained(this.#end()) : null,
      this.#stderr.isBusy ? this.#stderr.drained(new While()) : null,
    ]);
    return !this.#stderr.isBusy;
  }

  #stopWaiting(): void {
    // Even to clear none takes 4 ms, if it is the first use of a timer.
    if (this.#giveUpTimer !== undefined) clearInterval(this.#giveUpTimer);
  }

  /** The time from which stdout is not waited for any more. */
  #end(): While {
    return this.#deadline ??= new While();
  }

  /** On a terminal a line would be glued to what was printed. */
  #onItsOwn(line: string): string {
    const isGlued = this.#isInLine && this.#own.stdout.isTerminal() &&
      this.#own.stderr.isTerminal();
    if (isGlued) this.#isInLine = false;
    return isGlued ? `\n${line}` : line;
  }

  async #writeOut(bytes: Uint8Array, write: () => Promise<number>): Promise<number> {
    // What was said before is to stand before it: both may go to one place.
    const said = this.#stderr.settled();
    if (said !== null) await said.catch(() => {});
    let n;
    try {
      n = await write();
    } catch (error) {
      throw error instanceof Deno.errors.BrokenPipe || error instanceof Failure
        ? error
        : failure(words`Cannot write to stdout`, error);
    }
    if (n > 0) this.#isInLine = bytes[n - 1] !== LF;
    return n;
  }

  /** A line that is typed: the terminal shows its "\n" too. */
  async #typed(p: Uint8Array): Promise<number | null> {
    const n = await this.#own.stdin.read(p);
    if (n !== null && p[n - 1] === LF) this.#isInLine = false;
    return n;
  }
}

/** So long somebody has, to take what is left. */
class While {
  readonly #stopTimer: () => void;
  readonly #over = Promise.withResolvers<void>();
  readonly over = this.#over.promise;
  isOver = false;

  /** Begins at once. */
  constructor() {
    this.#stopTimer = oneOfFew(PATIENCE_MS, () => {
      this.isOver = true;
      this.#over.resolve();
    });
  }

  /** It keeps no program from ending any more. */
  stop(): void {
    this.#stopTimer();
  }
}
