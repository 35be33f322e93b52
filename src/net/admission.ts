/**
 * Who may come in: how many at a time, how many from one address, and which
 * number each one gets. A server decides alone; the threads of `--workers`
 * decide together (shared_admission.ts).
 *
 * @module
 */

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

/** The admission of a server that is one thread. */
export class OwnAdmission implements Admission {
  readonly #concurrent: number;
  readonly #maxPerAddress: number;
  readonly #perAddress = new Map<string, number>(); // empty without a maximum
  #present = 0;
  #last = 0; // the last number taken

  /** For so many at a time, and so many of them from one address. */
  constructor(concurrent: number, maxPerAddress = Infinity) {
    this.#concurrent = concurrent;
    this.#maxPerAddress = maxPerAddress;
  }

  isFull(): boolean {
    return this.#present >= this.#concurrent;
  }

  takeRoom(): null {
    this.#present++; // the loop asked isFull(), and nobody else takes any
    return null;
  }

  returnRoom(): void {
    this.#present--;
  }

  countIn(hostname: string): boolean {
    if (this.#maxPerAddress === Infinity) return true;
    const present = this.#perAddress.get(hostname) ?? 0;
    if (present >= this.#maxPerAddress) return false;
    this.#perAddress.set(hostname, present + 1);
    return true;
  }

  countOut(hostname: string): void {
    if (this.#maxPerAddress === Infinity) return;
    const present = this.#perAddress.get(hostname)! - 1;
    if (present > 0) this.#perAddress.set(hostname, present);
    else this.#perAddress.delete(hostname);
  }

  takeNumber(): number {
    return ++this.#last;
  }
}
