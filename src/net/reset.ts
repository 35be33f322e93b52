/**
 * Connections that can be reset: a RST alone, without the FIN that close() of a
 * Deno connection sends first.
 *
 * `node:net` can since Deno 2.7. Before, it is one of Deno's own, and is closed: where bytes have
 * come that were not read, the system sends FIN, and then RST. (Those of `node:net` read ahead.)
 * It moves two thirds of the messages of a Deno connection, and a quarter of the bytes in bulk.
 *
 * @module
 */

import type { Address, Conn, Listener, Net } from "./net.ts";
import { wrapped } from "./wrapped.ts";

/** A connection that can be reset. */
export interface ResettableConn extends Conn {
  /**
   * Sends a RST alone and is closed. `false`: this Deno cannot; it was closed, and a RST follows
   * the FIN if bytes were unread.
   */
  reset(): boolean;
}

/** What this file uses of node:net. */
interface NodeNet {
  Socket: { prototype: object };
  connect(options: { host: string; port: number; allowHalfOpen: boolean }): NodeSocket;
  createServer(
    options: { allowHalfOpen: boolean; pauseOnConnect: boolean },
    onConnection: (socket: NodeSocket) => void,
  ): NodeServer;
}

interface NodeSocket extends NodeEvents {
  localAddress: string;
  localPort: number;
  /** Not there: it was reset already. */
  remoteAddress?: string;
  remotePort: number;
  read(): Uint8Array | null;
  readonly readableEnded: boolean;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
  end(done: () => void): void;
  setNoDelay(noDelay: boolean): void;
  setKeepAlive(keepAlive: boolean): void;
  destroy(): void;
  resetAndDestroy(): void;
}

interface NodeServer extends NodeEvents {
  listen(options: { host: string; port: number; backlog?: number }, done: () => void): void;
  address(): { address: string; port: number };
  close(): void;
}

interface NodeEvents {
  on(event: string, listener: (value: never) => void): void;
  once(event: string, listener: (value: never) => void): void;
  off(event: string, listener: (value: never) => void): void;
}

/** `null`: it cannot reset a connection. */
async function loadNodeNet(): Promise<NodeNet | null> {
  // A template: what stands in a plain string is loaded at the start, and node: takes 30 ms.
  const net: NodeNet = await import(`node:${"net"}`);
  return "resetAndDestroy" in net.Socket.prototype ? net : null;
}

/** connect(), to a connection that can be reset. */
export async function connectResettable({ hostname, port }: Address): Promise<ResettableConn> {
  const net = await loadNodeNet();
  if (net === null) return onlyClosable(await Deno.connect({ hostname, port }));
  const socket = net.connect({ host: hostname, port, allowHalfOpen: true });
  await happened(socket, "connect");
  return resettable(socket);
}

/** socket(), bind() and listen(), port 0 takes a free one; every connection of it can be reset. */
export async function listenResettable(
  { hostname, port: wanted, backlog }: Address & { backlog?: number },
): Promise<Omit<Listener, "accept"> & { accept(): Promise<ResettableConn> }> {
  const net = await loadNodeNet();
  if (net === null) {
    const listener = Deno.listen({ hostname, port: wanted });
    return {
      addr: listener.addr as Address,
      accept: async () => onlyClosable(await listener.accept()),
      close: () => listener.close(),
    };
  }
  const came: ResettableConn[] = [];
  let wake = Promise.withResolvers<void>();
  let closed = false;
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    // One that was reset at once has no address any more, and is nobody.
    if (socket.remoteAddress === undefined) return socket.destroy();
    came.push(resettable(socket));
    wake.resolve();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: Error) => reject(asDeno(error)));
    server.listen({ host: hostname, port: wanted, backlog }, resolve);
  });
  const { address, port } = server.address();
  return {
    addr: { hostname: address, port },
    async accept() {
      while (came.length === 0) {
        if (closed) throw new Deno.errors.BadResource("Listener has been closed");
        await wake.promise;
        wake = Promise.withResolvers();
      }
      return came.shift()!;
    },
    close() {
      closed = true;
      server.close();
      came.splice(0).forEach((conn) => conn.close());
      wake.resolve();
    },
  };
}

function happened(emitter: NodeEvents, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.once(event, () => resolve());
    emitter.once("error", (error: Error) => reject(asDeno(error)));
  });
}

/** A connection of Deno's own. Like the others, it may be closed twice. */
function onlyClosable(conn: Deno.TcpConn): ResettableConn {
  let isOpen = true;
  const close = () => {
    if (isOpen) conn.close();
    isOpen = false;
  };
  return {
    localAddr: conn.localAddr as Address,
    remoteAddr: conn.remoteAddr as Address,
    read: (p) => conn.read(p),
    write: (p) => conn.write(p),
    closeWrite: () => conn.closeWrite(),
    close,
    reset() {
      close();
      return false;
    },
  };
}

/** A socket of node:net as a connection like any other. */
function resettable(socket: NodeSocket): ResettableConn {
  const { localAddress, localPort, remoteAddress = "", remotePort } = socket;
  let failure: Error | null = null;
  let ended = false;
  let wake = Promise.withResolvers<void>();
  let rest: Uint8Array = new Uint8Array(0);
  const tell = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  socket.on("readable", tell);
  socket.on("end", () => {
    ended = true;
    tell();
  });
  socket.on("error", (error: Error) => {
    failure = error;
    tell();
  });
  socket.on("close", () => {
    ended = true;
    tell();
  });
  return {
    localAddr: { hostname: localAddress, port: localPort },
    remoteAddr: { hostname: remoteAddress, port: remotePort },
    async read(p) {
      while (rest.length === 0) {
        const piece = socket.read();
        if (piece !== null) rest = piece;
        else if (failure !== null) throw asDeno(failure);
        else if (ended) return null;
        else await wake.promise;
      }
      const n = Math.min(p.length, rest.length);
      p.set(rest.subarray(0, n));
      rest = rest.subarray(n);
      return n;
    },
    write: (p) =>
      new Promise((resolve, reject) => {
        // A copy: the caller may use its array again before the bytes have gone.
        socket.write(p.slice(), (error) => error ? reject(asDeno(error)) : resolve(p.length));
      }),
    closeWrite: () => new Promise((resolve) => socket.end(resolve)),
    setNoDelay: (on = true) => socket.setNoDelay(on),
    setKeepAlive: (on = true) => socket.setKeepAlive(on),
    close: () => socket.destroy(),
    reset() {
      socket.resetAndDestroy();
      return true;
    },
  };
}

/** A connection that was reset before one could do anything with it. */
export function connReset(remoteAddr: Address, error: Error): Conn {
  const fail = () => Promise.reject(error);
  return {
    localAddr: { hostname: remoteAddr.hostname, port: 0 },
    remoteAddr,
    read: fail,
    write: fail,
    closeWrite: fail,
    close() {},
  };
}

/** Can this Deno send a reset and nothing else? */
export async function canReset(): Promise<boolean> {
  return await loadNodeNet() !== null;
}

/**
 * The network with connections that can be reset. It listens at once, since node:net cannot do so
 * while one waits: what that throws, listen() throws.
 */
export async function withResets(
  net: Net,
  at: Address & { backlog?: number },
): Promise<Net> {
  let listener: Listener;
  let failed: { error: unknown } | null = null;
  try {
    listener = await listenResettable(at);
  } catch (error) {
    failed = { error };
  }
  return wrapped(net, {
    connect: connectResettable,
    listen() {
      if (failed !== null) throw failed.error;
      return listener;
    },
  });
}

/** What Deno's own connections throw for it, by the code of node:net. */
const CLASSES: Record<string, new (message: string) => Error> = {
  EACCES: Deno.errors.PermissionDenied,
  EADDRINUSE: Deno.errors.AddrInUse,
  EADDRNOTAVAIL: Deno.errors.AddrNotAvailable,
  ECONNABORTED: Deno.errors.ConnectionAborted,
  ECONNREFUSED: Deno.errors.ConnectionRefused,
  ECONNRESET: Deno.errors.ConnectionReset,
  ENETUNREACH: Deno.errors.NetworkUnreachable,
  EPIPE: Deno.errors.BrokenPipe,
  ETIMEDOUT: Deno.errors.TimedOut,
};

function asDeno(error: Error): Error {
  const { code = "" } = error as Error & { code?: string };
  return code in CLASSES ? new CLASSES[code](error.message) : error;
}
