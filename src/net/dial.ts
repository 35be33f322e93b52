/**
 * connect(), with a time limit and with patience for a server that is not up yet.
 *
 * @module
 */

import { type Conn, type ConnectOptions, isLookupError, type Net } from "./net.ts";
import { oneOfFew, oneOfMany, Patience, SilenceError } from "./silence.ts";

/** What {@linkcode dial} is given. */
export interface DialOptions extends ConnectOptions {
  /** Give up after so many milliseconds, all tries together. Default: never. */
  timeoutMs?: number;
  /** Keep trying while the server may yet come up: see {@linkcode mayComeUp}. */
  wait?: boolean;
  /** Gives up when it is aborted. */
  signal?: AbortSignal;
  /** Called once, when the first try failed and `wait` goes on: with what it threw. */
  onWait?(error: unknown): void;
}

/** How long `wait` lets pass between two tries. */
const RETRY_MS = 100;
/** The same for a name that does not resolve: its DNS server is others' too. */
const LOOKUP_RETRY_MS = 1000;
/** A connection to itself is full of so many bytes, at the latest: 64 MiB. As a rule 4 MiB are. */
const FILL_SIZE = 1024 * 1024;
const MOST_FILLS = 64;
/** A write to ourselves takes microseconds: one that lasts so long, in milliseconds, never ends. */
const FULL_MS = 200;
/** How long to look for the other addresses of a name. */
const RESOLVE_MS = 1000;

/**
 * connect(). Tries all addresses of a name.
 *
 * @throws {Deno.errors.TimedOut} When the time is over; its cause is what the
 * last try threw, if one had ended.
 * @throws The reason of `signal`, when it is aborted.
 * @throws What `net.connect` throws; with `wait` only what waiting cannot help.
 */
export async function dial(net: Net, options: DialOptions): Promise<Conn> {
  const { timeoutMs = Infinity, signal } = options;
  signal?.throwIfAborted();
  const dialing = new Dialing(net, options);
  const connecting = dialing.connect();
  if (timeoutMs === Infinity && signal === undefined) return await connecting;
  const patience = new Patience(timeoutMs);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  try {
    return await patience.wait(Promise.race([connecting, aborted.promise]));
  } catch (error) {
    if (!(error instanceof SilenceError) && !signal?.aborted) throw error;
    dialing.giveUp();
    // It may still succeed, for nobody.
    connecting.then((conn) => conn.close(), () => {});
    signal?.throwIfAborted();
    const tooLong = new Deno.errors.TimedOut("connect() took too long");
    tooLong.cause = dialing.lastError; // Deno 2.4's constructor takes none
    throw tooLong;
  } finally {
    patience.stop();
    signal?.removeEventListener("abort", abort);
  }
}

/** The tries of one dial(). */
class Dialing {
  readonly #net: Net;
  readonly #options: DialOptions;
  #givenUp = false;
  #endPause = () => {};
  /** What the last try threw. */
  lastError: unknown;

  constructor(net: Net, options: DialOptions) {
    this.#net = net;
    this.#options = options;
  }

  /** Tries until it is connected, or must not go on. */
  async connect(): Promise<Conn> {
    const { hostname, port, wait = false, onWait } = this.#options;
    for (let tries = 1;; tries++) {
      try {
        return await this.#connectToAny({ hostname, port });
      } catch (error) {
        if (!wait || this.#givenUp || !mayComeUp(error)) throw error;
        if (tries === 1) onWait?.(error);
        this.lastError = error;
        const ms = isLookupError(error) ? LOOKUP_RETRY_MS : RETRY_MS;
        await new Promise<void>((resolve) => this.#endPause = oneOfMany(ms, resolve));
      }
    }
  }

  /** No more tries. */
  giveUp(): void {
    this.#givenUp = true;
    this.#endPause();
  }

  /** Deno 2.9 tries all addresses of a name in turn, 2.4 the first one: then the others here. */
  async #connectToAny(to: ConnectOptions): Promise<Conn> {
    try {
      return await connectToOther(this.#net, to);
    } catch (error) {
      if (this.#givenUp || isLookupError(error)) throw error;
      for (const hostname of await otherAddresses(this.#net, to.hostname)) {
        if (this.#givenUp) break;
        try {
          return await connectToOther(this.#net, { ...to, hostname });
        } catch {
          // The first one's error is told: it is that of the address a user would try.
        }
      }
      throw error;
    }
  }
}

/**
 * connect(), but never to ourselves. TCP connects a socket to itself when nobody
 * listens and the kernel happens to choose for it the very port that it calls
 * (a simultaneous open). To us that is nobody: a refusal.
 *
 * @throws What `net.connect` throws.
 */
async function connectToOther(net: Net, to: ConnectOptions): Promise<Conn> {
  const conn = await net.connect(to);
  const { localAddr, remoteAddr } = conn;
  if (localAddr.port !== remoteAddr.port || localAddr.hostname !== remoteAddr.hostname) return conn;
  await closeItself(conn);
  throw new Deno.errors.ConnectionRefused("Nobody listens there: connected to itself");
}

/**
 * close() of a connection to itself, with a reset. Closed in order, it would stay in
 * TIME_WAIT, and keep its port from the server that is waited for: for a minute, and
 * then the next try might be one, too. Linux resets at a close() with bytes unread if
 * the FIN has not gone before; so here it queues up behind more than there is room for.
 */
async function closeItself(conn: Conn): Promise<void> {
  if (Deno.build.os === "linux") {
    const bytes = new Uint8Array(FILL_SIZE);
    // One that is full when a write ends takes nothing of the next one, ever.
    const full = Promise.withResolvers<number>();
    const stopTimer = oneOfFew(FULL_MS, () => full.resolve(0));
    const fill = () => Promise.race([conn.write(bytes), full.promise]);
    for (let i = 0; i < MOST_FILLS && await fill().catch(() => 0) === FILL_SIZE; i++);
    stopTimer();
  }
  conn.close();
}

/**
 * Will it help to wait? A server that is not started yet refuses, or its machine
 * cannot be reached, or has no name. What the user or Deno forbids stays so.
 */
function mayComeUp(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.NetworkUnreachable ||
    error instanceof Deno.errors.TimedOut || // by the system, after minutes
    (error as { code?: string }).code === "EHOSTUNREACH" || // has no class of its own
    isLookupError(error) && !(error instanceof URIError); // that can never be a name
}

async function otherAddresses(net: Net, name: string): Promise<string[]> {
  const isAddress = /^[0-9.]+$|:/.test(name);
  if (isAddress || net.resolveDns === undefined || !triesFirstAddressOnly(Deno.version.deno)) {
    return [];
  }
  const signal = AbortSignal.timeout(RESOLVE_MS);
  const found = await Promise.allSettled([
    net.resolveDns(name, "A", { signal }),
    net.resolveDns(name, "AAAA", { signal }),
  ]);
  return found.flatMap((result) => result.status === "fulfilled" ? result.value : []);
}

function triesFirstAddressOnly(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 2 && minor < 9;
}
