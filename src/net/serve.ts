/**
 * The accept loop, one for all servers. An iterative server is a concurrent one
 * with room for one: while there is no room it does not call accept(), and the
 * others wait in the listen queue, as the chapter says (4.2.2, 4.3.1).
 *
 * One client's fault is that client's end, never the server's.
 *
 * @module
 */

import { BufferPool, Client, type Shared } from "./served_client.ts";
import type { Admission, Observer, Refusal, Served, ServeOptions } from "./service.ts";
import type { Conn, Listener } from "./net.ts";
import { oneOfFew, oneOfMany, type SilenceTimer, startLimit } from "./silence.ts";
import type { SharedTurns } from "./turns.ts";

/** How long a failing accept() is waited out: descriptors may come free. */
const ACCEPT_PAUSE_MS = 100;
/** A failure that comes back within this time is the same one still. */
const SAME_FAILURE_MS = 10_000;
const GRACE_MS = 5000;
const KEEP_ALIVE_AFTER_MS = 60_000;
/** So many at a time: each takes some microseconds, and others wait meanwhile. */
const KEPT_ALIVE_AT_A_TIME = 200;
/**
 * So many clients are accepted at a time before the event loop looks around. While
 * clients wait in the queue accept() returns at once, and Deno goes on with it before
 * it asks the system who else is ready: four that came and went in a loop kept
 * another waiting for half a second, and thousands of them were not closed yet. Where
 * as many leave as come (a busy server) the loop looks around anyway, and none of
 * this is paid for: with 32, which come and go 32 at a time, would be counted as such
 * a loop, and a third fewer of them were served.
 */
const MOST_AHEAD = 64;

/**
 * Accepts clients and lets `handle` serve each, until `clients` are served or
 * `stop` aborts. Closes every connection when its `handle` is done, and the
 * listener at the end.
 *
 * @throws What `handle` throws that is no fault of its client, and what the
 * observer throws. All is closed then.
 */
export async function serve(
  listener: Listener,
  handle: (client: Client) => Promise<void>,
  options: ServeOptions = {},
): Promise<Served> {
  const { concurrent = 1 } = options;
  let { turns } = options;
  try {
    if (turns === undefined) turns = await loadTurns(concurrent);
  } catch (error) {
    listener.close();
    throw error;
  }
  return await new AcceptLoop(listener, handle, { ...options, turns }).run();
}

/**
 * The turns of a server that reads from at most so many; `null`: who reads from one has none.
 * To be called before listen(), as code can no longer be loaded once clients have taken
 * the last descriptor.
 */
export async function loadTurns(concurrent: number): Promise<SharedTurns | null> {
  if (concurrent === 1) return null;
  // A template: see main.ts.
  const { SharedTurns } = await import(`./${""}turns.ts`) as typeof import("./turns.ts");
  return new SharedTurns();
}

class AcceptLoop {
  readonly #listener: Listener;
  readonly #handle: (client: Client) => Promise<void>;
  readonly #options: ServeOptions;
  readonly #observer: Observer;
  readonly #served: Served = { clients: 0, refused: 0, faults: 0, bytesRead: 0, bytesWritten: 0 };
  readonly #present = new Set<Client>();
  readonly #admission: Admission;
  readonly #shared: Shared;
  #open = true;
  #change: PromiseWithResolvers<void> | null = null; // what the loop waits for, if it waits
  #failure: { error: unknown } | null = null; // the server's own
  #told = { name: "", atMs: -Infinity }; // the last failure of accept()
  #grace: SilenceTimer | undefined;
  #ahead = 0; // so many calls of accept() more than clients closed, since the last look around
  #stopKeepingAlive = () => {};

  constructor(
    listener: Listener,
    handle: (client: Client) => Promise<void>,
    options: ServeOptions & { turns: SharedTurns | null },
  ) {
    this.#listener = listener;
    this.#handle = handle;
    this.#options = options;
    this.#observer = options.observer ?? {};
    const { admission, concurrent = 1, maxPerAddress } = options;
    this.#admission = admission ?? new OwnAdmission(concurrent, maxPerAddress);
    this.#shared = { buffers: new BufferPool(), turns: options.turns };
  }

  async run(): Promise<Served> {
    const { stop, enough } = this.#options;
    const onStop = () => this.#stop();
    if (stop?.aborted) onStop();
    else stop?.addEventListener("abort", onStop, { once: true });
    const onEnough = () => {
      this.#closeListener();
      this.#wake();
    };
    if (enough?.aborted) onEnough();
    else enough?.addEventListener("abort", onEnough, { once: true });

    this.#keepAlive();
    await this.#acceptClients();
    while (this.#present.size > 0) await this.#nextChange();
    this.#closeListener();
    this.#stopKeepingAlive();
    this.#grace?.stop();
    stop?.removeEventListener("abort", onStop);
    enough?.removeEventListener("abort", onEnough);
    if (this.#failure !== null) throw this.#failure.error;
    return this.#served;
  }

  /** Until there were enough, or the listener is closed. */
  async #acceptClients(): Promise<void> {
    const { clients = Infinity } = this.#options;
    const admission = this.#admission;
    while (this.#open && this.#served.clients < clients) {
      if (admission.isFull()) {
        await this.#nextChange();
        continue;
      }
      const conn = await this.#accept();
      if (conn === null) break;
      const { hostname } = conn.remoteAddr;
      if (this.#options.isAllowed?.(hostname) === false) {
        await this.#refuse(conn, "not-allowed");
        continue;
      }
      const room = admission.takeRoom();
      if (room !== null && !await this.#has(room)) {
        conn.close();
        break;
      }
      if (!admission.countIn(hostname)) {
        admission.returnRoom();
        await this.#refuse(conn, "max-per-address");
        continue;
      }
      const number = admission.takeNumber();
      if (number === null) {
        conn.close();
        break;
      }
      this.#served.clients++;
      // Not awaited: while there is room, the next accept() comes first.
      this.#attend(conn, number);
    }
  }

  /** From time to time, keepAlive() for those who stay. A short visit costs nothing so. */
  #keepAlive(): void {
    const { keepAliveAfterMs = KEEP_ALIVE_AFTER_MS } = this.#options;
    this.#stopKeepingAlive = oneOfFew(keepAliveAfterMs, () => {
      let left = KEPT_ALIVE_AT_A_TIME;
      for (const client of this.#present) {
        if (client.isKeptAlive || client.durationMs < keepAliveAfterMs) continue;
        if (left-- === 0) break;
        client.keepAlive();
      }
      this.#keepAlive();
    });
  }

  /** From its accept() to its close(). Never rejects. */
  async #attend(conn: Conn, number: number): Promise<void> {
    const client = new Client(conn, {
      number,
      limits: this.#options,
      shared: this.#shared,
      onClosed: this.#onClosed,
    });
    this.#present.add(client);
    try {
      await this.#observer.connected?.(client);
      await this.#handle(client);
    } catch (error) {
      if (client.fault === null) {
        client.end ??= "stopped"; // by us: it did not get all that it was to get
        this.#fail(error);
      }
    }
    client.release();
    client.close();
  }

  /**
   * A client's connection is closed: as a rule by the end of #attend; or before,
   * by its time limit. What is under way for it then need not end: a write() to
   * a client that takes nothing goes on after close() in Deno before 2.9.5, and a
   * read() in 2.8.3. The server does not wait for that.
   */
  readonly #onClosed = async (client: Client): Promise<void> => {
    // At once: whoever sees its end and comes again finds its place free.
    this.#admission.countOut(client.remote.hostname);
    if (client.fault !== null) this.#served.faults++;
    this.#served.bytesRead += client.bytesRead;
    this.#served.bytesWritten += client.bytesWritten;
    await this.#guard(() => this.#observer.closed?.(client));
    this.#present.delete(client);
    if (this.#ahead > 0) this.#ahead--;
    this.#admission.returnRoom();
    this.#wake();
  };

  /** accept() until it succeeds; `null` when the listener is closed. */
  async #accept(): Promise<Conn | null> {
    while (this.#open) {
      if (this.#ahead++ >= MOST_AHEAD) {
        this.#ahead = 0;
        // A timer: with a task or a microtask the system would not be asked who is ready.
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (!this.#open) break;
      }
      try {
        return await this.#listener.accept();
      } catch (error) {
        if (!this.#open || error instanceof Deno.errors.BadResource) break;
        await this.#guard(() => this.#tell(error));
        // A client that was gone before accept() is nobody's shortage. Anything
        // else (no more file descriptors) would fail again at once: wait it out,
        // or until a client leaves.
        const gone = error instanceof Deno.errors.NotConnected ||
          error instanceof Deno.errors.ConnectionReset ||
          error instanceof Deno.errors.ConnectionAborted;
        if (gone) continue;
        const timer = setTimeout(() => this.#wake(), ACCEPT_PAUSE_MS);
        await this.#nextChange();
        clearTimeout(timer);
      }
    }
    return null;
  }

  /** Tells a failure of accept(), unless it is the one that was told and still lasts. */
  #tell(error: unknown): void | Promise<void> {
    const name = error instanceof Error ? `${error.name} ${error.message}` : String(error);
    const atMs = performance.now();
    const lasts = name === this.#told.name && atMs < this.#told.atMs + SAME_FAILURE_MS;
    this.#told = { name, atMs };
    if (!lasts) return this.#observer.acceptFailed?.(error);
  }

  /** Waits for the room of a client that was accepted; `false` if all is to end first. */
  async #has(room: Promise<void>): Promise<boolean> {
    let has = false;
    room.then(() => {
      has = true;
      this.#wake();
    });
    while (!has && this.#open) await this.#nextChange();
    return this.#open;
  }

  async #refuse(conn: Conn, refusal: Refusal): Promise<void> {
    const remote = conn.remoteAddr;
    conn.close();
    this.#served.refused++;
    await this.#guard(() => this.#observer.refused?.(remote, refusal));
  }

  /** Whatever this throws is the server's own failure. */
  async #guard(told: () => void | Promise<void>): Promise<void> {
    try {
      await told();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop();
  }

  /** No more clients; those present may finish. */
  #stop(): void {
    this.#closeListener();
    this.#wake();
    const hangUp = () => this.#present.forEach((client) => client.hangUp("stopped"));
    this.#grace ??= startLimit(this.#options.graceMs ?? GRACE_MS, hangUp, {
      startTimer: oneOfMany,
    });
  }

  #closeListener(): void {
    if (this.#open) this.#listener.close(); // wakes a waiting accept()
    this.#open = false;
  }

  /** Somebody leaves, or all is to end. */
  #nextChange(): Promise<void> {
    this.#change ??= Promise.withResolvers();
    return this.#change.promise;
  }

  /** The loop looks around. */
  #wake(): void {
    this.#change?.resolve();
    this.#change = null;
  }
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
