/**
 * An echo server as the dialogue of echo_client sees it.
 *
 * @module
 */

import type { Conn } from "../net/net.ts";
import { type Exchange, startExchange } from "../net/pipeline.ts";
import { startLimit } from "../net/silence.ts";
import { bytes, Failure, failure, words } from "../cli/failure.ts";
import { differs, problemOf } from "./faults.ts";

const LF = 0x0a;
/** At the end: how long to look for what no message asked for. Nobody likes to wait after a Q. */
const LINGER_MS = 300;
/** A reply is slow when it is not complete after so long. */
const SLOW_MS = 1000;

/** What {@linkcode EchoPeer} is given. */
export interface EchoPeerOptions {
  /** Called with every reply, also with one that is wrong, and with what no message asked for. */
  onReply(reply: Uint8Array): Promise<void>;
  /** Called once a reply, when so many of its `due` bytes have come after a second. */
  onSlow(came: number, due: number): void;
  /** How long the server may be silent while a reply is due; `Infinity`: for ever. */
  replyTimeoutMs: number;
}

/**
 * Sends lines and gets each one back: an exchange as of piped input, the source
 * of which waits for every reply.
 */
export class EchoPeer {
  readonly #options: EchoPeerOptions;
  readonly #exchange: ReturnType<typeof startExchange>;
  readonly #ended: Promise<void>; // rejects with what was wrong
  #toSend = Promise.withResolvers<Uint8Array | null>();
  #isOver = false; // nothing more is to be sent
  #answered = Promise.withResolvers<void>();
  #due = 0; // bytes of the message that waits for its reply
  #reply = new Uint8Array(0); // what has come of it
  #before = 0; // bytes of all the replies before it

  /** Takes over the connection. */
  constructor(conn: Conn, options: EchoPeerOptions) {
    this.#options = options;
    const source = {
      next: () => this.#isOver ? Promise.resolve(null) : this.#toSend.promise,
    };
    this.#exchange = startExchange(conn, source, {
      onReply: (reply, right) => this.#take(reply, right),
      replyTimeoutMs: options.replyTimeoutMs,
      lingerMs: LINGER_MS,
    });
    this.#ended = this.#exchange.ended.then((exchange) => this.#judge(exchange));
    this.#ended.catch(() => {}); // Thrown where it is awaited, perhaps later.
  }

  /**
   * Never resolves, and rejects when the server closes or speaks while no reply
   * is due. To be raced against the user, who may think for long.
   */
  async unasked(): Promise<never> {
    await this.#ended;
    return await new Promise(() => {});
  }

  /**
   * Sends a message and gets its echo: in as many reads as that takes.
   *
   * @throws {Failure} When it does not come back as it was.
   */
  async echo(message: Uint8Array): Promise<void> {
    this.#due = message.length;
    this.#answered = Promise.withResolvers();
    // Only the end of input leaves a line without its "\n": nothing follows.
    this.#isOver = message[message.length - 1] !== LF;
    const { resolve } = this.#toSend;
    this.#toSend = Promise.withResolvers();
    resolve(message);
    const slow = startLimit(
      SLOW_MS,
      () => this.#options.onSlow(this.#reply.length, message.length),
    );
    try {
      await Promise.race([this.#answered.promise, this.#ended]);
    } finally {
      slow.stop();
    }
  }

  /**
   * Sends nothing more, and looks for what may have come too much.
   *
   * @throws {Failure} When something has.
   */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#toSend.resolve(null);
    await this.#ended;
  }

  /** Closes the connection. */
  close(): void {
    this.#exchange.close();
  }

  /** A reply is shown when it is whole. One that is wrong ends the exchange, which shows it. */
  async #take(more: Uint8Array, right: number): Promise<void> {
    const reply = new Uint8Array(this.#reply.length + more.length);
    reply.set(this.#reply);
    reply.set(more, this.#reply.length);
    this.#reply = reply;
    if (right < more.length || reply.length < this.#due) return;
    try {
      await this.#options.onReply(reply);
    } catch (error) {
      this.#answered.reject(error); // The exchange finds it out a read later.
      throw error;
    }
    this.#before += this.#due;
    this.#due = 0;
    this.#reply = new Uint8Array(0);
    this.#answered.resolve();
  }

  async #judge(exchange: Exchange): Promise<void> {
    if (this.#reply.length > 0) await this.#options.onReply(this.#reply);
    const problem = this.#problemOf(exchange);
    if (problem !== null) throw problem;
  }

  /** Counted within the reply, not from the beginning of the dialogue. */
  #problemOf(exchange: Exchange): Failure | null {
    const { end, error } = exchange;
    if (this.#due === 0) {
      if (end === "closed") return new Failure(words`Server closed the connection`);
      if (end === "failed") return failure(words`Connection lost, with no reply due`, error);
    }
    const echoed = exchange.echoed - this.#before;
    if (end === "different" && !this.#reply.includes(LF)) {
      const more = words` (${bytes(this.#reply.length)} came, and no newline)`;
      return differs(echoed, { bytes: exchange.bytes!, more });
    }
    const { replyTimeoutMs } = this.#options;
    return problemOf({ ...exchange, sent: this.#due, echoed }, replyTimeoutMs);
  }
}
