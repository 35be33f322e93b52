/**
 * Tells every call that reaches the network, by the name it has in the chapter.
 *
 * @module
 */

import { type Conn, formatAddress, formatBytes, type Listener, type Net } from "./net.ts";
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
  /** The client's side of the connection; empty for the listening socket. */
  peer: string;
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
 * A Net that tells every call to `onCall`, in order. The trace begins now, or
 * began at `sinceMs` of performance.now(): threads have one beginning.
 */
export function traced(
  net: Net,
  onCall: (call: Call) => void,
  { sinceMs = performance.now() }: { sinceMs?: number } = {},
): Net {
  const tell: Tell = (name, args, result = "", rest) => {
    const atUs = Math.round((performance.now() - sinceMs) * 1000);
    onCall({ name, args, result, bytes: 0, peer: "", atUs, ...rest });
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
    conn: (conn) => tracedConn(conn, tell),
  });
}

type Tell = (name: Call["name"], args: string, result?: string, rest?: Partial<Call>) => void;

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

function tracedConn(conn: Conn, tell: Tell): Partial<Conn> {
  const peer = formatAddress(conn.remoteAddr);
  let closed = false;
  /** Waits for a call on this connection, and tells an error unless our close() caused it. */
  function result<T>(name: Call["name"], args: string, call: Promise<T>): Promise<T> {
    return telling((error) => closed || tell(name, args, error, { peer }), call);
  }
  return {
    async read(p) {
      const n = await result("read", "", conn.read(p));
      tell("read", "", n === null ? "0, end of stream" : formatBytes(n), { bytes: n ?? 0, peer });
      return n;
    },
    async write(p) {
      const args = formatBytes(p.length);
      const n = await result("write", args, conn.write(p));
      tell("write", args, formatBytes(n), { bytes: n, peer });
      return n;
    },
    async closeWrite() {
      await result("shutdown", "write", conn.closeWrite());
      tell("shutdown", "write", "", { peer });
    },
    close() {
      closed = true;
      conn.close();
      tell("close", peer, "", { peer });
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

/** A Net that says every call, with its time: `     0.3 ms  socket()`. `since`: see traced(). */
export function tracedTo(
  say: (line: string) => void,
  net: Net,
  since?: { sinceMs: number },
): Net {
  const onCall = (call: Call) => {
    const ms = (call.atUs / 1000).toFixed(1).padStart(8);
    say(`${ms} ms  ${formatCall(call)}`);
  };
  return traced(net, onCall, since);
}
