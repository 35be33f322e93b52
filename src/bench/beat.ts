/**
 * A clock that calls in time. A timer comes up to a millisecond late, which is
 * longer than many a server takes; so the last of the time is waited for by
 * looking at the clock again and again.
 *
 * Between two looks the event loop has to see what has come. Told to go on at once
 * (`setImmediate`), Deno asks the system only every so many turns, and replies lay
 * there for milliseconds: at 60,000 messages a second p99 was 15 ms. So each look
 * waits for a byte that we send to ourselves, which comes the way the replies do:
 * p99 is 2 ms then.
 *
 * @module
 */

import { type Conn, type Net, sendAtOnce } from "../net/net.ts";

/** The last so many milliseconds before a call are not left to a timer. */
const WATCHED_MS = 2;

// Deno before 2.9 has it, too, but no type of it.
const { setImmediate } = globalThis as unknown as { setImmediate(call: () => void): void };

/** A connection to ourselves, both ends of it. */
export interface Ourselves {
  near: Conn;
  far: Conn;
}

/** Connects to ourselves; `null` where that cannot be had, or would have to be asked for. */
export async function connectToOurselves(net: Net): Promise<Ourselves | null> {
  const hostname = "127.0.0.1";
  if (Deno.permissions.querySync({ name: "net", host: hostname }).state !== "granted") return null;
  try {
    const listener = net.listen({ hostname, port: 0 });
    try {
      const { port } = listener.addr;
      const [near, far] = await Promise.all([net.connect({ hostname, port }), listener.accept()]);
      sendAtOnce(near);
      return { near, far };
    } finally {
      listener.close();
    }
  } catch {
    return null; // no such address here, or no descriptor left
  }
}

/** Calls `tick` when it is time; what that returns is when the next time is (`performance.now()`). */
export class Beat {
  readonly #tick: () => number;
  readonly #ourselves: Ourselves | null;
  readonly #byte = new Uint8Array(1);
  readonly #came = new Uint8Array(1);
  // Made once: it is called tens of thousands of times a second.
  readonly #again = () => this.#next();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  /** Calls for the first time at once. */
  constructor(tick: () => number, ourselves: Ourselves | null) {
    this.#tick = tick;
    this.#ourselves = ourselves;
    this.#next();
  }

  /** Calls no more. Closes the connection to ourselves. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#ourselves?.near.close();
    this.#ourselves?.far.close();
  }

  #next(): void {
    if (this.#isStopped) return;
    const ms = this.#tick() - performance.now();
    if (this.#isStopped) return;
    if (ms < WATCHED_MS) this.#lookAround();
    else this.#timer = setTimeout(this.#again, ms - WATCHED_MS);
  }

  #lookAround(): void {
    if (this.#ourselves === null) return setImmediate(this.#again);
    const { near, far } = this.#ourselves;
    far.read(this.#came).then(this.#again, () => {}); // it is closed at the end
    near.write(this.#byte).catch(() => {});
  }
}
