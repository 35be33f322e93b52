/**
 * What the page of a relay knows: the lanes, and the events that lead to them, so that one can step
 * back. One function, which is sent to the browser as its own text, like the one of page_script.ts.
 *
 * @module
 */

import type { Direction } from "../net/net.ts";
import type { LanePiece } from "./kept_pieces.ts";
import type { Lane } from "./lanes.ts";
import type { Controls } from "./web.ts";

/** A lane as the page is told of it. */
export type ToldLane = Omit<Lane, "pieces"> & { pieces: LanePiece[] };

/** An event as the page is told of it: what has changed of which connection. They are counted. */
export interface ToldEvent {
  change: number;
  connection: number;
  state?: ShapeState;
  /** A new one, which has no pieces yet. */
  lane?: Omit<ToldLane, "pieces"> & Partial<ToldLane>;
  piece?: LanePiece;
  halfClosed?: Direction;
  endMs?: number;
}

/** How bytes are shaped. */
export type ShapeState = Partial<ReturnType<Controls["state"]>>;

/** What the page is told first, and again when it has missed too much. */
export interface ToldAll {
  lanes: ToldLane[];
  state: ShapeState | null;
  /** The relay's time. */
  nowMs: number;
  /** The number of the last change that is in it. */
  change: number;
}

/** What {@linkcode storyOnPage} makes. */
export interface PageStory {
  /** The lanes as they are shown, by the numbers of their connections. */
  readonly lanes: Map<number, ToldLane>;
  /** How bytes are shaped now. */
  readonly state: ShapeState;
  /** How many events one can step through. */
  readonly length: number;
  /** So many of them are shown; Infinity: all, live. */
  readonly shown: number;
  /** The relay's time now; or when what is shown had just happened. */
  nowMs(): number;
  /** Takes in what happened. */
  take(event: ToldEvent): void;
  /** Takes in all anew. */
  takeAll(all: ToldAll): void;
  /** Shows so many of the events; Infinity: all, live. */
  show(count: number): void;
}

/** Begins a story. `onChange` is told which lanes look different; of none: how many events there are. */
export function storyOnPage(onChange: (connections: Iterable<number>) => void): PageStory {
  const MOST_EVENTS = 3000; // that one can step back through
  const KEPT_PIECES = 200; // of a lane
  const KEPT_CLOSED = 50; // lanes that are over

  /** The lanes before `events`. */
  let base = new Map<number, ToldLane>();
  /** What has changed since, the oldest first. */
  let events: ToldEvent[] = [];
  let shown = Infinity;
  let lanes = base;
  let state: ShapeState = {};
  let lastChange = 0;
  let clockMs = 0; // the relay's time, when this page's was `clockAtMs`
  let clockAtMs = 0;
  /** All as it was told anew while one looked at something earlier, and what came after it. */
  let latest: ToldAll & { events: ToldEvent[]; atMs: number } | null = null;

  /** One that may be changed: the same event is shown again and again. */
  const laneLike = (lane: NonNullable<ToldEvent["lane"]>): ToldLane => ({
    ...lane,
    read: { ...lane.read },
    written: { ...lane.written },
    halfClosed: { ...lane.halfClosed },
    pieces: [...lane.pieces ?? []],
  });

  /** The lanes after an event; tells which of them are others now. */
  function apply(all: Map<number, ToldLane>, event: ToldEvent): number[] {
    if (event.state) {
      state = event.state;
      return [];
    }
    if (event.lane) {
      all.set(event.lane.connection, laneLike(event.lane));
      return [event.lane.connection];
    }
    const lane = all.get(event.connection);
    if (!lane) return [];
    const changed = [event.connection];
    if (event.piece) {
      const { direction, kind, bytes } = event.piece;
      lane[kind === "read" ? "read" : "written"][direction] += bytes;
      lane.pieces.push(event.piece);
      if (lane.pieces.length > KEPT_PIECES) {
        lane.pieces.shift();
        lane.forgotten++;
      }
    } else if (event.halfClosed) lane.halfClosed[event.halfClosed] = true;
    else if (event.endMs !== undefined) {
      Object.assign(lane, event);
      const over = [...all.values()].filter(({ endMs }) => endMs !== null);
      if (over.length > KEPT_CLOSED) {
        const [first] = over.sort((a, b) => a.endMs! - b.endMs!);
        all.delete(first.connection);
        changed.push(first.connection);
      }
    }
    return changed;
  }

  function take(event: ToldEvent): void {
    if (event.change <= lastChange) return;
    lastChange = event.change;
    if (latest !== null) return void latest.events.push(event);
    events.push(event);
    if (shown !== Infinity) return onChange([]);
    if (events.length > MOST_EVENTS) apply(base, events.shift()!);
    onChange(apply(lanes, event));
  }

  function takeAll(all: ToldAll): void {
    lastChange = all.change;
    latest = { ...all, events: [], atMs: performance.now() };
    // Who looks at something earlier is not torn away from it.
    if (shown === Infinity) show(Infinity);
  }

  function show(count: number): void {
    const before = [...lanes.keys()];
    if (count >= events.length) {
      if (latest !== null) {
        base = new Map(latest.lanes.map((lane) => [lane.connection, lane]));
        ({ events, nowMs: clockMs, atMs: clockAtMs } = latest);
        state = latest.state ?? state;
        latest = null;
      }
      while (events.length > MOST_EVENTS) apply(base, events.shift()!);
      count = Infinity;
    }
    shown = Math.max(0, count);
    lanes = new Map([...base].map(([key, lane]) => [key, laneLike(lane)]));
    for (const event of events.slice(0, shown)) apply(lanes, event);
    onChange([...before, ...lanes.keys()]);
  }

  function nowMs(): number {
    if (shown === Infinity) return clockMs + performance.now() - clockAtMs;
    const timeOf = ({ piece, endMs, lane }: ToldEvent) => piece?.atMs ?? endMs ?? lane?.sinceMs;
    const last = events.slice(0, shown).findLast((event) => timeOf(event) !== undefined);
    return last === undefined ? 0 : timeOf(last)!;
  }

  return {
    get lanes() {
      return lanes;
    },
    get state() {
      return state;
    },
    get length() {
      return events.length;
    },
    get shown() {
      return shown;
    },
    nowMs,
    take,
    takeAll,
    show,
  };
}
