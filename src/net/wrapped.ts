/**
 * A network that is another one but for what one wants different: to tell its
 * calls, to cut them short, to close at the end what was left open.
 *
 * A file of its own, since no program loads it before it is asked for.
 *
 * @module
 */

import type { Conn, Listener, Net } from "./net.ts";

/** What is different. What is left out stays as it is. */
export interface Change {
  /** Of a connection, be it from accept() or from connect(). */
  conn?(conn: Conn, isAccepted: boolean): Partial<Conn>;
  /** Of a listening socket. */
  listener?(listener: Listener): Partial<Listener>;
  /** Instead of the network's own, which it may call. */
  connect?: Net["connect"];
  /** Instead of the network's own, which it may call. */
  listen?: Net["listen"];
}

/** The network with these changes. */
export function wrapped(net: Net, change: Change): Net {
  const changed = (conn: Conn, isAccepted: boolean): Conn => ({
    localAddr: conn.localAddr,
    remoteAddr: conn.remoteAddr,
    read: (p) => conn.read(p),
    write: (p) => conn.write(p),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
    setKeepAlive: (on) => conn.setKeepAlive?.(on),
    setNoDelay: (on) => conn.setNoDelay?.(on),
    reset: () => conn.reset?.() ?? false,
    ...change.conn?.(conn, isAccepted),
  });
  return {
    resolveDns: net.resolveDns?.bind(net),
    connect: async (options) =>
      changed(await (change.connect ?? net.connect).call(net, options), false),
    listen(options) {
      const inner = (change.listen ?? net.listen).call(net, options);
      const listener = {
        addr: inner.addr,
        accept: () => inner.accept(),
        close: () => inner.close(),
        ...change.listener?.(inner),
      };
      return { ...listener, accept: async () => changed(await listener.accept(), true) };
    },
  };
}
