/**
 * An echo server as the dialogue of echo_client sees it, and what can be wrong
 * with an echo, in words.
 *
 * @module
 */

import { LineReader, LineTooLongError, writeAll } from "../framing.ts";
import { type Conn, formatBytes, SilenceTimer } from "../net/net.ts";
import { silence } from "./client.ts";
import { Failure, failure } from "./failure.ts";

const LF = 0x0a;

/** What {@linkcode EchoPeer} is given. */
export interface EchoPeerOptions {
  /** Called with every reply, also with one that is wrong. */
  onReply(reply: Uint8Array): Promise<void>;
  /** How long the server may be silent while a reply is due; `Infinity`: for ever. */
  replyTimeoutMs: number;
  /** The longest line that is taken from it, in bytes. */
  maxLineBytes?: number;
}

/** Sends lines and gets each one back, compared. All it throws is a Failure. */
export class EchoPeer {
  readonly #conn: Conn;
  readonly #options: EchoPeerOptions;
  readonly #lines: LineReader;
  readonly #silence: SilenceTimer;
  #came = 0; // bytes of the reply that is due
  #due: Promise<Uint8Array | null> | null = null; // the next line of the server
  #awaited: Uint8Array | null = null; // the message that it answers

  /** Takes over the connection. */
  constructor(conn: Conn, options: EchoPeerOptions) {
    this.#conn = conn;
    this.#options = options;
    this.#silence = new SilenceTimer(options.replyTimeoutMs, () => conn.close());
    const counted = {
      read: async (p: Uint8Array) => {
        const n = await conn.read(p);
        if (this.#awaited !== null) {
          this.#silence.touch();
          this.#compareEarly(this.#awaited, p.subarray(0, n ?? 0));
        }
        this.#came += n ?? 0;
        return n;
      },
    };
    this.#lines = new LineReader(counted, { maxLineBytes: options.maxLineBytes });
  }

  /**
   * Never resolves, and rejects when the server closes or speaks while no reply
   * is due. To be raced against the user, who may think for long.
   */
  async unasked(): Promise<never> {
    const due = this.#nextLine();
    const line = await due;
    // echo() has taken it: it was a reply.
    if (this.#due !== due) return await new Promise(() => {});
    if (line === null) throw new Failure("Server closed the connection");
    await this.#options.onReply(line);
    throw new Failure(`Server sent ${formatBytes(line.length)} more than it was given`);
  }

  /** Sends a message and gets its echo: in as many reads as that takes. */
  async echo(message: Uint8Array): Promise<void> {
    const due = this.#nextLine();
    this.#due = null;
    this.#awaited = message;
    this.#silence.touch();
    try {
      await writeAll(this.#conn, message);
      // Only the end of input leaves a line without its "\n": nothing follows,
      // and the server's end of the stream will be the end of the reply.
      if (message[message.length - 1] !== LF) await this.#conn.closeWrite();
    } catch {
      // Why, the read will tell, after the bytes that came before it.
    }
    const reply = await due;
    this.#awaited = null;
    this.#silence.pause();
    this.#came -= reply?.length ?? 0;
    if (reply !== null) await this.#options.onReply(reply);
    const different = firstDifference(message, reply ?? new Uint8Array(0));
    if (different === -1) return;
    const came = reply?.length ?? 0;
    if (different === came) throw closedEarly(came, message.length);
    if (different === message.length) throw surplus(came - different);
    throw differs(different, message[different], reply![different]);
  }

  /** Closes the connection. */
  close(): void {
    this.#silence.stop();
    if (!this.#silence.fired) this.#conn.close();
  }

  /**
   * A wrong answer may never end in a newline. So the bytes that come before one are compared as
   * they come; a whole line is shown first, and echo() compares it.
   */
  #compareEarly(message: Uint8Array, bytes: Uint8Array): void {
    if (bytes.includes(LF)) return;
    const due = message.subarray(this.#came, this.#came + bytes.length);
    const different = firstDifference(due, bytes.subarray(0, due.length));
    if (different === -1) return;
    const at = this.#came + different;
    const came = formatBytes(this.#came + bytes.length);
    throw differs(at, due[different], bytes[different], ` (${came} came, and no newline)`);
  }

  #nextLine(): Promise<Uint8Array | null> {
    this.#due ??= this.#lines.readLine().catch((error) => {
      if (error instanceof Failure) throw error;
      const came = `${formatBytes(this.#came)} of the reply came`;
      if (this.#silence.fired) throw silence(this.#options.replyTimeoutMs, came);
      if (error instanceof LineTooLongError) {
        throw new Failure(
          `Cannot take the reply: a line longer than ${error.limit} bytes (${came})`,
        );
      }
      if (this.#awaited === null) throw failure("Connection lost, with no reply due", error);
      throw failure(`Cannot read the reply (${came})`, error);
    });
    this.#due.catch(() => {}); // Thrown where it is awaited, perhaps later.
    return this.#due;
  }
}

/** The first place where the two differ, be it that one of them ends; -1: nowhere. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** The server closed before all had come back. */
export function closedEarly(came: number, sent: number): Failure {
  return new Failure(
    `Server closed the connection before its reply was complete (${came} of ${
      formatBytes(sent)
    } came)`,
  );
}

/** More came back than was sent. */
export function surplus(bytes: number): Failure {
  return new Failure(`Server sent ${formatBytes(bytes)} more than it was given`);
}

/** What came back is not what was sent; `more` is said behind it. */
export function differs(at: number, sent: number, came: number, more = ""): Failure {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;
  return new Failure(
    `Reply is not what was sent: byte ${at + 1} was ${hex(sent)} and came back as ${
      hex(came)
    }${more}`,
    "Is it an echo server that answers there?",
  );
}
