/**
 * A talk with an echo server that may say more than the echo: a welcome first,
 * or a name in front of each line. That is told, and no fault.
 *
 * @module
 */

import { writeAll } from "../framing.ts";
import { Inbox, indexOfBytes, isSame, type More, startsWithBytes } from "./inbox.ts";
import { joined } from "../net/joined.ts";
import { untilItWaits } from "./patience.ts";
import type { Subject } from "./subject.ts";
import type { Trial } from "./trial.ts";
import type { TrialConn } from "./trial_net.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";

const utf8 = new TextEncoder();

/** The lines by which a server is got to know. They begin with none of the letters that end a talk. */
export const FIRST_LINE = utf8.encode("hello, world\n");
const SECOND_LINE = utf8.encode("and once more\n");

/** Once it is certain that bytes are wrong, those that follow are waited for so long. */
const WRONG_MS = 300;
/** More than so much beyond what was sent is not wanted: it floods. */
const SURPLUS = 64 * 1024;

/** What a server says beside the echo. */
export interface Manner {
  /** Before all else, to every client. */
  banner: Uint8Array;
  /** In front of every line, or of every piece. */
  prefix: Uint8Array;
  /** Is there a number in it, a time or a counter? Then bytes behind it cannot be compared. */
  varies: boolean;
}

/** What came back for what was sent. */
export interface Echo {
  /** `same`: that, exactly. `wrong`: something else; the others: less, and then that. */
  how: "same" | "wrong" | Exclude<More, "bytes">;
  sent: Uint8Array;
  /** What came, without banner and prefixes. */
  came: Uint8Array;
}

/** How the server of a subject talks, once one case has found out. */
const manners = new WeakMap<Subject, Manner>();

/** A talk over one connection. */
export class EchoTalk {
  readonly conn: TrialConn;
  readonly inbox: Inbox;
  readonly #trial: Trial;
  #manner: Manner = { banner: new Uint8Array(0), prefix: new Uint8Array(0), varies: false };

  private constructor(trial: Trial, conn: TrialConn) {
    this.#trial = trial;
    this.conn = conn;
    this.inbox = new Inbox(trial, conn);
  }

  /**
   * A talk whose server is known: its banner is behind us. An {@linkcode Echo} where the server
   * does not answer as it should.
   */
  static async begin(trial: Trial, conn: TrialConn): Promise<EchoTalk | Echo> {
    const known = manners.get(trial.subject);
    const talk = new EchoTalk(trial, conn);
    if (known === undefined) {
      const echo = await talk.#learn();
      return echo.how === "same" ? talk : echo;
    }
    talk.#manner = known;
    if (known.banner.length === 0) return talk;
    const { how, came } = await talk.#until(FIRST_LINE);
    return how === "same" ? talk : { how, sent: FIRST_LINE, came };
  }

  /** Two lines, by which a server is got to know: the last of them that came back, or the one that did not. */
  static async learn(
    trial: Trial,
    conn: TrialConn,
  ): Promise<{ talk: EchoTalk; echo: Echo; line: 1 | 2 }> {
    const talk = new EchoTalk(trial, conn);
    const echo = await talk.#learn();
    return { talk, echo, line: echo.sent === FIRST_LINE ? 1 : 2 };
  }

  /** How its server talks. */
  get manner(): Manner {
    return this.#manner;
  }

  /** Sends these bytes, in these pieces, and reads what comes back meanwhile. */
  async echo(
    sent: Uint8Array,
    { pieces = [sent], pauseMs = 0 }: { pieces?: Uint8Array[]; pauseMs?: number } = {},
  ): Promise<Echo> {
    const sending = this.send(pieces, pauseMs);
    const echo = await this.#echoOf(sent);
    await before(echo.how === "same" ? this.#trial.patienceMs : WRONG_MS, sending, false);
    return echo;
  }

  /** Sends pieces, each when the last was read, if there is a pause; `false`: the other side is gone. */
  async send(pieces: Uint8Array[], pauseMs = 0): Promise<boolean> {
    try {
      for (const [i, piece] of pieces.entries()) {
        if (i > 0 && pauseMs > 0) {
          await pause(pauseMs);
          await Promise.all(this.#trial.running.map(untilItWaits));
        }
        await writeAll(this.conn, piece);
      }
      return true;
    } catch {
      return false;
    }
  }

  /** What came so far, without prefixes. */
  get came(): Uint8Array {
    return without(this.inbox.bytes, this.#manner.prefix);
  }

  async #echoOf(sent: Uint8Array): Promise<Echo> {
    const { patienceMs } = this.#trial;
    const { inbox } = this;
    const isPlain = this.#manner.prefix.length === 0;
    for (;;) {
      const { came } = this;
      if (isSame(came, sent)) {
        inbox.take(inbox.bytes.length);
        return { how: "same", sent, came };
      }
      const isWrong = isPlain && !startsWithBytes(sent, came);
      const more = isWrong
        ? await inbox.rest(WRONG_MS, { mostBytes: sent.length + SURPLUS })
        : await inbox.more(came.length > sent.length ? WRONG_MS : patienceMs);
      if (more === "bytes" && !isWrong) continue;
      const how = isWrong || (more === "bytes" || more === "silent" && came.length > sent.length)
        ? "wrong"
        : more;
      return { how, sent, came: this.came };
    }
  }

  /** Sends a line and reads until it has come back; `before` is what came ahead of it. */
  async #until(line: Uint8Array): Promise<Echo & { before: Uint8Array }> {
    const { inbox } = this;
    const sending = this.send([line]);
    for (;;) {
      const at = indexOfBytes(inbox.bytes, line);
      if (at !== -1) {
        const ahead = inbox.bytes.slice(0, at);
        inbox.take(at + line.length);
        await sending;
        return { how: "same", sent: line, came: line, before: ahead };
      }
      const more = inbox.bytes.length > line.length + SURPLUS
        ? "silent"
        : await inbox.more(this.#trial.patienceMs);
      if (more !== "bytes") {
        const isBeginning = startsWithBytes(line, inbox.bytes);
        const how = more === "silent" && !isBeginning ? "wrong" : more;
        return { how, sent: line, came: inbox.bytes, before: new Uint8Array(0) };
      }
    }
  }

  async #learn(): Promise<Echo> {
    const first = await this.#until(FIRST_LINE);
    if (first.how !== "same") return first;
    const second = await this.#until(SECOND_LINE);
    if (second.how !== "same") return second;
    const prefix = second.before;
    const banner = first.before.slice(0, Math.max(0, first.before.length - prefix.length));
    if (isSame(first.before, joined([banner, prefix]))) {
      this.#know({ banner, prefix, varies: false });
    } else if (digitsAlike(first.before).endsWith(digitsAlike(prefix))) {
      this.#know({ banner, prefix, varies: true });
    } else {
      // Not in front of the second reply, but behind the first: that is no prefix.
      const came = joined([FIRST_LINE, second.before, SECOND_LINE]);
      return { how: "wrong", sent: joined([FIRST_LINE, SECOND_LINE]), came };
    }
    return second;
  }

  #know(manner: Manner): void {
    this.#manner = manner;
    manners.set(this.#trial.subject, manner);
  }
}

function digitsAlike(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/[0-9]+/g, "0");
}

function without(bytes: Uint8Array, part: Uint8Array): Uint8Array {
  if (part.length === 0) return bytes;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = indexOfBytes(bytes, part); at !== -1; at = indexOfBytes(bytes, part, from)) {
    pieces.push(bytes.subarray(from, at));
    from = at + part.length;
  }
  return joined([...pieces, bytes.subarray(from)]);
}
