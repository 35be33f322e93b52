/**
 * When to tell a server that nothing more will be sent: shutdown(SHUT_WR), the
 * half-close.
 *
 * Some servers answer only then, so it has to come. But some of what stands
 * between (socat, some load balancers) takes it for the end of all, and throws
 * away what is still on its way back. So it comes when all is back, or when
 * there was a pause that is not like this server.
 *
 * How long a pause is that? One of 300 ms while nothing at all has come. After
 * that it is reckoned from the waits so far, as TCP reckons its retransmission
 * timeout (RFC 6298), because a short one matters where much comes back: a
 * server in the manner of the chapter holds back the last part of it until the
 * part before is acknowledged (Nagle's algorithm), our system acknowledges that
 * 40 ms later unless it has something to send, and the half-close is something.
 *
 * @module
 */

import type { Conn } from "./net.ts";
import { oneOfFew } from "./silence.ts";

/** The longest pause, in milliseconds: for a server that has not answered anything yet. */
const MOST_MS = 300;
/** The shortest one. A timer that comes later by as much was held up. */
const LEAST_MS = 5;
/** So many times in a row it may be held up: what was to come may have been held up, too. */
const MOST_HOLD_UPS = 3;

/** The half-close of one connection, from the end of what is to be sent. */
export class HalfClose {
  readonly #conn: Conn;
  #meanMs = Infinity; // of the waits for what was due; Infinity: none has ended
  #deviationMs = 0;
  #since = Infinity; // when this wait began; Infinity: nothing is due, or we do not listen
  #allSent = false;
  #holdUps = 0;
  #stopTimer: (() => void) | null = null;
  #isDone = false;
  /** Did it come before all was back? */
  wasEarly = false;

  /** Nothing is sent yet. */
  constructor(conn: Conn) {
    this.#conn = conn;
  }

  /** Bytes are due and we listen, from now on; or not. */
  watch(isDue: boolean): void {
    this.#since = isDue ? performance.now() : Infinity;
    if (this.#allSent && isDue && this.#stopTimer === null) this.#arm(this.#pauseMs);
  }

  /** Some bytes have come: a wait has ended. */
  came(): void {
    this.#holdUps = 0;
    if (this.#since === Infinity) return;
    const ms = performance.now() - this.#since;
    if (this.#meanMs === Infinity) {
      this.#meanMs = ms;
      this.#deviationMs = ms / 2;
    } else {
      this.#deviationMs += (Math.abs(ms - this.#meanMs) - this.#deviationMs) / 4;
      this.#meanMs += (ms - this.#meanMs) / 8;
    }
  }

  /** All is sent: a pause will do, from now on. */
  allSent(isDue: boolean): void {
    this.#allSent = true;
    this.watch(isDue);
  }

  /** All is back: it comes now. */
  allBack(): void {
    this.#halfClose(false);
  }

  /** The connection is closed. */
  stop(): void {
    this.#isDone = true;
    this.#stopTimer?.();
  }

  get #pauseMs(): number {
    return Math.min(Math.max(this.#meanMs + 4 * this.#deviationMs, LEAST_MS), MOST_MS);
  }

  #arm(ms: number): void {
    const dueMs = performance.now() + ms;
    this.#stopTimer = oneOfFew(ms, () => this.#judge(dueMs));
  }

  /** The timer that was due then has come. Was it a pause? */
  #judge(dueMs: number): void {
    this.#stopTimer = null;
    if (this.#isDone || this.#since === Infinity) return;
    const nowMs = performance.now();
    if (nowMs - dueMs > LEAST_MS && this.#holdUps < MOST_HOLD_UPS) {
      this.#holdUps++;
      this.#since = nowMs;
    }
    const left = this.#since + this.#pauseMs - nowMs;
    if (left > 0.5) this.#arm(left);
    else this.#halfClose(true);
  }

  #halfClose(isEarly: boolean): void {
    if (this.#isDone) return;
    this.stop();
    this.wasEarly = isEarly;
    this.#conn.closeWrite().catch(() => {}); // What is wrong, a read tells.
  }
}
