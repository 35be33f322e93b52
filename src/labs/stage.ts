/**
 * Where a lab plays: networks that note who called what, the chapter's own
 * programs, a clock, and an end at which nothing is left open.
 *
 * @module
 */

import type { Program } from "../cli/command.ts";
import { startInMemory } from "../cli/in_memory.ts";
import type { Step } from "../draw/figure.ts";
import { writeAll } from "../framing.ts";
import { dial } from "../net/dial.ts";
import type { Conn, Net } from "../net/net.ts";
import { before } from "../net/silence.ts";
import { type Call, traced } from "../net/trace.ts";
import { wrapped } from "../net/wrapped.ts";

/** A call and who called it. */
export interface LabEvent {
  who: string;
  /** The C function. */
  call: string;
  args: string;
  result: string;
  bytes: number;
  /** When it returned, in microseconds since the lab began. */
  atUs: number;
}

/** A program of the chapter under way. */
export interface Playing {
  port: number;
  /** Resolves to the exit code. */
  ended: Promise<number>;
  /** The lines that it printed so far, and when. */
  lines: { text: string; atUs: number }[];
}

/** The address of all labs: they never leave this machine. */
export const LOOPBACK = "127.0.0.1";

/** No program takes so long to stop once its sockets are closed. */
const END_MS = 5000;

/** One run of one lab. */
export class Stage {
  /** What happened, in order. */
  readonly events: LabEvent[] = [];
  readonly #net: Net;
  readonly #start = performance.now();
  readonly #open = new Set<{ close(): void }>();
  readonly #stop = new AbortController();
  readonly #playing = new Set<Promise<number>>();

  /** A stage on this network. */
  constructor(net: Net) {
    this.#net = net;
  }

  /** Microseconds since the lab began. */
  now(): number {
    return Math.round((performance.now() - this.#start) * 1000);
  }

  /** A clock of its own for a part of the lab: it tells the microseconds from now on. */
  clock(): () => number {
    const start = this.now();
    return () => this.now() - start;
  }

  /** The steps of a figure, each with its time since the first one. */
  ladder(): { steps: Step[]; tell(step: Omit<Step, "atUs">): void } {
    const steps: Step[] = [];
    let since = () => 0;
    const tell = (step: Omit<Step, "atUs">) => {
      steps.push({ ...step, atUs: since() });
      if (steps.length === 1) since = this.clock();
    };
    return { steps, tell };
  }

  /** The network as one of those who play sees it: every call is noted under this name. */
  as(who: string): Net {
    const onCall = ({ name, args, result, bytes, atUs }: Call) =>
      this.events.push({ who, call: name, args, result, bytes, atUs });
    return traced(this.#closing(), onCall, { sinceMs: this.#start });
  }

  /** Notes what no network of ours tells: the calls of UDP. */
  note(event: Omit<LabEvent, "atUs">): void {
    this.events.push({ ...event, atUs: this.now() });
  }

  /** Starts a server of the chapter on a free port. Resolves when it listens. */
  async play(who: string, program: Program, args: string[]): Promise<Playing> {
    const lines: Playing["lines"] = [];
    const server = startInMemory(program, [...args, "0"], {
      onPrint: (text) => {
        const whole = text.trimEnd().split("\n");
        lines.push(...whole.map((text) => ({ text, atUs: this.now() })));
      },
      net: this.as(who),
      stop: this.#stop.signal,
    });
    const { ended } = server;
    this.#playing.add(ended);
    const port = await server.port;
    if (port === null) throw new Error(`${who} ended at once (${await ended})`);
    return { port, ended, lines };
  }

  /** The end: stops every program and closes what is open. Waits for none that does not end. */
  async end(): Promise<void> {
    this.#stop.abort();
    for (const socket of this.#open) this.#close(socket);
    await before(END_MS, Promise.allSettled(this.#playing));
  }

  /** A program closes what it opened, too, and later than we do: only the first one may. */
  #close(socket: { close(): void }): void {
    if (this.#open.delete(socket)) socket.close();
  }

  /** A network whose sockets are closed at the end, if not before. */
  #closing(): Net {
    const keep = <T extends { close(): void }>(socket: T): () => void => {
      this.#open.add(socket);
      if (this.#stop.signal.aborted) this.#close(socket); // it came too late
      return () => this.#close(socket);
    };
    return wrapped(this.#net, {
      conn: (conn) => ({ close: keep(conn) }),
      listener: (listener) => ({ close: keep(listener) }),
    });
  }
}

/** A connection and both its ends, with the listener that it came through closed. */
export async function connectedPair(
  client: Net,
  server: Net,
  hostname = LOOPBACK,
): Promise<{ near: Conn; far: Conn }> {
  const listener = server.listen({ hostname, port: 0, tcpBacklog: 5 });
  const near = await client.connect({ hostname, port: listener.addr.port });
  const far = await listener.accept();
  listener.close();
  return { near, far };
}

/** connect(). `null`: refused, nobody listens there. */
export async function knock(net: Net, port: number): Promise<Conn | null> {
  try {
    return await dial(net, { hostname: LOOPBACK, port });
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return null;
    throw error;
  }
}

/** Reads until `p` is full, or to the end of the stream. How many bytes came, however cut. */
export async function readFull(conn: Conn, p: Uint8Array): Promise<number> {
  let came = 0;
  while (came < p.length) {
    const n = await conn.read(p.subarray(came));
    if (n === null) break;
    came += n;
  }
  return came;
}

/** Sends a message and gets back as many bytes. `false`: the other side ended before. */
export async function echo(conn: Conn, message: Uint8Array): Promise<boolean> {
  await writeAll(conn, message);
  return await readFull(conn, new Uint8Array(message.length)) === message.length;
}
