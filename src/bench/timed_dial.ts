/**
 * connect(), and how long it took.
 *
 * @module
 */

import { dial, type DialOptions } from "../net/dial.ts";
import type { Conn, Net } from "../net/net.ts";

/** A connection, and the milliseconds till it was there. */
export interface Dialed {
  conn: Conn;
  ms: number;
}

/** As dial(). With `wait` only the last try counts: those before it waited for the server to start. */
export async function timedDial(net: Net, options: DialOptions): Promise<Dialed> {
  let beganMs = performance.now();
  // No wrapped(): it would stand between us and each read() and write() that is to be measured.
  const timed: Net = {
    listen: (where) => net.listen(where),
    resolveDns: net.resolveDns?.bind(net),
    connect(to) {
      if (options.wait) beganMs = performance.now();
      return net.connect(to);
    },
  };
  const conn = await dial(timed, options);
  return { conn, ms: performance.now() - beganMs };
}
