/**
 * The port of a server with `--workers`. Its threads share it, and so the system
 * would let another server's threads share it too, clients included.
 *
 * @module
 */

import type { Listener } from "../net/net.ts";
import { bind, type ServerTask } from "./server.ts";

/** How often, and after how many milliseconds each, another start is waited for. */
const TRIES = 100;
const PAUSE_MS = 10;

/**
 * Binds the first thread's listener, which the other threads may join with
 * {@linkcode joinPort}. Throws a Failure, also if the port is only shared by others.
 */
export async function takePort(task: ServerTask): Promise<Listener> {
  // Of the free ones the system gives one that nobody has, shared or not.
  if (task.port === 0) return bind(task, { reusePort: true });
  const lock = await lockStart(task);
  try {
    // A listener that does not share finds the port taken also by those who do.
    bind(task).close();
    return joinPort(task);
  } finally {
    lock?.close();
  }
}

/** Binds another listener on a port that was taken. Says nothing: the first bind has said it. */
export function joinPort(task: ServerTask): Listener {
  return bind({ ...task, say() {} }, { reusePort: true });
}

/**
 * Between the two binds of takePort() another server that starts at the same
 * moment could do the same. The UDP port of the same number is of no use here
 * but for this: only one can have it. Whoever starts holds it for a millisecond;
 * one who keeps it longer is a stranger and no reason not to start.
 */
async function lockStart(
  { port, options: { host } }: ServerTask,
): Promise<{ close(): void } | null> {
  for (let i = 0; i < TRIES; i++) {
    try {
      return datagrams.listenDatagram({ transport: "udp", hostname: host, port });
    } catch (error) {
      // What else is wrong with the address, bind() will say.
      if (!(error instanceof Deno.errors.AddrInUse)) return null;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}

/** Like a shared port, it is there with --unstable-net. */
const datagrams = Deno as unknown as {
  listenDatagram(at: { transport: "udp"; hostname: string; port: number }): { close(): void };
};
