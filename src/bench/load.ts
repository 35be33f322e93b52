/**
 * Puts a load on an echo server from one thread: connects, plays on all
 * connections for a while, and says what was measured.
 *
 * Closed loop: each connection sends its next message when one before is answered.
 * Open loop (`rate`): messages have their times, whatever the server does, and
 * latencies count from these. So a server that stalls cannot hide how many it would
 * have kept waiting: that is known as coordinated omission.
 *
 * @module
 */

import { type Conn, type Net, sendAtOnce } from "../net/net.ts";
import { before } from "../net/silence.ts";
import { SharedTurns } from "../net/turns.ts";
import { Beat, connectToOurselves, type Ourselves } from "./beat.ts";
import { connectFault } from "./fault.ts";
import { type Load, type Measured, Measuring, type Progress, type Run } from "./measured.ts";
import { Messages } from "./messages.ts";
import { type Game, Player } from "./player.ts";
import { timedDial } from "./timed_dial.ts";

/** So many connect() calls are under way at a time, fewer than most listen queues hold. */
const CONNECTING = 64;
/** So many messages are let go at most before the event loop looks around: they may be too many ever to end. */
const MOST_AT_ONCE = 1000;
/** How long to wait for reads to end after close(), which does not end them everywhere. */
const CLOSE_MS = 100;

/** A load on a server. Used once: `connect`, then `run`. */
export class LoadRun implements Run {
  readonly #net: Net;
  readonly #load: Load;
  readonly #measuring = new Measuring();
  readonly #players: Player[] = [];
  readonly #game: Game;
  readonly #stopping = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  #left: number; // messages that are still to be sent
  #replies = 0; // also those that do not count
  #ourselves: Ourselves | null = null;
  #beat: Beat | null = null;

  /** Connects to nobody yet. */
  constructor(net: Net, load: Load) {
    this.#net = net;
    this.#load = load;
    this.#left = load.messages ?? Infinity;
    this.#game = {
      messages: new Messages(load.size, load),
      pipeline: load.pipeline,
      take: (most) => {
        const taken = Math.min(most, this.#left);
        this.#left -= taken;
        return taken;
      },
      onReply: (player, reply) => {
        this.#replies++;
        this.#measuring.reply(player, reply);
      },
      onFault: (player, fault, sentMs) => {
        if (sentMs !== null) this.#measuring.failed(player, sentMs);
        this.#measuring.faults.add(fault);
        this.#endIfAllAreOver();
      },
      onIdle: (player) => {
        if (this.#left > 0) return;
        player.end();
        this.#endIfAllAreOver();
      },
    };
  }

  /** How far it is. */
  get progress(): Progress {
    return { messages: this.#replies, faults: this.#measuring.faults.count };
  }

  /** Connects all. Who cannot be connected is a fault. */
  async connect(): Promise<void> {
    const { connections, first } = this.#load;
    const turns = connections > 1 ? new SharedTurns() : null;
    let next = first;
    const some = async () => {
      while (next < first + connections && !this.#stopping.signal.aborted) {
        const number = next++;
        const conn = await this.#dial(number);
        if (conn === null) continue;
        const turn = turns?.join() ?? null;
        this.#players.push(new Player(conn, { number, game: this.#game, turn }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(connections, CONNECTING) }, some));
    if (this.#load.rate !== undefined && this.#players.length > 0) {
      this.#ourselves = await connectToOurselves(this.#net);
    }
    this.#players.sort((one, other) => one.number - other.number);
  }

  /** Plays until its time is over and all messages are answered, or until it is stopped. */
  async run(): Promise<Measured> {
    const endWatch = this.#measuring.begin(this.#load, {
      all: this.#players,
      onOver: () => this.stop(),
    });
    if (this.#load.rate !== undefined && this.#players.length > 0) this.#startBeat(this.#load.rate);
    const reads = this.#players.map((player) => player.read());
    for (const player of this.#players) player.send();
    this.#endIfAllAreOver();
    await this.#over.promise;
    endWatch();
    this.#beat?.stop();
    await before(CLOSE_MS, Promise.all(reads));
    return this.#measuring.result(this.#players);
  }

  /** Sends no more. What is under way may still be answered. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#left = 0;
    this.#measuring.end();
    this.#beat?.stop();
    for (const player of this.#players) {
      player.forEachUnsent((dueMs) => this.#measuring.unsent(player, dueMs));
      if (player.underWay === 0) player.end();
    }
    this.#endIfAllAreOver();
  }

  /** Connects one, or notes why not. */
  async #dial(number: number): Promise<Conn | null> {
    const { hostname, port, connectTimeoutMs: timeoutMs, wait } = this.#load;
    try {
      const { signal } = this.#stopping;
      const { conn, ms } = await timedDial(this.#net, { hostname, port, timeoutMs, wait, signal });
      this.#measuring.connected(ms);
      sendAtOnce(conn);
      return conn;
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        this.#measuring.faults.add({ ...connectFault(error), connection: number });
      }
      return null;
    }
  }

  /** Lets messages go at their times, one on each connection in turn. */
  #startBeat({ perSecond, first, step }: NonNullable<Load["rate"]>): void {
    const startMs = performance.now();
    const players = this.#players;
    const timeOf = (i: number) => startMs + (first + i * step) / perSecond * 1000;
    players.forEach((player, place) => {
      player.play({ dueMs: (message) => timeOf(message * players.length + place) });
    });
    let next = 0;
    this.#beat = new Beat(() => {
      let nowMs;
      for (let i = 0; i < MOST_AT_ONCE && timeOf(next) <= (nowMs = performance.now()); i++) {
        this.#measuring.sent({ dueMs: timeOf(next), nowMs });
        players[next++ % players.length].allowOneMore();
      }
      return timeOf(next);
    }, this.#ourselves);
  }

  #endIfAllAreOver(): void {
    if (this.#players.every((player) => player.isOver)) this.#over.resolve();
  }
}
