/**
 * Turns for clients that move bulk data. Deno goes on with those it knows to be
 * ready before it asks the system for others: two such clients kept all others
 * waiting for seconds. So each has its share of a round, and then waits until the
 * others had theirs and the event loop has looked around.
 *
 * Who is the only busy one does not wait, but for once; who moves little never
 * does.
 *
 * @module
 */

/**
 * A read of so many bytes is bulk. It is more than the smallest buffer holds, so such a
 * client has filled one before; a dialogue, also one with long lines, never gets here.
 */
const BULK = 16 * 1024;
/**
 * All of them together may move so many bytes in a round, each one read at least. That
 * is some milliseconds of work. With smaller rounds there are more looks around, which
 * take a millisecond each; with larger ones a small message beside them waits longer.
 */
const ROUND = 16 * 1024 * 1024;
/**
 * Less than that between two looks around is nobody's bulk that has to be waited for. A
 * slow client, which takes a little now and then, would otherwise hold a fast one back.
 */
const LITTLE = 1024 * 1024;
/**
 * Nobody waits longer than about this, in milliseconds, even if some are still at it: a
 * round ends by bytes moved, and clients that move them slowly could make it last.
 */
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
  #round = 2; // a new client's is long over
  #isShared = false; // with clients who moved little in this round
  #clients = 0; // that moved bulk data in this round
  #bytes = 0; // that they moved
  #share = Infinity; // that each may move
  #waiting: (() => void)[] = []; // those who had their share
  #seen = 0; // bytes at the last look
  #waitingSinceMs = 0;

  /** Notes what a read of a client gave. */
  count(turn: BulkTurn, bytes: number): void {
    if (bytes < BULK) {
      // The end of a bulk client's own message does not make it another client.
      if (turn.round < this.#round - 1) this.#isShared = true;
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
      if (this.#waiting.length > 1) return;
      this.#waitingSinceMs = performance.now();
      this.#watch();
    });
  }

  #endRound(): void {
    const waiting = this.#waiting;
    const isAlone = this.#clients === 1 && !this.#isShared;
    // Who waits wanted more than its share. Who did not takes no part of the others'.
    this.#share = isAlone ? Infinity : ROUND / (waiting.length || this.#clients);
    this.#round++;
    this.#isShared = false;
    this.#clients = 0;
    this.#bytes = 0;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /**
   * Ends the round when little was moved between two looks. A timer, since with a
   * task or a microtask the system would not be asked who is ready.
   */
  #watch(): void {
    this.#seen = this.#bytes;
    setTimeout(() => {
      const isQuiet = this.#bytes - this.#seen < LITTLE;
      if (isQuiet || performance.now() - this.#waitingSinceMs > LONGEST_MS) this.#endRound();
      else this.#watch();
    }, 0);
  }
}
