/**
 * The seam between the programs and the network. `Deno` itself is a `Net`;
 * `traced(net)` is one that tells every call, `chopped(net, n)` one that cuts
 * every read and write short. Programs take the one they are given.
 *
 * On Linux `Deno.listen` is socket(), setsockopt(SO_REUSEADDR), bind() and
 * listen(); `Deno.connect` is socket() and connect(); accept() is called when
 * it is awaited, never before. So comments that name the C calls are true.
 *
 * @module
 */

import type { Reader, Writer } from "../framing.ts";

/** One end of a connection: an IP address in text form and a port. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** A connected socket. `Deno.TcpConn` is one. */
export interface Conn extends Reader, Writer {
  readonly localAddr: Address;
  readonly remoteAddr: Address;
  /** shutdown(SHUT_WR): the other side reads to its end; this one can still read. */
  closeWrite(): Promise<void>;
  /** SO_KEEPALIVE: may the system ask now and then whether the other side is still there? */
  setKeepAlive?(keepAlive?: boolean): void;
  /** close(). A read under way rejects. */
  close(): void;
}

/** A listening socket. `Deno.TcpListener` is one. */
export interface Listener {
  readonly addr: Address;
  /** The first connection in the queue, or the next one to come. */
  accept(): Promise<Conn>;
  /** close(). An accept under way rejects with `Deno.errors.BadResource`. */
  close(): void;
}

/** What {@linkcode Net.listen} is given. */
export interface ListenOptions {
  hostname: string;
  /** 0 takes a free one; `listener.addr.port` tells which. */
  port: number;
  /** The second argument of listen(). Deno before 2.5 ignores it and takes 128. */
  tcpBacklog?: number;
  /** Share the port with others that say so too (Linux, Deno's --unstable-net). */
  reusePort?: boolean;
}

/** What {@linkcode Net.connect} is given. */
export interface ConnectOptions {
  hostname: string;
  port: number;
}

/** A network. */
export interface Net {
  listen(options: ListenOptions): Listener;
  connect(options: ConnectOptions): Promise<Conn>;
  /** The addresses of a name, of one kind. For a connect() that tries only the first of them. */
  resolveDns?(
    name: string,
    kind: "A" | "AAAA",
    options?: { signal?: AbortSignal },
  ): Promise<string[]>;
}

/** `127.0.0.1:9190`, or `[::1]:9190` where the address has colons itself. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** `1 byte`, `12 bytes`. */
export function formatBytes(n: number): string {
  return n === 1 ? "1 byte" : `${n} bytes`;
}

/** What {@linkcode dial} is given. */
export interface DialOptions extends ConnectOptions {
  /** Give up after so many milliseconds, all tries together. Default: never. */
  timeoutMs?: number;
  /** Keep trying while nobody listens there. */
  wait?: boolean;
  /** Called once, when the first try was refused and `wait` goes on. */
  onWait?(): void;
}

/** How long `wait` lets pass between two tries. */
const RETRY_MS = 100;
/** How long to look for the other addresses of a name. */
const RESOLVE_MS = 1000;

/**
 * connect(), with a time limit and with patience for a server that is not up
 * yet. Tries all addresses of a name.
 *
 * @throws {Deno.errors.TimedOut} When the time is over.
 * @throws What `net.connect` throws; a refusal only without `wait`.
 */
export async function dial(net: Net, options: DialOptions): Promise<Conn> {
  const { hostname, port, timeoutMs = Infinity, wait = false, onWait } = options;
  const deadline = performance.now() + timeoutMs;
  for (let tries = 1;; tries++) {
    try {
      return await connectToAny(deadline, net, { hostname, port });
    } catch (error) {
      if (!wait || !(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
    if (tries === 1) onWait?.();
    const left = deadline - performance.now();
    if (left <= 0) throw new Deno.errors.TimedOut("connect() took too long");
    await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MS, left)));
  }
}

/** Deno 2.9 tries all addresses of a name in turn, 2.4 the first one: then the others here. */
async function connectToAny(deadline: number, net: Net, to: ConnectOptions): Promise<Conn> {
  try {
    return await connectBefore(deadline, net, to);
  } catch (error) {
    if (isLookupError(error)) throw error;
    for (const hostname of await otherAddresses(net, to.hostname)) {
      try {
        return await connectBefore(deadline, net, { ...to, hostname });
      } catch {
        // The first one's error is told: it is that of the address a user would try.
      }
    }
    throw error;
  }
}

/** Could a name not be resolved? That has no class of its own and no code but, on Windows, ENOENT. */
export function isLookupError(error: unknown): boolean {
  if (error instanceof URIError) return true;
  if (!(error instanceof Error) || error.constructor !== Error) return false;
  return !("code" in error) || error.code === "ENOENT";
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

async function connectBefore(deadline: number, net: Net, to: ConnectOptions): Promise<Conn> {
  const connecting = net.connect(to);
  if (deadline === Infinity) return await connecting;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const timeOut = () => reject(new Deno.errors.TimedOut("connect() took too long"));
    timer = setTimeout(timeOut, Math.max(0, deadline - performance.now()));
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    // It may still succeed, for nobody.
    connecting.then((conn) => conn.close(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Calls `call` after `ms` milliseconds; what it returns calls that off. */
export type StartTimer = (ms: number, call: () => void) => () => void;

/** A timer for clients by the thousand. */
export const oneOfMany: StartTimer = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

/**
 * A timer for a program that ends soon: it keeps no program from ending, and is
 * there at once, where the first setTimeout() of Deno 2.9 takes 4 ms. But it
 * stays in memory until its time, called off or not.
 */
export const oneOfFew: StartTimer = (ms, call) => {
  const signal = AbortSignal.timeout(ms);
  signal.onabort = call;
  return () => signal.onabort = null;
};

/**
 * Tells when nothing has happened for a while. Made for calls in a hot loop:
 * `touch` only notes the time, and one timer looks at the note.
 */
export class SilenceTimer {
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  readonly #startTimer: StartTimer;
  #last = Infinity; // Infinity: paused
  #stopTimer: (() => void) | null = null;
  /** Has a silence been too long? */
  fired = false;

  /** Will call `onSilence` once, `limitMs` after the last touch. Begins paused. */
  constructor(limitMs: number, onSilence: () => void, startTimer: StartTimer = oneOfFew) {
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.#startTimer = startTimer;
  }

  /** Something happened: the silence begins anew. */
  touch(): void {
    if (this.#limitMs === Infinity) return;
    this.#last = performance.now();
    if (this.#stopTimer === null) this.#arm(this.#limitMs);
  }

  /** Nothing is expected, until the next touch. */
  pause(): void {
    this.#last = Infinity;
  }

  /** Ends the watch. */
  stop(): void {
    this.#stopTimer?.();
  }

  #arm(ms: number): void {
    this.#stopTimer = this.#startTimer(ms, () => {
      const left = this.#last + this.#limitMs - performance.now();
      if (left > 0.5) return this.#arm(Math.min(left, this.#limitMs));
      this.fired = true;
      this.#onSilence();
    });
  }
}

/** trace.ts, loaded only when it is asked for. */
export function loadTrace(): Promise<typeof import("./trace.ts")> {
  // A template: see main.ts.
  return import(`./${""}trace.ts`);
}
