/**
 * What the page of a relay shows, kept within bounds however much passes: a lane a
 * connection, with its last pieces and the first bytes of each.
 *
 * @module
 */

import { type Direction, formatAddress } from "../net/net.ts";
import { DIRECTIONS } from "./connection.ts";
import { encodeBase64, type RelayEvent } from "./events.ts";

/** So many bytes of a piece are kept, and so many pieces of a lane: fewer where there are many. */
const KEPT_BYTES = 256;
const KEPT_PIECES = 200;
const KEPT_PIECES_OF_ALL = 6000;
const KEPT_PIECES_AT_LEAST = 10;
/** So many lanes that are over are kept; of those that are open, all. */
const KEPT_CLOSED = 50;

/** A piece as the page is told of it. */
export interface LanePiece {
  direction: Direction;
  /** `read`: it came from the sender; `write`: it was handed on. */
  kind: "read" | "write";
  bytes: number;
  /** Its place in the stream of its direction, in bytes from the beginning. */
  from: number;
  /** With `write`: the message (line) that its first byte belongs to; the first one is 0. */
  message?: number;
  /** With `write`: its first bytes, in base64. */
  data?: string;
  atMs: number;
}

/** A connection as the page is told of it. */
export interface Lane {
  connection: number;
  client: string;
  sinceMs: number;
  /** When it was over; `null`: it is open. */
  endMs: number | null;
  by: string;
  how: string;
  /** The limit that ended it, or what was wrong; may be empty. */
  reason: string;
  error: string;
  /** Bytes that came and were handed on, of each direction. */
  read: Record<Direction, number>;
  written: Record<Direction, number>;
  /** Which senders have sent their last byte. */
  halfClosed: Record<Direction, boolean>;
  pieces: LanePiece[];
  /** So many pieces came before those that are kept. */
  forgotten: number;
}

/** What a happening changes, for a page that knows all before it. */
export type LaneChange =
  | { lane: Omit<Lane, "pieces"> }
  | { connection: number; piece: LanePiece }
  | { connection: number; halfClosed: Direction }
  | { connection: number } & LaneEnd;

type LaneEnd = { endMs: number; by: string; how: string; reason: string; error: string };

/** All lanes. */
export class Lanes {
  readonly #lanes = new Map<number, Lane>();
  readonly #closed: number[] = [];
  /** The message that the next byte of a direction belongs to. */
  readonly #messages = new Map<number, Record<Direction, number>>();

  /** The lanes as they are now, for a page that knows nothing yet. */
  get all(): Lane[] {
    return [...this.#lanes.values()];
  }

  /** Takes in what happened. The change is told to pages; `null`: nothing that they show. */
  take(event: RelayEvent): LaneChange | null {
    if (event.event === "connected") {
      const { connection, remote, atMs } = event;
      const lane = newLane(connection, { client: formatAddress(remote), atMs });
      this.#lanes.set(connection, lane);
      this.#messages.set(connection, zero());
      const { pieces: _, ...rest } = lane;
      return { lane: structuredClone(rest) };
    }
    if (!("connection" in event)) return null;
    const lane = this.#lanes.get(event.connection);
    if (lane === undefined) return null;
    const { connection, atMs } = event;
    switch (event.event) {
      case "read":
      case "write":
        return { connection, piece: this.#piece(lane, event) };
      case "half-close":
        lane.halfClosed[event.direction] = true;
        return { connection, halfClosed: event.direction };
      case "closed":
        return this.#end(lane, {
          endMs: atMs,
          by: event.by,
          how: event.how,
          reason: event.reason ?? "",
          error: event.error ?? "",
        });
      case "unreachable":
        return this.#end(lane, {
          endMs: atMs,
          by: "server",
          how: "unreachable",
          reason: "",
          error: event.message,
        });
    }
  }

  #piece(lane: Lane, event: RelayEvent & { event: "read" | "write" }): LanePiece {
    const { direction, atMs } = event;
    let piece: LanePiece;
    if (event.event === "read") {
      piece = { direction, kind: "read", bytes: event.bytes, from: lane.read[direction], atMs };
      lane.read[direction] += event.bytes;
    } else {
      const { data } = event;
      const messages = this.#messages.get(lane.connection)!;
      piece = {
        direction,
        kind: "write",
        bytes: data.length,
        from: lane.written[direction],
        message: messages[direction],
        data: encodeBase64(data.subarray(0, KEPT_BYTES)),
        atMs,
      };
      messages[direction] += newlinesIn(data);
      lane.written[direction] += data.length;
    }
    lane.pieces.push(piece);
    const most = Math.max(
      KEPT_PIECES_AT_LEAST,
      Math.min(KEPT_PIECES, KEPT_PIECES_OF_ALL / this.#lanes.size),
    );
    while (lane.pieces.length > most) {
      lane.pieces.shift();
      lane.forgotten++;
    }
    return piece;
  }

  #end(lane: Lane, end: LaneEnd): LaneChange {
    Object.assign(lane, end);
    this.#closed.push(lane.connection);
    this.#messages.delete(lane.connection);
    if (this.#closed.length > KEPT_CLOSED) this.#lanes.delete(this.#closed.shift()!);
    return { connection: lane.connection, ...end };
  }
}

function newLane(connection: number, { client, atMs }: { client: string; atMs: number }): Lane {
  return {
    connection,
    client,
    sinceMs: atMs,
    endMs: null,
    by: "",
    how: "",
    reason: "",
    error: "",
    read: zero(),
    written: zero(),
    halfClosed: { "to-server": false, "to-client": false },
    pieces: [],
    forgotten: 0,
  };
}

function zero(): Record<Direction, number> {
  return Object.fromEntries(DIRECTIONS.map((direction) => [direction, 0])) as Record<
    Direction,
    number
  >;
}

function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = -1; (at = bytes.indexOf(0x0a, at + 1)) !== -1;) count++;
  return count;
}
