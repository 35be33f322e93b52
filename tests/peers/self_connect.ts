/**
 * Dials a port where nobody listens, again and again, until the kernel has connected a socket to
 * itself there; then listens on it, and is connected to that.
 *
 *     self_connect.ts <port>
 *
 * @module
 */

import { dial } from "../../src/net/dial.ts";

const port = Number(Deno.args[0]);
const closed = Promise.withResolvers<void>();
const dialing = dial({
  listen: Deno.listen,
  async connect(options) {
    const conn = await Deno.connect(options);
    if (conn.localAddr.port !== port) return conn;
    const { close } = conn;
    conn.close = () => {
      close.call(conn);
      closed.resolve();
    };
    return conn;
  },
}, { hostname: "127.0.0.1", port, wait: true });
await closed.promise;
const listener = Deno.listen({ hostname: "127.0.0.1", port });
const [conn] = await Promise.all([dialing, listener.accept()]);
console.log(conn.localAddr.port === port ? "connected to itself" : "connected to the listener");
Deno.exit(0);
