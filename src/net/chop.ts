/**
 * A network that cuts every read and every write short, as a busy one may.
 * A program that survives `chopped(net, 1)` takes no read for a message.
 *
 * @module
 */

import type { Conn, Net } from "./net.ts";

/**
 * A Net whose connections give at most `n` bytes a read and take at most `n`
 * bytes a write.
 *
 * @throws {RangeError} If `n` is no whole number of at least 1.
 */
export function chopped(net: Net, n: number): Net {
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`Cannot chop into pieces of ${n} bytes`);
  }
  return {
    resolveDns: net.resolveDns?.bind(net),
    connect: async (options) => choppedConn(await net.connect(options), n),
    listen(options) {
      const listener = net.listen(options);
      return {
        addr: listener.addr,
        accept: async () => choppedConn(await listener.accept(), n),
        close: () => listener.close(),
      };
    },
  };
}

function choppedConn(conn: Conn, n: number): Conn {
  return {
    localAddr: conn.localAddr,
    remoteAddr: conn.remoteAddr,
    read: (p) => conn.read(p.subarray(0, n)),
    write: (p) => conn.write(p.subarray(0, n)),
    closeWrite: () => conn.closeWrite(),
    setKeepAlive: (keepAlive) => conn.setKeepAlive?.(keepAlive),
    close: () => conn.close(),
  };
}
