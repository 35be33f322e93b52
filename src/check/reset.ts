/**
 * Connections that can be reset: a RST alone, without the FIN that close() of a
 * Deno connection sends first.
 *
 * `node:net` can since Deno 2.7. Before, the connection is closed with bytes
 * unread, where there are any: the system sends FIN, and then RST.
 *
 * @module
 */

import type { Address, Conn, Listener } from "../net/net.ts";

/** A connection that can be reset. */
export interface ResettableConn extends Conn {
  /** Sends a RST and is closed. `false`: this Deno cannot; it was closed in the usual way. */
  reset(): boolean;
}

/** What this file uses of node:net. */
interface NodeNet {
  connect(options: { host: string; port: number; allowHalfOpen: boolean }): NodeSocket;
  createServer(
    options: { allowHalfOpen: boolean; pauseOnConnect: boolean },
    onConnection: (socket: NodeSocket) => void,
  ): NodeServer;
}

interface NodeSocket extends NodeEvents {
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  read(): Uint8Array | null;
  readonly readableEnded: boolean;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
  end(done: () => void): void;
  destroy(): void;
  resetAndDestroy?(): void;
}

interface NodeServer extends NodeEvents {
  listen(options: { host: string; port: number }, done: () => void): void;
  address(): { address: string; port: number };
  close(): void;
}

interface NodeEvents {
  on(event: string, listener: (value: never) => void): void;
  once(event: string, listener: (value: never) => void): void;
  off(event: string, listener: (value: never) => void): void;
}

function loadNodeNet(): Promise<NodeNet> {
  // A template: what stands in a plain string is loaded at the start, and node: takes 30 ms.
  return import(`node:${"net"}`);
}

/** connect(), to a connection that can be reset. */
export async function connectResettable({ hostname, port }: Address): Promise<ResettableConn> {
  const net = await loadNodeNet();
  const socket = net.connect({ host: hostname, port, allowHalfOpen: true });
  await happened(socket, "connect");
  return resettable(socket);
}

/** socket(), bind() and listen(), port 0 takes a free one; every connection of it can be reset. */
export async function listenResettable({ hostname, port: wanted }: Address): Promise<
  Omit<Listener, "accept"> & { accept(): Promise<ResettableConn> }
> {
  const net = await loadNodeNet();
  const came: ResettableConn[] = [];
  let wake = Promise.withResolvers<void>();
  let closed = false;
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    came.push(resettable(socket));
    wake.resolve();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: hostname, port: wanted }, resolve);
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
    emitter.once("error", reject);
  });
}

/** A socket of node:net as a connection like any other. */
function resettable(socket: NodeSocket): ResettableConn {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
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
    close: () => socket.destroy(),
    reset() {
      if (socket.resetAndDestroy === undefined) {
        socket.destroy();
        return false;
      }
      socket.resetAndDestroy();
      return true;
    },
  };
}

/** What Deno's own connections throw for it. */
function asDeno(error: Error): Error {
  const { code } = error as Error & { code?: string };
  if (code === "ECONNRESET") return new Deno.errors.ConnectionReset(error.message);
  if (code === "EPIPE") return new Deno.errors.BrokenPipe(error.message);
  if (code === "ECONNREFUSED") return new Deno.errors.ConnectionRefused(error.message);
  return error;
}
