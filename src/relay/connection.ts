/**
 * One relayed connection: a client, the server that it reaches through us, and what passes
 * between them, both ways.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import { type Conn, type Direction, sendAtOnce } from "../net/net.ts";
import type { BufferPool, Client } from "../net/served_client.ts";
import { oneOfMany, startLimit } from "../net/silence.ts";
import type { ClientTurn } from "../net/turns.ts";
import { type Limit, Pump, type Sink, type Source } from "./pump.ts";
import type { Random, Shape } from "./shape.ts";

/** How long a server that was ended by us is waited for to end, too. For clients see Client.hangUp. */
const LINGER_MS = 1000;

/** Both ways. */
export const DIRECTIONS: readonly Direction[] = ["to-server", "to-client"];

/** What a side sees of an end: the end of the stream, or a reset. */
export type How = "end" | "reset";

/** Why a connection ended, and by whom: the first one that did something about it. */
export interface ConnectionEnd {
  by: "client" | "server" | "relay";
  /** `reset`: its connection broke; by the relay: both sides were reset. */
  how: How;
  /** With `reset` by a side: what was thrown. */
  error?: unknown;
  /** With `reset` by a side: what the other one sees of it. */
  passedOnAs?: How;
  /** With `end` by the relay: the limit that was over. */
  reason?: "idle" | "max-duration" | "stopped";
}

/** Counts of one direction. */
export interface Passed {
  /** Pieces and bytes as they came from the sender. */
  reads: number;
  bytesRead: number;
  /** Pieces and bytes as they were handed on. */
  writes: number;
  bytesWritten: number;
}

/** Is told what passes. A promise is waited for. Must not throw. */
export interface PassageObserver {
  onRead?(direction: Direction, bytes: number): void;
  onWrite?(direction: Direction, bytes: Uint8Array): void | Promise<void>;
  /** A side has sent its last byte. */
  onHalfClose?(direction: Direction): void;
}

/** What a {@linkcode Passage} is made with. */
export interface PassageOptions {
  client: Client;
  server: Conn;
  /** The shape of a direction, asked anew for every piece. */
  shape(direction: Direction): Shape;
  random: Readonly<Record<Direction, Random>>;
  observer: PassageObserver;
}

/** What passes between a client and a server. */
export class Passage {
  readonly passed: Readonly<Record<Direction, Passed>> = {
    "to-server": { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 },
    "to-client": { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 },
  };
  /** `null`: nobody has ended it yet. */
  end: ConnectionEnd | null = null;
  readonly #client: Client;
  readonly #server: Conn;
  readonly #options: PassageOptions;
  readonly #fromServer: ServerSource;
  readonly #pumps: Readonly<Record<Direction, Pump>>;
  /** The senders that have sent their last byte. */
  readonly #ended = new Set<Direction>();
  readonly #over = Promise.withResolvers<void>();
  readonly #clientClosed = Promise.withResolvers<void>();
  #isOver = false;
  #settled: Promise<unknown> = Promise.resolve();

  /** Nothing passes before `run`. */
  constructor(options: PassageOptions) {
    const { client, server } = options;
    this.#client = client;
    this.#server = server;
    this.#options = options;
    this.#fromServer = new ServerSource(server, client);
    this.#pumps = {
      "to-server": this.#pump("to-server", { from: client, to: sinkOf(server) }),
      "to-client": this.#pump("to-client", { from: this.#fromServer, to: client }),
    };
  }

  /** Lets bytes pass until both sides have ended. Resolves when all is over, and never rejects. */
  async run(): Promise<void> {
    // Nagle's rule would join what is to arrive apart, and hold up what came at once.
    this.#client.sendAtOnce();
    sendAtOnce(this.#server);
    const [toServer, toClient] = DIRECTIONS.map((direction) => this.#run(direction));
    const both = this.#settled = Promise.all([toServer, toClient]);
    await Promise.race([both, this.#over.promise]);
    this.#finish();
    await Promise.all([this.#endClient(), this.#endServer(toClient)]);
  }

  /**
   * Resolves when no call is under way any more: until then the client's buffer is in use. After a
   * close() that is soon, but for Deno 2.8.3 (a read) and versions before 2.9.5 (a write).
   */
  async settled(): Promise<void> {
    await this.#settled;
  }

  /** Ends it now, as a shape or a user wants it. */
  cut(limit: Limit): void {
    if (this.#isOver) return;
    // Before it is done: the client's end is told at once.
    const end: ConnectionEnd = { by: "relay", how: "end" };
    this.end ??= end;
    if (limit === "reset") {
      const isReset = [this.#client.reset(), resetOf(this.#server)];
      if (isReset.every(Boolean)) end.how = "reset";
    }
    this.#finish();
  }

  /** Is told that the client's connection is closed: by us, by a limit or with the relay. */
  onClientClosed(): void {
    this.#clientClosed.resolve();
    this.#finish();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.end ??= this.#endByRelay();
    for (const direction of DIRECTIONS) this.#pumps[direction].stop();
    this.#over.resolve();
  }

  #endByRelay(): ConnectionEnd {
    const { end } = this.#client;
    const isLimit = end === "idle" || end === "max-duration" || end === "stopped";
    return { by: "relay", how: "end", ...(isLimit ? { reason: end } : {}) };
  }

  async #run(direction: Direction): Promise<void> {
    try {
      await this.#pumps[direction].run();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A connection broke. Which of the two, the client knows of itself. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    const by = this.#client.fault?.error === error ? "client" : "server";
    const end: ConnectionEnd = { by, how: "reset", error, passedOnAs: "end" };
    this.end ??= end;
    // A reset goes on as a reset, as far as that can be had.
    const isReset = by === "client" ? resetOf(this.#server) : this.#client.reset();
    if (isReset) end.passedOnAs = "reset";
    this.#finish();
  }

  #onEnd(direction: Direction): void {
    this.#ended.add(direction);
    const isClient = direction === "to-server";
    // The time of a client that was hung up on is over.
    const isHungUp = isClient && this.#client.end !== null;
    this.end ??= isHungUp ? this.#endByRelay() : { by: isClient ? "client" : "server", how: "end" };
    this.#options.observer.onHalfClose?.(direction);
    // Who waited for what is stalled, and now ends, has given up.
    const other = isClient ? "to-client" : "to-server";
    if (isHungUp || this.#pumps[other].isStalled) this.#finish();
  }

  /** In order: it learns that there is no more, and what it still sends is thrown away. */
  async #endClient(): Promise<void> {
    const hasEnded = this.#ended.has("to-server") && this.#client.end === null;
    if (!hasEnded && this.#client.fault === null) {
      // A write that its close() does not end (Deno before 2.9.5) is not waited for.
      await Promise.race([this.#client.hangUp(), this.#clientClosed.promise]);
    }
    this.#client.close();
  }

  /** The same for the server, when its pump has read for the last time. */
  async #endServer(pumping: Promise<void>): Promise<void> {
    if (!this.#ended.has("to-client") && this.end?.how !== "reset") {
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      const limit = startLimit(LINGER_MS, resolve, { startTimer: oneOfMany });
      this.#server.closeWrite().catch(() => {}); // it is gone
      await Promise.race([pumping.then(() => this.#fromServer.drain()), tooLong]);
      limit.stop();
    }
    closeQuietly(this.#server);
    // Whoever uses the buffer must have ended before it can be another's.
    this.#settled = this.#settled.then(() => this.#fromServer.release());
  }

  #pump(direction: Direction, { from, to }: { from: Source; to: Sink }): Pump {
    const { shape, random, observer } = this.#options;
    const passed = this.passed[direction];
    return new Pump({
      from,
      to,
      shape: () => shape(direction),
      random: random[direction],
      onRead(bytes) {
        passed.reads++;
        passed.bytesRead += bytes;
        observer.onRead?.(direction, bytes);
      },
      onEnd: () => this.#onEnd(direction),
      onWrite: (bytes) => {
        const told = observer.onWrite?.(direction, bytes);
        if (this.#isOver) return; // the observer has cut it
        passed.writes++;
        passed.bytesWritten += bytes.length;
        return told;
      },
      onLimit: (limit) => this.cut(limit),
      onFailure: (error) => this.#fail(error),
    });
  }
}

/**
 * The server as a source. It is read as a client is: in turns with all others, its buffer from
 * their pool, small, and large while much comes.
 */
class ServerSource implements Source {
  readonly #conn: Conn;
  readonly #buffers: BufferPool;
  readonly #turn: ClientTurn | undefined;
  #buffer: Uint8Array;
  #lastRead = 1;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(conn: Conn, client: Client) {
    this.#conn = conn;
    this.#buffers = client.buffers;
    this.#turn = client.turnBeside();
    this.#buffer = this.#buffers.take();
  }

  async read(): Promise<Uint8Array | null> {
    const turn = this.#turn?.next();
    if (turn) await turn;
    this.#buffer = this.#buffers.refit(this.#buffer, this.#lastRead);
    const reading = this.#reading = this.#conn.read(this.#buffer);
    const n = await reading;
    if (n === null) return null;
    this.#lastRead = n;
    this.#turn?.count(n);
    return this.#buffer.subarray(0, n);
  }

  /** Reads to the end, or until it is closed, and throws all away. */
  async drain(): Promise<void> {
    try {
      while (await this.read() !== null);
    } catch {
      // It is gone.
    }
  }

  /** Gives the buffer back, when no read is under way any more. */
  async release(): Promise<void> {
    await this.#reading.catch(() => {});
    this.#turn?.leave();
    this.#buffers.give(this.#buffer);
  }
}

function sinkOf(conn: Conn): Sink {
  return {
    async write(bytes) {
      const n = await conn.write(bytes);
      if (n < bytes.length) await writeAll(conn, bytes.subarray(n));
    },
    closeWrite: () => conn.closeWrite(),
  };
}

/** A reset, where the connection can; else close(), and `false`. */
function resetOf(conn: Conn): boolean {
  const isReset = conn.reset?.() === true;
  if (!isReset) closeQuietly(conn);
  return isReset;
}

function closeQuietly(conn: Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
