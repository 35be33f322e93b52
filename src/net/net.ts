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
  /** The IP address, `127.0.0.1` or `::1`. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** A connected socket. `Deno.TcpConn` is one. */
export interface Conn extends Reader, Writer {
  /** getsockname(): this end. */
  readonly localAddr: Address;
  /** getpeername(): the other end. */
  readonly remoteAddr: Address;
  /** shutdown(SHUT_WR): the other side reads to its end; this one can still read. */
  closeWrite(): Promise<void>;
  /** SO_KEEPALIVE: may the system ask now and then whether the other side is still there? */
  setKeepAlive?(keepAlive?: boolean): void;
  /** TCP_NODELAY: may a small write go at once, also while the one before is not acknowledged? */
  setNoDelay?(noDelay?: boolean): void;
  /**
   * A reset, and nothing else: the other side learns at once that all is over. `false`, or not
   * there: this connection cannot; close() is then the best that can be had.
   */
  reset?(): boolean;
  /** close(). A read under way rejects. */
  close(): void;
}

/** A listening socket. `Deno.TcpListener` is one. */
export interface Listener {
  /** getsockname(): where it listens. */
  readonly addr: Address;
  /** The first connection in the queue, or the next one to come. */
  accept(): Promise<Conn>;
  /** close(). An accept under way rejects with `Deno.errors.BadResource`. */
  close(): void;
}

/** What {@linkcode Net.listen} is given. */
export interface ListenOptions {
  /** The address to bind: `127.0.0.1`, or `0.0.0.0` for all (INADDR_ANY). */
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
  /** An address or a name. */
  hostname: string;
  /** The port of the server, 1 to 65535. */
  port: number;
}

/** A network. */
export interface Net {
  /** socket(), bind() and listen(). Throws where they fail, as `Deno.listen` does. */
  listen(options: ListenOptions): Listener;
  /** socket() and connect(). Rejects where they fail, as `Deno.connect` does. */
  connect(options: ConnectOptions): Promise<Conn>;
  /** The addresses of a name, of one kind. For a connect() that tries only the first of them. */
  resolveDns?(
    name: string,
    kind: "A" | "AAAA",
    options?: { signal?: AbortSignal },
  ): Promise<string[]>;
}

/** Which way bytes go. */
export type Direction = "to-server" | "to-client";

/**
 * Lets each write go at once: Nagle's rule holds a small one back until the one before is
 * acknowledged, and pieces that are to arrive apart arrive as one.
 */
export function sendAtOnce(conn: Conn): void {
  try {
    conn.setNoDelay?.(true);
  } catch {
    // It is gone already, and its read() says so.
  }
}

/** `127.0.0.1:9190`, or `[::1]:9190` where the address has colons itself. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** `1 byte`, `12 bytes`. */
export function formatBytes(n: number): string {
  return n === 1 ? "1 byte" : `${n} bytes`;
}

/** Could a name not be resolved? That has no class of its own, and a code (ENOENT) on Windows alone. */
export function isLookupError(error: unknown): boolean {
  if (error instanceof URIError) return true;
  if (!(error instanceof Error) || error.constructor !== Error) return false;
  return !("code" in error) || error.code === "ENOENT";
}
