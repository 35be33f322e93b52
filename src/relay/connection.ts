/**
 * One relayed connection: a client, the server that it reaches through us, and what passes
 * between them, both ways.
 *
 * @module
 */

import type { Conn } from "../net/net.ts";
import type { BufferPool, Client } from "../net/served_client.ts";
import { writeAll } from "../framing.ts";
import { type Limit, Pump, type Sink, type Source } from "./pump.ts";
import type { Random, Shape } from "./shape.ts";

/** So long a call under way may take to end once its connection is closed. */
const END_MS = 2000;

/** Which way bytes go. */
export type Direction = "to-server" | "to-client";
export const DIRECTIONS: readonly Direction[] = ["to-server", "to-client"];

/** Why a connection ended, and by whom: the first one that did something about it. */
export interface ConnectionEnd {
  by: "client" | "server" | "relay";
  /** `end`: in order; `reset`: its connection broke. */
  how: "end" | "reset";
  /** With `reset`: what was thrown, if it was not our own doing. */
  error?: unknown;
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

/** Is told what passes. What it gives back is waited for. */
export interface PassageObserver {
  onRead?(passage: Passage, direction: Direction, bytes: number): void;
  onWrite?(passage: Passage, direction: Direction, bytes: Uint8Array): void | Promise<void>;
  /** A side has sent its last byte. */
  onHalfClose?(passage: Passage, direction: Direction): void;
}

/** What a {@linkcode Passage} is made with. */
export interface PassageOptions {
  client: Client;
  server: Conn;
  /** The shape of a direction, asked anew for every piece. */
  shape(direction: Direction): Shape;
  random: Readonly<Record<Direction, Random>>;
  buffers: BufferPool;
  observer: PassageObserver;
}

/** What passes between a client and a server. */
export class Passage {
  readonly client: Client;
  readonly server: Conn;
  readonly passed: Readonly<Record<Direction, Passed>> = {
    "to-server": { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 },
    "to-client": { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 },
  };
  /** `null`: nobody has ended it yet. */
  end: ConnectionEnd | null = null;
  readonly #options: PassageOptions;
  readonly #fromServer: PooledSource;
  readonly #pumps: Readonly<Record<Direction, Pump>>;
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;

  /** Nothing passes before `run`. */
  constructor(options: PassageOptions) {
    const { client, server } = options;
    this.client = client;
    this.server = server;
    this.#options = options;
    this.#fromServer = new PooledSource(server, options.buffers);
    this.#pumps = {
      "to-server": this.#pump("to-server", { from: client, to: sinkOf(server) }),
      "to-client": this.#pump("to-client", { from: this.#fromServer, to: client }),
    };
  }

  /** Lets bytes pass until both sides have ended. Resolves when all is over, and never rejects. */
  async run(): Promise<void> {
    const both = Promise.all(DIRECTIONS.map((direction) => this.#run(direction)));
    await Promise.race([both, this.#over.promise]);
    this.#finish();
    closeQuietly(this.server);
    // In order: it learns that there is no more, and what it still sends is read and thrown away.
    if (this.client.fault === null) this.client.hangUp();
    // A read that is under way writes into a buffer that shall be another's. Deno 2.8.3 does not
    // end it at close(), but nothing comes then.
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([both, new Promise((resolve) => timer = setTimeout(resolve, END_MS))]);
    clearTimeout(timer);
  }

  /** Ends it now, as a shape or a user wants it. */
  cut(limit: Limit): void {
    this.end ??= { by: "relay", how: limit === "close" ? "end" : "reset" };
    if (limit === "reset") {
      this.client.reset();
      resetOf(this.server);
    }
    this.#finish();
  }

  async #run(direction: Direction): Promise<void> {
    try {
      await this.#pumps[direction].run();
      // A client that was hung up on (its time is over) ends here, too.
      if (direction === "to-server" && this.client.end !== null) this.#finish();
    } catch (error) {
      this.#fail(error);
    } finally {
      if (direction === "to-client") this.#fromServer.release();
    }
  }

  /** A connection broke. Which of the two, the client knows of itself. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    const by = this.client.fault?.error === error ? "client" : "server";
    this.end ??= { by, how: "reset", error };
    // A reset goes on as a reset, as far as that can be had.
    if (by === "client") resetOf(this.server);
    else this.client.reset();
    this.#finish();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const direction of DIRECTIONS) this.#pumps[direction].stop();
    this.#over.resolve();
  }

  #pump(direction: Direction, { from, to }: { from: Source; to: Sink }): Pump {
    const { client, shape, random, observer } = this.#options;
    const passed = this.passed[direction];
    const sender = direction === "to-server" ? "client" : "server";
    return new Pump({
      from: {
        read: async () => {
          const bytes = await from.read();
          if (bytes === null && !this.#isOver) {
            const isHungUp = sender === "client" && client.end !== null; // its time is over
            this.end ??= { by: isHungUp ? "relay" : sender, how: "end" };
            observer.onHalfClose?.(this, direction);
          }
          return bytes;
        },
      },
      to,
      shape: () => shape(direction),
      random: random[direction],
      onRead: (bytes) => {
        passed.reads++;
        passed.bytesRead += bytes;
        observer.onRead?.(this, direction, bytes);
      },
      onWrite: async (bytes) => {
        await observer.onWrite?.(this, direction, bytes);
        if (this.#isOver) return;
        passed.writes++;
        passed.bytesWritten += bytes.length;
      },
      onLimit: (limit) => this.cut(limit),
      onFailure: (error) => this.#fail(error),
    });
  }
}

/** A connection as a source, its buffer from a pool: small, and large while much comes. */
class PooledSource implements Source {
  readonly #conn: Conn;
  readonly #buffers: BufferPool;
  #buffer: Uint8Array;
  #lastRead = 1;

  constructor(conn: Conn, buffers: BufferPool) {
    this.#conn = conn;
    this.#buffers = buffers;
    this.#buffer = buffers.take();
  }

  async read(): Promise<Uint8Array | null> {
    this.#buffer = this.#buffers.refit(this.#buffer, this.#lastRead);
    const n = await this.#conn.read(this.#buffer);
    if (n === null) return null;
    this.#lastRead = n;
    return this.#buffer.subarray(0, n);
  }

  /** Gives the buffer back. No read may be under way. */
  release(): void {
    this.#buffers.give(this.#buffer);
  }
}

function sinkOf(conn: Conn): Sink {
  return { write: (bytes) => writeAll(conn, bytes), closeWrite: () => conn.closeWrite() };
}

function resetOf(conn: Conn): void {
  // It was shut down already, or is gone.
  try {
    if (conn.reset?.() !== true) conn.close();
  } catch {
    closeQuietly(conn);
  }
}

function closeQuietly(conn: Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
