/**
 * The sockets of a case under way: each call is told, and nothing stays open at its end.
 *
 * @module
 */

import type { Address, Conn, Listener, Net } from "../net/net.ts";
import {
  connectResettable,
  connReset,
  listenResettable,
  type ResettableConn,
} from "../net/reset.ts";
import { type Call, traced } from "../net/trace.ts";
import { wrapped } from "../net/wrapped.ts";

/** The address of all trials: numeric, since most programs of readers refuse `localhost`. */
export const LOOPBACK = "127.0.0.1";

/** A connection of a trial. */
export interface TrialConn extends Conn {
  /** Sends a RST alone where Deno can (2.7 and later), else closes. `false`: it was closed. */
  reset(): boolean;
}

/** A listening socket of a trial. */
export type TrialListener = Omit<Listener, "accept"> & { accept(): Promise<TrialConn> };

/** What a {@linkcode TrialNet} needs of its case. */
interface Around {
  /** Is told every call. */
  onCall(call: Call): void;
  /** Is told that a connection was reset, which is no call. */
  onReset(): void;
  /** What the promise gives, or `null` if that takes longer than the patience. */
  patiently<T>(promise: Promise<T>): Promise<T | null>;
}

/** The network of one case. */
export class TrialNet {
  readonly #net: Net;
  readonly #around: Around;
  readonly #open = new Set<{ close(): void }>();
  #ended = false;

  constructor(net: Net, around: Around) {
    this.#net = net;
    this.#around = around;
  }

  /** connect(). Rejects with what it throws, TimedOut if it takes longer than the patience. */
  async connect(
    at: Address,
    { resettable = false }: { resettable?: boolean } = {},
  ): Promise<TrialConn> {
    let raw: Conn | ResettableConn | undefined;
    const net = this.#traced({
      listen: (options) => this.#net.listen(options),
      connect: async (options) =>
        raw = await (resettable ? connectResettable(options) : this.#net.connect(options)),
    });
    const connecting = net.connect(at).catch((error) => {
      // A server that resets at once does so before Deno has asked for the address of the other side.
      const isReset = error instanceof Deno.errors.NotConnected ||
        error instanceof Deno.errors.ConnectionReset;
      if (isReset) return raw = connReset(at, error);
      throw error;
    });
    const conn = await this.#around.patiently(connecting);
    if (conn === null) {
      connecting.then((late) => late.close(), () => {});
      throw new Deno.errors.TimedOut("Cannot connect in time");
    }
    return this.#withReset(conn, raw!);
  }

  /** Listens for a client: on a free port, unless one is given. */
  async listen(
    { resettable = false, port = 0 }: { resettable?: boolean; port?: number } = {},
  ): Promise<TrialListener> {
    const inner: Listener = resettable
      ? await listenResettable({ hostname: LOOPBACK, port })
      : this.#net.listen({ hostname: LOOPBACK, port, tcpBacklog: 128 });
    const raw = new Map<number, Conn>();
    const listener = this.#traced({
      connect: (options) => this.#net.connect(options),
      listen: () => ({
        addr: inner.addr,
        close: () => inner.close(),
        async accept() {
          const conn = await inner.accept();
          raw.set(conn.remoteAddr.port, conn);
          return conn;
        },
      }),
    }).listen({ hostname: LOOPBACK, port });
    return {
      addr: listener.addr,
      close: () => listener.close(),
      accept: async () => {
        const conn = await listener.accept();
        return this.#withReset(conn, raw.get(conn.remoteAddr.port)!);
      },
    };
  }

  /** Closes what opens from now on, and tells nothing more. */
  end(): void {
    this.#ended = true;
  }

  /** Closes what is open, untold. */
  closeAll(): void {
    for (const one of [...this.#open]) this.#close(one);
  }

  #withReset(conn: Conn, raw: Conn | ResettableConn): TrialConn {
    const close = conn.close.bind(conn);
    return Object.assign(conn, {
      // Who reads it may close it, and who writes: it is told once.
      close: () => {
        if (this.#open.has(raw)) close();
      },
      reset: () => {
        const isReset = raw.reset?.() ?? false;
        if (!isReset) conn.close();
        else this.#around.onReset();
        this.#open.delete(raw);
        return isReset;
      },
    });
  }

  /** A network that notes every call, and whose sockets are closed at the end. */
  #traced(net: Net): Net {
    const keep = <T extends { close(): void }>(socket: T): () => void => {
      this.#open.add(socket);
      if (this.#ended) this.#close(socket); // it came too late
      return () => this.#close(socket);
    };
    const closing = wrapped(net, {
      conn: (conn) => ({ close: keep(conn) }),
      listener: (listener) => ({ close: keep(listener) }),
    });
    return traced(closing, (call) => {
      if (!this.#ended) this.#around.onCall(call);
    });
  }

  #close(socket: { close(): void }): void {
    if (this.#open.delete(socket)) socket.close();
  }
}
