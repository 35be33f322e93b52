/**
 * Turns of those who share an event loop, of both kinds: while many are busy
 * (fairness.ts), and while some move bulk data (bulk.ts). Of use to whoever reads
 * from many connections in one thread, a server or a load generator.
 *
 * Loaded only with room for more than one: who is alone never waits.
 *
 * @module
 */

import { BulkTurn, BulkTurns } from "./bulk.ts";
import { Turn, Turns } from "./fairness.ts";

/** The turns of one server, or of whatever reads from many. */
export class SharedTurns {
  readonly #crowd = new Turns();
  readonly #bulk = new BulkTurns();

  /** One more takes part. */
  join(): ClientTurn {
    return new ClientTurn(this.#crowd, this.#bulk);
  }
}

/** The part of one of them. */
export class ClientTurn {
  readonly #crowd: Turns;
  readonly #bulk: BulkTurns;
  readonly #turn = new Turn();
  readonly #bulkTurn: BulkTurn;

  /** Made by `join`. */
  constructor(crowd: Turns, bulk: BulkTurns, bulkTurn = new BulkTurn()) {
    this.#crowd = crowd;
    this.#bulk = bulk;
    this.#bulkTurn = bulkTurn;
  }

  /**
   * The part of another connection that is read for the same one: a crowd has one more to wait
   * for, but bulk data that goes both ways is that of one.
   */
  beside(): ClientTurn {
    return new ClientTurn(this.#crowd, this.#bulk, this.#bulkTurn);
  }

  /** To be awaited before the next read, if it is not `null`. */
  next(): Promise<unknown> | null {
    const wait = this.#crowd.next(this.#turn);
    if (wait === null) return this.#bulk.next(this.#bulkTurn);
    return wait.then(() => this.#bulk.next(this.#bulkTurn));
  }

  /** Notes a read that gave so many bytes, at least one. */
  count(bytes: number): void {
    this.#crowd.count(this.#turn);
    this.#bulk.count(this.#bulkTurn, bytes);
  }

  /** It takes part no longer. */
  leave(): void {
    this.#crowd.leave(this.#turn);
  }
}
