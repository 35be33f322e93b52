/**
 * One admission for all threads of a server (`--workers`), in memory that they
 * share. Loaded only by threads.
 *
 * The system deals a client to a thread by a hash of its address, whether that
 * thread has room or not. So there is no room of a thread's own, for then a
 * client could wait beside an idle thread: the room is that of all. And no
 * thread can know before its accept() that the room will be there after it. So
 * each accepts one client more and keeps it until there is room. It waits as it
 * would have waited in the queue.
 *
 * @module
 */

import type { Admission } from "./service.ts";

/** What each thread is sent: views of shared memory. */
export interface SharedState {
  /** Tickets taken, tickets returned, numbers taken. 64 bits each: 32 would be used up in days. */
  readonly counts: BigInt64Array<SharedArrayBuffer>;
  /** See {@linkcode AddressCounts}; `null` if addresses are not counted. */
  readonly addresses: Int32Array<SharedArrayBuffer> | null;
  /** The limits. `Infinity` is none. */
  readonly limits: SharedLimits;
}

/** How many clients all threads together take. */
export interface SharedLimits {
  /** At a time. */
  concurrent: number;
  /** At a time from one address. */
  maxPerAddress: number;
  /** In all. */
  clients: number;
}

/** Makes what the threads share. */
export function shareAdmission(limits: SharedLimits): SharedState {
  return {
    counts: new BigInt64Array(new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT)),
    addresses: limits.maxPerAddress === Infinity ? null : shareAddressCounts(limits.concurrent),
    limits,
  };
}

const TAKEN = 0;
const RETURNED = 1;
const NUMBERS = 2;

/** What a thread tells the others. */
export interface ThreadEvents {
  /** Room was returned, and a client of another thread waits for it. */
  onReturned(): void;
  /** The last number was taken. */
  onEnough(): void;
}

/**
 * The admission of one thread. Room goes by tickets: who holds ticket t is
 * served as soon as all but `concurrent` of those before were returned. So the
 * one who waits longest is next, in whichever thread.
 */
export class SharedAdmission implements Admission {
  readonly #counts: BigInt64Array<SharedArrayBuffer>;
  readonly #addresses: AddressCounts | null;
  readonly #limits: SharedLimits;
  readonly #events: ThreadEvents;
  #waiting: { ticket: bigint; resolve(): void } | null = null; // a thread keeps one client at most

  constructor({ counts, addresses, limits }: SharedState, events: ThreadEvents) {
    this.#counts = counts;
    this.#addresses = addresses && new AddressCounts(addresses);
    this.#limits = limits;
    this.#events = events;
  }

  /** Never: only a ticket tells. */
  isFull(): boolean {
    return false;
  }

  takeRoom(): Promise<void> | null {
    const ticket = Atomics.add(this.#counts, TAKEN, 1n);
    if (this.#hasRoom(ticket)) return null;
    return new Promise((resolve) => this.#waiting = { ticket, resolve });
  }

  returnRoom(): void {
    const returned = Atomics.add(this.#counts, RETURNED, 1n) + 1n;
    // Returned first and looked second, where takeRoom() takes first and looks
    // second: one of the two sees the other, and nobody is forgotten.
    const next = returned + BigInt(this.#limits.concurrent) - 1n; // the ticket that has room now
    if (this.#waiting?.ticket === next) this.look();
    else if (Atomics.load(this.#counts, TAKEN) > next) this.#events.onReturned();
  }

  /** To be called when another thread told `onReturned`. */
  look(): void {
    if (this.#waiting === null || !this.#hasRoom(this.#waiting.ticket)) return;
    this.#waiting.resolve();
    this.#waiting = null;
  }

  countIn(hostname: string): boolean {
    return this.#addresses?.countIn(hostname, this.#limits.maxPerAddress) ?? true;
  }

  countOut(hostname: string): void {
    this.#addresses?.countOut(hostname);
  }

  takeNumber(): number | null {
    const number = Number(Atomics.add(this.#counts, NUMBERS, 1n)) + 1;
    if (number >= this.#limits.clients) this.#events.onEnough();
    return number > this.#limits.clients ? null : number;
  }

  #hasRoom(ticket: bigint): boolean {
    const returned = Atomics.load(this.#counts, RETURNED);
    return ticket - returned < BigInt(this.#limits.concurrent);
  }
}

/** An address is a text of at most 61 bytes: an IPv6 address with the name of an interface. */
const TEXT_WORDS = 16;
const ENTRY_WORDS = 1 + TEXT_WORDS;
const HEAD_WORDS = 2;
const LOCK = 0;
const LENGTH = 1;
/** A process has no more descriptors than this, and so no more clients. */
const MOST_ADDRESSES = 2 ** 20;

/** Room for as many addresses as there can be clients. The system gives memory as it is used. */
function shareAddressCounts(concurrent: number): Int32Array<SharedArrayBuffer> {
  const words = HEAD_WORDS + Math.min(concurrent, MOST_ADDRESSES) * ENTRY_WORDS;
  return new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * How many clients there are from each address: a lock, the number of
 * addresses, and for each its count and its text. A plain list, looked through
 * from its beginning: it has those present only, and right is more than fast here.
 */
class AddressCounts {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #text = new Int32Array(TEXT_WORDS);
  readonly #bytes = new Uint8Array(this.#text.buffer);
  readonly #utf8 = new TextEncoder();

  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.#words = words;
  }

  countIn(hostname: string, most: number): boolean {
    return this.#locked(() => {
      const words = this.#words;
      const at = this.#find(hostname);
      const end = HEAD_WORDS + words[LENGTH] * ENTRY_WORDS;
      if (at < end) {
        if (words[at] >= most) return false;
        words[at]++;
        return true;
      }
      if (end + ENTRY_WORDS > words.length) return false;
      words[at] = 1;
      words.set(this.#text, at + 1);
      words[LENGTH]++;
      return true;
    });
  }

  countOut(hostname: string): void {
    this.#locked(() => {
      const words = this.#words;
      const at = this.#find(hostname);
      if (--words[at] > 0) return;
      // The last entry moves into the gap.
      const last = HEAD_WORDS + --words[LENGTH] * ENTRY_WORDS;
      words.copyWithin(at, last, last + ENTRY_WORDS);
    });
  }

  /** Where the entry of an address begins; the end of the list if there is none. */
  #find(hostname: string): number {
    this.#bytes.fill(0);
    this.#utf8.encodeInto(hostname, this.#bytes);
    const words = this.#words;
    const text = this.#text;
    const end = HEAD_WORDS + words[LENGTH] * ENTRY_WORDS;
    let at = HEAD_WORDS;
    for (; at < end; at += ENTRY_WORDS) {
      let i = 0;
      while (i < TEXT_WORDS && words[at + 1 + i] === text[i]) i++;
      if (i === TEXT_WORDS) break;
    }
    return at;
  }

  /** Calls `change` while no other thread does. It takes microseconds, and so does the waiting. */
  #locked<T>(change: () => T): T {
    const words = this.#words;
    while (Atomics.compareExchange(words, LOCK, 0, 1) !== 0) Atomics.wait(words, LOCK, 1);
    try {
      return change();
    } finally {
      Atomics.store(words, LOCK, 0);
      Atomics.notify(words, LOCK, 1);
    }
  }
}
