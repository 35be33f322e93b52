/**
 * Clients that come and go (`--connect-only`): each connects, sends one byte, has
 * it back and closes; then the next one comes.
 *
 * @module
 */

import type { Conn, Net } from "../net/net.ts";
import { pause } from "../net/silence.ts";
import { connectFault, type Fault } from "./fault.ts";
import {
  type Load,
  type Measured,
  Measuring,
  type Progress,
  type Run,
  type Share,
  type Waiting,
} from "./measured.ts";
import { timedDial } from "./timed_dial.ts";

/** After a client that could not connect, its place stays empty for so long: nobody is to be flooded. */
const FAILED_PAUSE_MS = 20;

/** A place where one client comes after the other. */
class Place implements Waiting, Share {
  readonly number: number;
  messages = 0; // clients that were served, while it counted
  longestMs = 0;
  /** Since when the client of now waits for its byte; `Infinity`: it does not. */
  lastMs = Infinity;
  giveUp: () => void = () => {};

  constructor(number: number) {
    this.number = number;
  }
}

/** A load of clients on a server. Used once. */
export class VisitRun implements Run {
  readonly #net: Net;
  readonly #load: Load;
  readonly #measuring = new Measuring();
  readonly #places: Place[];
  readonly #stopping = new AbortController();
  #left: number; // clients that are still to come
  #clients = 0; // that were served, also those that do not count
  #waited: Conn | null = null; // the connection that waited for the server, till it is taken

  /** Connects to nobody yet. */
  constructor(net: Net, load: Load) {
    this.#net = net;
    this.#load = load;
    this.#left = load.messages ?? Infinity;
    this.#places = Array.from(
      { length: load.connections },
      (_, i) => new Place(load.first + i),
    );
  }

  get progress(): Progress {
    return { messages: this.#clients, faults: this.#measuring.faults.count };
  }

  /** With `wait` the first client waits for the server: then that is up, and nobody else waits. */
  async connect(): Promise<void> {
    if (!this.#load.wait) return;
    try {
      this.#waited = await this.#connectOne({ wait: true });
    } catch (error) {
      this.#left = 0;
      if (this.#stopping.signal.aborted) return;
      this.#measuring.faults.add({ ...connectFault(error), connection: this.#load.first });
    }
  }

  async run(): Promise<Measured> {
    const endWatch = this.#measuring.begin(this.#load, {
      all: this.#places,
      onOver: () => this.stop(),
    });
    await Promise.all(this.#places.map((place) => this.#fill(place)));
    endWatch();
    this.#waited?.close(); // it was stopped before anybody took it
    return this.#measuring.result(this.#places);
  }

  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#left = 0;
    this.#measuring.end();
  }

  /** One client after the other. */
  async #fill(place: Place): Promise<void> {
    while (this.#left > 0) {
      this.#left--;
      const sentMs = performance.now();
      const fault = await this.#visit(place);
      if (fault === null) {
        this.#clients++;
        this.#measuring.reply(place, { sentMs, nowMs: performance.now(), bytes: 1 });
        continue;
      }
      this.#measuring.failed(place, sentMs);
      this.#measuring.faults.add({ ...fault, connection: place.number });
      await pause(FAILED_PAUSE_MS);
    }
  }

  async #connectOne({ wait }: { wait: boolean }): Promise<Conn> {
    const { hostname, port, connectTimeoutMs: timeoutMs } = this.#load;
    // Who is about to be served is served; who waits for a server is not waited for.
    const signal = wait ? this.#stopping.signal : undefined;
    const { conn, ms } = await timedDial(this.#net, { hostname, port, timeoutMs, wait, signal });
    this.#measuring.connected(ms);
    return conn;
  }

  async #visit(place: Place): Promise<Omit<Fault, "connection"> | null> {
    let conn = this.#waited;
    this.#waited = null;
    try {
      conn ??= await this.#connectOne({ wait: false });
    } catch (error) {
      return connectFault(error);
    }
    const due = 1 + this.#clients % 255;
    const bytes = new Uint8Array([due]);
    const reply = new Uint8Array(16); // one that is too many is seen
    const silent = Promise.withResolvers<"silent">();
    place.giveUp = () => silent.resolve("silent");
    place.lastMs = performance.now();
    try {
      await conn.write(bytes);
      const n = await Promise.race([conn.read(reply), silent.promise]);
      const where = { message: 1, byte: 0 };
      if (n === "silent") return { kind: "silent", ...where };
      if (n === null) return { kind: "closed", ...where };
      if (reply[0] !== due) return { kind: "wrong", ...where, due, came: reply[0] };
      return n > 1 ? { kind: "surplus", message: 2, byte: 0, came: reply[1] } : null;
    } catch (error) {
      return { kind: "reset", message: 1, byte: 0, reason: (error as Error).message };
    } finally {
      place.lastMs = Infinity;
      conn.close();
    }
  }
}
