/**
 * What a server is told, what it asks and what it tells. Types alone, which no
 * program loads.
 *
 * @module
 */

import type { Address } from "./net.ts";
import type { Client, TimeLimits } from "./served_client.ts";
import type { SharedTurns } from "./turns.ts";

/** What {@linkcode serve} is given. */
export interface ServeOptions extends TimeLimits {
  /** Return after so many clients. Default: never. */
  clients?: number;
  /**
   * Who may come in, for threads that serve as one server: what it says goes,
   * instead of `maxPerAddress` and `clients`. Default: one of this server's own.
   */
  admission?: Admission;
  /** No more accept(), but those being served may take their time. */
  enough?: AbortSignal;
  /** Serve at most so many at a time. Default: 1. */
  concurrent?: number;
  /** The turns of so many, if they are loaded already. */
  turns?: SharedTurns | null;
  /** Serve at most so many at a time from one address; more are refused. Default: any number. */
  maxPerAddress?: number;
  /** May a client from this IP address be served? Default: every one may. */
  isAllowed?(hostname: string): boolean;
  /** Ends it in order: no more accept(), and those being served may finish. */
  stop?: AbortSignal;
  /** How long they may take, in milliseconds. Default: 5000. */
  graceMs?: number;
  /**
   * How long a client is here before the system watches for its machine to vanish, in milliseconds.
   * Default: a minute.
   */
  keepAliveAfterMs?: number;
  /** Is told what happens. */
  observer?: Observer;
}

/**
 * What is told while it happens. The server goes on when it has been told, so
 * that an observer that prints holds up who has too much to say. What it throws
 * ends the server.
 */
export interface Observer {
  /** accept() gave a client; its service begins when this is done. */
  connected?(client: Client): void | Promise<void>;
  /** A client's connection is closed; `client.end` says why. */
  closed?(client: Client): void | Promise<void>;
  /** A client was sent away before a byte of it was read. */
  refused?(remote: Address, reason: Refusal): void | Promise<void>;
  /** accept() failed; it is tried again. While the same failure lasts it is told once. */
  acceptFailed?(error: unknown): void | Promise<void>;
}

/** Why a client was sent away. */
export type Refusal = "not-allowed" | "max-per-address";

/** What {@linkcode serve} did. */
export interface Served {
  /** Clients accepted and served, to whatever end. */
  clients: number;
  /** Clients sent away. */
  refused: number;
  /** Clients whose connection broke. */
  faults: number;
  bytesRead: number;
  bytesWritten: number;
}

/** What the accept loop asks before it serves a client. */
export interface Admission {
  /** Is there no room? Then accept() is not called, and the others wait in the queue. */
  isFull(): boolean;
  /**
   * Takes room for a client that was accepted. `null`: it has it. A promise,
   * which threads alone give: another one was quicker, and this client has its
   * room when the promise resolves.
   */
  takeRoom(): Promise<void> | null;
  /** A client's room is free again. */
  returnRoom(): void;
  /** Counts a client of this address; `false` if there are as many as may be. */
  countIn(hostname: string): boolean;
  /** One that was counted is leaving. */
  countOut(hostname: string): void;
  /** The number of the next client, or `null` if there were enough. */
  takeNumber(): number | null;
}
