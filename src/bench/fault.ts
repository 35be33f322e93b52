/**
 * What can be wrong with a server under load.
 *
 * @module
 */

/** The kinds, the gravest first. */
export const FAULT_KINDS = [
  "wrong", // a byte came back that is not the one that was sent
  "surplus", // a byte came that no message asked for
  "closed", // the server closed while a reply was due
  "reset", // the connection broke
  "silent", // no byte came for too long while a reply was due
  "refused", // nobody listens, or the queue is full
  "unreachable", // connect() failed otherwise
] as const;
export type FaultKind = typeof FAULT_KINDS[number];

/** One fault, where it was. */
export interface Fault {
  kind: FaultKind;
  /** The number of the connection, the first one being 1. */
  connection: number;
  /** The number of the message on it, the first one being 1. Not of a connect() that failed. */
  message?: number;
  /** Of this message so many bytes had come back as they were sent. */
  byte?: number;
  /** `wrong`: the byte that was sent. */
  due?: number;
  /** `wrong`, `surplus`: the byte that came. */
  came?: number;
  /** What the system said, if it said something. */
  reason?: string;
}

/** Faults of one kind. */
export interface FaultCount {
  count: number;
  first: Fault;
}

/** How many there were of each kind, and the first of each. */
export type FaultsByKind = Partial<Record<FaultKind, FaultCount>>;

/** The faults of a run: how many of each kind, and the first of each. */
export class Faults {
  readonly byKind: FaultsByKind = {};
  count = 0;

  /** Notes one. */
  add(fault: Fault): void {
    this.#add(fault, 1);
  }

  /** Notes all that another one has noted. */
  addAll(others: FaultsByKind): void {
    for (const { first, count } of Object.values(others)) this.#add(first, count);
  }

  #add(fault: Fault, count: number): void {
    this.count += count;
    const known = this.byKind[fault.kind];
    if (known === undefined) this.byKind[fault.kind] = { count, first: fault };
    else known.count += count;
  }
}

/** How many there are of all kinds. */
export function countOf(byKind: FaultsByKind): number {
  return Object.values(byKind).reduce((sum, { count }) => sum + count, 0);
}

/** Why somebody could not be connected. */
export function connectFault(error: unknown): Omit<Fault, "connection"> {
  const kind = error instanceof Deno.errors.ConnectionRefused ? "refused" : "unreachable";
  return { kind, reason: (error as Error).message };
}
