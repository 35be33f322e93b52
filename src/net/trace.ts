/**
 * Tells every call that reaches the network, by the name it has in the chapter.
 *
 * @module
 */

import {
  type Conn,
  type Direction,
  formatAddress,
  formatBytes,
  type Listener,
  type Net,
} from "./net.ts";
import { wrapped } from "./wrapped.ts";

/** One call, told when it returned. */
export interface Call {
  /** The C function: `accept`. */
  name:
    | "socket"
    | "bind"
    | "listen"
    | "accept"
    | "connect"
    | "read"
    | "write"
    | "shutdown"
    | "close";
  /** Its arguments as one reads them: an address, a number of bytes. May be empty. */
  args: string;
  /** What it gave: an address, a number of bytes, an error. May be empty. */
  result: string;
  /** The bytes that a read or a write moved. */
  bytes: number;
  /** The other side of the connection; empty for the listening socket. */
  peer: string;
  /**
   * The connection that it was a call on, by the address of its client, which names it on both
   * sides; empty where there is none yet (socket, bind, listen, accept, connect).
   */
  on: string;
  /** Which way a read or a write moves bytes. */
  direction?: Direction;
  /** When it returned, in microseconds since the trace began. */
  atUs: number;
}

/** The result of an accept() that has just been called: it may take long. */
export const WAITS = "waits";

/** `write(12 bytes) = 12 bytes`. */
export function formatCall({ name, args, result }: Call): string {
  if (result === "") return `${name}(${args})`;
  return result === WAITS ? `${name}(${args}) ${WAITS}` : `${name}(${args}) = ${result}`;
}

/**
 * A Net that tells every call to `onCall`, in order, and the bytes that it moved: they are
 * valid until `onCall` returns. The trace begins now, or began at `sinceMs` of
 * performance.now(): threads have one beginning.
 */
export function traced(
  net: Net,
  onCall: (call: Call, bytes: Uint8Array) => void,
  { sinceMs = performance.now() }: { sinceMs?: number } = {},
): Net {
  const tell: Tell = (name, args, result = "", { data = NONE, ...rest } = {}) => {
    const atUs = Math.round((performance.now() - sinceMs) * 1000);
    onCall({ name, args, result, bytes: data.length, peer: "", on: "", atUs, ...rest }, data);
  };
  return wrapped(net, {
    async connect(options) {
      tell("socket", "");
      const to = formatAddress(options);
      const conn = await telling(
        (error) => tell("connect", to, error),
        net.connect(options),
      );
      tell("connect", to, `from ${formatAddress(conn.localAddr)}`);
      return conn;
    },
    listen(options) {
      // One call in Deno, three in C; which of them failed only the error tells.
      tell("socket", "");
      let listener;
      try {
        listener = net.listen(options);
      } catch (error) {
        tell("bind", formatAddress(options), nameOf(error));
        throw error;
      }
      tell("bind", formatAddress(listener.addr));
      tell("listen", options.tcpBacklog === undefined ? "" : `backlog ${options.tcpBacklog}`);
      return listener;
    },
    listener: (listener) => tracedListener(listener, tell),
    conn: (conn, isAccepted) => tracedConn(conn, isAccepted, tell),
  });
}

type Tell = (
  name: Call["name"],
  args: string,
  result?: string,
  rest?: Partial<Call> & { data?: Uint8Array },
) => void;

const NONE = new Uint8Array(0);

function tracedListener(listener: Listener, tell: Tell): Partial<Listener> {
  const addr = formatAddress(listener.addr);
  let closed = false;
  return {
    async accept() {
      tell("accept", "", WAITS);
      const conn = await telling(
        // One that our own close() ended gave nothing to tell.
        (error) => closed || tell("accept", "", error),
        listener.accept(),
      );
      const peer = formatAddress(conn.remoteAddr);
      tell("accept", "", peer, { peer });
      return conn;
    },
    close() {
      closed = true;
      listener.close();
      tell("close", addr);
    },
  };
}

function tracedConn(conn: Conn, isAccepted: boolean, tell: Tell): Partial<Conn> {
  const peer = formatAddress(conn.remoteAddr);
  const it = { peer, on: isAccepted ? peer : formatAddress(conn.localAddr) };
  const ofRead = { ...it, direction: isAccepted ? "to-server" : "to-client" } as const;
  const ofWrite = { ...it, direction: isAccepted ? "to-client" : "to-server" } as const;
  let closed = false;
  /** Waits for a call on this connection, and tells an error unless our close() caused it. */
  function result<T>(name: Call["name"], args: string, call: Promise<T>): Promise<T> {
    return telling((error) => closed || tell(name, args, error, it), call);
  }
  return {
    async read(p) {
      const n = await result("read", "", conn.read(p));
      const data = p.subarray(0, n ?? 0);
      tell("read", "", n === null ? "0, end of stream" : formatBytes(n), { ...ofRead, data });
      return n;
    },
    async write(p) {
      const args = formatBytes(p.length);
      const n = await result("write", args, conn.write(p));
      tell("write", args, formatBytes(n), { ...ofWrite, data: p.subarray(0, n) });
      return n;
    },
    async closeWrite() {
      await result("shutdown", "write", conn.closeWrite());
      tell("shutdown", "write", "", it);
    },
    close() {
      closed = true;
      conn.close();
      tell("close", peer, "", it);
    },
  };
}

/** Waits for what a call gives; if that is an error, tells its name. */
async function telling<T>(tell: (error: string) => unknown, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    tell(nameOf(error));
    throw error;
  }
}

/** The class of an error; where Deno has none for it, as for many on Windows, its code: EPIPE. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" && "code" in error ? String(error.code) : error.name;
}
