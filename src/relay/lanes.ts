/**
 * What the page of a relay shows, kept within bounds however much passes: a lane a
 * connection, with its last pieces and the first bytes of each.
 *
 * @module
 */

import { type Direction, formatAddress } from "../net/net.ts";
import type { RelayEvent } from "./events.ts";
import { type KeptPiece, LastPieces } from "./kept_pieces.ts";

/** So many pieces of a lane are kept: fewer where there are many. */
const KEPT_PIECES = 200;
const KEPT_PIECES_OF_ALL = 6000;
const KEPT_PIECES_AT_LEAST = 10;
/** So many lanes that are over are kept; of those that are open, all. */
const KEPT_CLOSED = 50;

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
  pieces: KeptPiece[];
  /** So many pieces came before those that are kept. */
  forgotten: number;
}

/**
 * What a happening changes, for a page that knows all before it. To be made JSON of at once: what
 * it tells may be something else when the next one happens.
 */
export type LaneChange =
  | { lane: Omit<Lane, "pieces"> }
  | { connection: number; piece: KeptPiece }
  | { connection: number; halfClosed: Direction }
  | { connection: number } & LaneEnd;

type LaneEnd = { endMs: number; by: string; how: string; reason: string; error: string };

/** A lane and what is known of it. */
interface LiveLane {
  told: Omit<Lane, "pieces" | "forgotten">;
  pieces: LastPieces;
  /** The message that the next byte of a direction belongs to. */
  messages: Record<Direction, number>;
}

/** All lanes. */
export class Lanes {
  readonly #lanes = new Map<number, LiveLane>();
  readonly #closed: number[] = [];
  readonly #inWords: (message: string) => string;
  #mostPieces = KEPT_PIECES; // of each lane

  /** `inWords` says what an event tells in English in the language of the page. Default: as it is. */
  constructor(inWords: (message: string) => string = (message) => message) {
    this.#inWords = inWords;
  }

  /** The lanes as they are now, for a page that knows nothing yet. */
  get all(): Lane[] {
    return [...this.#lanes.values()].map(({ told, pieces }) => ({
      ...told,
      pieces: pieces.inOrder(),
      forgotten: pieces.forgotten,
    }));
  }

  /** Takes in what happened. The change is told to pages; `null`: nothing that they show. */
  take(event: RelayEvent): LaneChange | null {
    if (event.event === "connected") {
      const lane = newLane(event);
      this.#lanes.set(event.connection, lane);
      this.#share();
      return { lane: { ...lane.told, forgotten: 0 } };
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
        lane.told.halfClosed[event.direction] = true;
        return { connection, halfClosed: event.direction };
      case "closed":
        return this.#end(lane, {
          endMs: atMs,
          by: event.by,
          how: event.how,
          reason: event.reason ?? "",
          error: event.error === undefined ? "" : this.#inWords(event.error),
        });
      case "unreachable":
        return this.#end(lane, {
          endMs: atMs,
          by: "server",
          how: "unreachable",
          reason: "",
          error: this.#inWords(event.message),
        });
    }
  }

  #piece(lane: LiveLane, event: RelayEvent & { event: "read" | "write" }): KeptPiece {
    const { told: { read, written }, messages } = lane;
    const { direction } = event;
    const piece = lane.pieces.next(this.#mostPieces);
    if (event.event === "read") {
      piece.noteRead(event, read[direction]);
      read[direction] += event.bytes;
    } else {
      const place = { from: written[direction], message: messages[direction] };
      messages[direction] = piece.noteWrite(event, place);
      written[direction] += event.data.length;
    }
    return piece;
  }

  #end({ told }: LiveLane, end: LaneEnd): LaneChange {
    Object.assign(told, end);
    this.#closed.push(told.connection);
    if (this.#closed.length > KEPT_CLOSED) this.#lanes.delete(this.#closed.shift()!);
    this.#share();
    return { connection: told.connection, ...end };
  }

  /** The room for pieces is that of all lanes. */
  #share(): void {
    const each = Math.floor(KEPT_PIECES_OF_ALL / this.#lanes.size);
    this.#mostPieces = Math.max(KEPT_PIECES_AT_LEAST, Math.min(KEPT_PIECES, each));
  }
}

function newLane({ connection, remote, atMs }: RelayEvent & { event: "connected" }): LiveLane {
  return {
    told: {
      connection,
      client: formatAddress(remote),
      sinceMs: atMs,
      endMs: null,
      by: "",
      how: "",
      reason: "",
      error: "",
      read: { "to-server": 0, "to-client": 0 },
      written: { "to-server": 0, "to-client": 0 },
      halfClosed: { "to-server": false, "to-client": false },
    },
    pieces: new LastPieces(),
    messages: { "to-server": 0, "to-client": 0 },
  };
}
