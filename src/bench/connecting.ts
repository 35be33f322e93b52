/**
 * connect() as the load says.
 *
 * @module
 */

import { dial } from "../net/dial.ts";
import type { Conn, Net } from "../net/net.ts";
import type { Fault } from "./fault.ts";
import type { Load } from "./measured.ts";

/** With `--wait` it is looked so often, in milliseconds, whether the run was stopped meanwhile. */
const SLICE_MS = 2000;

/**
 * connect(), within the load's time limit. With `wait` until `isOver`.
 *
 * @throws What dial() throws.
 */
export async function dialServer(
  net: Net,
  { hostname, port, connectTimeoutMs, wait }: Load,
  isOver: () => boolean,
): Promise<Conn> {
  if (!wait) return await dial(net, { hostname, port, timeoutMs: connectTimeoutMs });
  const untilMs = performance.now() + connectTimeoutMs;
  for (;;) {
    const left = untilMs - performance.now();
    try {
      const timeoutMs = Math.max(1, Math.min(SLICE_MS, left));
      return await dial(net, { hostname, port, timeoutMs, wait });
    } catch (error) {
      const isSlice = error instanceof Deno.errors.TimedOut && left > SLICE_MS;
      if (!isSlice || isOver()) throw error;
    }
  }
}

/** Why somebody could not be connected. */
export function connectFault(error: unknown): Omit<Fault, "connection"> {
  const kind = error instanceof Deno.errors.ConnectionRefused ? "refused" : "unreachable";
  return { kind, reason: (error as Error).message };
}
