/**
 * Turns for clients that move bulk data. While one of them has bytes at hand,
 * Deno goes on with it and does not ask the system who else is ready: two such
 * clients kept all others waiting for seconds. So each has its share of a round,
 * and then waits until the event loop has looked around.
 *
 * Who is the only busy one never waits, and who moves little never does.
 *
 * @module
 */

/** A read of so many bytes is bulk: of a buffer that was filled before. */
const BULK = 16 * 1024;
/** All of them together may move so many bytes in a round, each one read at least. */
const ROUND = 16 * 1024 * 1024;
/** A round that lasts longer, in milliseconds, is ended even if some are still at it. */
const LONGEST_MS = 100;

/** What is noted of one client. Made once for each, and used by {@linkcode BulkTurns} alone. */
export class BulkTurn {
  /** The round in which it last moved bulk data. */
  round = 0;
  /** How much that was in that round. */
  bytes = 0;
}

/** One for all clients of a thread: what they share is its event loop. */
export class BulkTurns {
  #round = 1;
  #isShared = false; // with clients who moved little in this round
  #clients = 0; // that moved bulk data in this round
  #bytes = 0; // that they moved
  #share = Infinity; // that each may move
  #waiting: (() => void)[] = []; // those who had their share
  #seen = 0; // bytes at the last look
  #startedMs = 0;

  /** Notes what a read of a client gave. */
  count(turn: BulkTurn, bytes: number): void {
    if (bytes < BULK) {
      this.#isShared = true;
      return;
    }
    if (turn.round !== this.#round) {
      turn.round = this.#round;
      turn.bytes = 0;
      this.#clients++;
    }
    turn.bytes += bytes;
    this.#bytes += bytes;
    if (this.#bytes >= ROUND && this.#share === Infinity) this.#endRound();
  }

  /** To be awaited before the next read, if it is not `null`. */
  next(turn: BulkTurn): Promise<void> | null {
    if (turn.round !== this.#round || turn.bytes < this.#share) return null;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#watch();
    });
  }

  #endRound(): void {
    const isAlone = this.#clients === 1 && !this.#isShared;
    this.#share = isAlone ? Infinity : ROUND / this.#clients;
    this.#round++;
    this.#isShared = false;
    this.#clients = 0;
    this.#bytes = 0;
    this.#startedMs = performance.now();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /**
   * Ends the round when nobody moved anything between two looks. A timer, since
   * with a task or a microtask the system would not be asked who is ready.
   */
  #watch(): void {
    this.#seen = this.#bytes;
    setTimeout(() => {
      const isQuiet = this.#seen === this.#bytes;
      if (isQuiet || performance.now() - this.#startedMs > LONGEST_MS) this.#endRound();
      else this.#watch();
    }, 0);
  }
}
