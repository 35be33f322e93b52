/**
 * What the tests of the relay share: one inside the test's own process.
 *
 * @module
 */

import { worldInMemory } from "../src/cli/in_memory.ts";
import type { Direction, Net } from "../src/net/net.ts";
import { eventOf, type RelayEvent } from "../src/relay/events.ts";
import { relay } from "../src/relay/mod.ts";
import { within } from "./support.ts";

/** A relay under way in this process. `await using` stops it with the test. */
export class Relaying implements AsyncDisposable {
  /** What it told, with --json. */
  readonly events: RelayEvent[] = [];
  /** The same as it was printed, line by line. */
  readonly lines: string[] = [];
  /** What it printed and said otherwise. */
  shown = "";
  port = 0;
  readonly #stop = new AbortController();
  readonly #code: Promise<number>;
  #rest: string[] = [];
  #step = Promise.withResolvers<void>();

  /** Starts one to this port of this machine; {@linkcode relayTo} waits until it is ready. */
  constructor(port: number, options: string[], net?: Net) {
    const world = worldInMemory({
      onPrint: (text) => this.#take(text, options.includes("--json")),
      onSay: (text) => this.#take(text, false),
      net,
      stop: this.#stop.signal,
    });
    this.#code = relay([...options, "0", "127.0.0.1", String(port)], world);
    this.#code.then(() => this.#advance());
  }

  /** Waits until there is such an event. */
  async told<E extends RelayEvent["event"]>(
    name: E,
    isIt: (event: RelayEvent & { event: E }) => boolean = () => true,
  ): Promise<RelayEvent & { event: E }> {
    for (;;) {
      for (const event of this.events) {
        if (event.event === name && isIt(event as RelayEvent & { event: E })) {
          return event as RelayEvent & { event: E };
        }
      }
      await within(
        this.#step.promise,
        () => `Waited for ${name} in ${JSON.stringify(this.events)}`,
      );
    }
  }

  /** Waits until it has shown or said something like it. */
  async said(pattern: RegExp): Promise<string[]> {
    for (;;) {
      const match = this.shown.match(pattern);
      if (match !== null) return match;
      await within(this.#step.promise, () => `Waited for ${pattern} in ${this.shown}`);
    }
  }

  /** The bytes of each piece that was handed on this way. */
  pieces(way: Direction): number[] {
    return this.events.flatMap((event) =>
      event.event === "write" && event.direction === way ? [event.data.length] : []
    );
  }

  /** Stops it: its exit code. */
  async stop(): Promise<number> {
    this.#stop.abort();
    return await within(this.#code, () => `Waited for the end of a relay: ${this.shown}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #take(text: string, isJson: boolean): void {
    if (isJson) {
      this.#rest.push(text); // a line may be of megabytes, and come in many pieces
      if (!text.includes("\n")) return;
      const lines = this.#rest.join("").split("\n");
      this.#rest = [lines.pop()!];
      this.lines.push(...lines);
      this.events.push(...lines.map(eventOf));
    } else {
      this.shown += text;
    }
    this.#advance();
  }

  #advance(): void {
    const { resolve } = this.#step;
    this.#step = Promise.withResolvers();
    resolve();
  }
}

/** Starts a relay to this port of this machine, and waits until it listens. */
export function relayTo(port: number, ...options: string[]): Promise<Relaying> {
  return relayThrough(Deno, port, ...options);
}

/** The same on a network of the test's choice. */
export async function relayThrough(
  net: Net,
  port: number,
  ...options: string[]
): Promise<Relaying> {
  const it = new Relaying(port, options, net);
  if (options.includes("--json")) it.port = (await it.told("listening")).at.port;
  else it.port = Number((await it.said(/(?:Listening on|正在监听) .*:([0-9]+)/))[1]);
  return it;
}
