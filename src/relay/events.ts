/**
 * What a relay tells of its work: to a terminal, to a page, to a script, to a recording.
 *
 * With `--json`, and in a recording (`--record FILE`), every line is one JSON object. All have
 *
 * | field | type | meaning |
 * | --- | --- | --- |
 * | `event` | string | `listening`, `connected`, `read`, `write`, `half-close`, `closed`, `unreachable`, `refused`, `error` or `summary` |
 * | `time` | string | when, ISO 8601 in UTC, to the millisecond |
 * | `atMs` | number | the same in milliseconds since `listening`, with a fraction |
 *
 * and besides:
 *
 * | event | field | type | meaning |
 * | --- | --- | --- | --- |
 * | `listening` | `address`, `port` | string, number | where it listens |
 * | | `server`, `serverPort` | string, number | where it hands on to |
 * | | `seed` | number | of all random numbers |
 * | `connected` | `connection` | number | counts up from 1; the same in all events of it |
 * | | `address`, `port` | string, number | the client's |
 * | `read` | `connection` | number | |
 * | | `direction` | string | `to-server` or `to-client` |
 * | | `bytes` | number | so many came in one piece from the sender |
 * | `write` | `connection`, `direction` | | as in `read` |
 * | | `bytes` | number | so many are handed on in one piece |
 * | | `data` | string | these bytes, in base64 |
 * | `half-close` | `connection`, `direction` | | the sender has sent its last byte |
 * | `closed` | `connection` | number | |
 * | | `by` | string | who ended it: `client`, `server` or `relay` |
 * | | `how` | string | `end`: in order; `reset` (by the relay: only if both sides were really reset) |
 * | | `reason` | string | by a limit of the relay: `idle`, `max-duration` or `stopped` |
 * | | `error` | string | with `reset` by a side: what its connection broke with |
 * | | `passedOnAs` | string | the same: what the other side sees of it, `reset` or (without --resets) `end` |
 * | | `toServer`, `toClient` | object | `reads`, `bytesRead`, `writes`, `bytesWritten` of that direction |
 * | | `durationMs` | number | since `connected` |
 * | `unreachable` | `connection`, `message` | number, string | the server could not be reached; the client is ended |
 * | `refused` | `address`, `port`, `reason` | | `not-allowed`, `max-per-address` or `refuse` (--refuse) |
 * | `error` | `message` | string | a failure of the relay that it survives |
 * | `summary` | `connections` | number | so many there were |
 * | | `toServer`, `toClient` | object | the sums |
 * | | `signal` | string or null | the signal that stopped it |
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "jsr:@std/encoding@1.0.11/base64";
import type { Address, Direction } from "../net/net.ts";
import { type ConnectionEnd, DIRECTIONS, type How, type Passed } from "./connection.ts";

export { encodeBase64 };

/** What happened, `atMs` milliseconds after `listening`. */
export type RelayEvent = { atMs: number } & RelayHappening;

/** What may happen. */
export type RelayHappening =
  | { event: "listening"; at: Address; server: Address; seed: number }
  | { event: "connected"; connection: number; remote: Address }
  | { event: "read"; connection: number; direction: Direction; bytes: number }
  | { event: "write"; connection: number; direction: Direction; data: Uint8Array }
  | { event: "half-close"; connection: number; direction: Direction }
  | {
    event: "closed";
    connection: number;
    by: "client" | "server" | "relay";
    how: How;
    reason?: ConnectionEnd["reason"];
    error?: string;
    passedOnAs?: How;
    toServer: Passed;
    toClient: Passed;
    durationMs: number;
  }
  | { event: "unreachable"; connection: number; message: string }
  | { event: "refused"; remote: Address; reason: string }
  | { event: "error"; message: string }
  | {
    event: "summary";
    connections: number;
    toServer: Passed;
    toClient: Passed;
    signal: string | null;
  };

/** The event as a line of JSON, without its newline. `sinceMs`: when `atMs` was 0, since 1970. */
export function jsonOf(event: RelayEvent, sinceMs: number): string {
  const { event: name, atMs, ...fields } = event;
  const time = new Date(sinceMs + atMs).toISOString();
  const at = Math.round(atMs * 1000) / 1000;
  return JSON.stringify({ event: name, time, atMs: at, ...plainFields(event, fields) });
}

function plainFields(event: RelayEvent, fields: object): object {
  switch (event.event) {
    case "listening": {
      const { at: { hostname, port }, server, seed } = event;
      return { address: hostname, port, server: server.hostname, serverPort: server.port, seed };
    }
    case "connected": {
      const { connection, remote: { hostname, port } } = event;
      return { connection, address: hostname, port };
    }
    case "refused": {
      const { remote: { hostname, port }, reason } = event;
      return { address: hostname, port, reason };
    }
    case "write": {
      const { connection, direction, data } = event;
      return { connection, direction, bytes: data.length, data: encodeBase64(data) };
    }
    default:
      return fields;
  }
}

/**
 * The event of a line of JSON.
 *
 * @throws {SyntaxError} If it is none, or lacks a field that is needed to show it.
 */
export function eventOf(line: string): RelayEvent {
  const fields = new Fields(JSON.parse(line));
  const event = fields.oneOf("event", EVENTS);
  const atMs = fields.count("atMs");
  const connection = () => fields.count("connection");
  const direction = () => fields.oneOf("direction", DIRECTIONS);
  const remote = () => fields.address("address", "port");
  switch (event) {
    case "listening": {
      const server = fields.address("server", "serverPort");
      return { event, atMs, at: remote(), server, seed: fields.count("seed") };
    }
    case "connected":
      return { event, atMs, connection: connection(), remote: remote() };
    case "refused":
      return { event, atMs, remote: remote(), reason: fields.text("reason") };
    case "read":
      return {
        event,
        atMs,
        connection: connection(),
        direction: direction(),
        bytes: fields.count("bytes"),
      };
    case "write": {
      const data = decodeBase64(fields.text("data"));
      return { event, atMs, connection: connection(), direction: direction(), data };
    }
    case "half-close":
      return { event, atMs, connection: connection(), direction: direction() };
    case "closed":
      return {
        event,
        atMs,
        connection: connection(),
        by: fields.oneOf("by", ["client", "server", "relay"]),
        how: fields.oneOf("how", HOWS),
        ...fields.optional("reason", () => fields.oneOf("reason", REASONS)),
        ...fields.optional("error", () => fields.text("error")),
        ...fields.optional("passedOnAs", () => fields.oneOf("passedOnAs", HOWS)),
        toServer: fields.passed("toServer"),
        toClient: fields.passed("toClient"),
        durationMs: fields.count("durationMs"),
      };
    case "unreachable":
      return { event, atMs, connection: connection(), message: fields.text("message") };
    case "error":
      return { event, atMs, message: fields.text("message") };
    case "summary":
      return {
        event,
        atMs,
        connections: fields.count("connections"),
        toServer: fields.passed("toServer"),
        toClient: fields.passed("toClient"),
        signal: fields.value("signal") === null ? null : fields.text("signal"),
      };
  }
}

/** When `atMs` was 0 for the event of a line of JSON, in milliseconds since 1970. */
export function sinceMsOf(line: string): number {
  const fields = new Fields(JSON.parse(line));
  const timeMs = Date.parse(fields.text("time"));
  if (Number.isNaN(timeMs)) throw new SyntaxError('its "time" is no time');
  return timeMs - fields.count("atMs") + 0.5; // the fraction of its millisecond is not known
}

const HOWS = ["end", "reset"] as const;
const REASONS = ["idle", "max-duration", "stopped"] as const;
const EVENTS = [
  "listening",
  "connected",
  "read",
  "write",
  "half-close",
  "closed",
  "unreachable",
  "refused",
  "error",
  "summary",
] as const;

/** The fields of an object of JSON, each as what it is to be. */
class Fields {
  readonly #object: Record<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null) throw new SyntaxError("not an object");
    this.#object = value as Record<string, unknown>;
  }

  value(name: string): unknown {
    return this.#object[name];
  }

  text(name: string): string {
    const value = this.#object[name];
    if (typeof value !== "string") throw new SyntaxError(`its "${name}" is no text`);
    return value;
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T {
    const value = known.find((one) => one === this.#object[name]);
    if (value === undefined) throw new SyntaxError(`its "${name}" is not known`);
    return value;
  }

  /** A number from 0, perhaps with a fraction. */
  count(name: string): number {
    const value = this.#object[name];
    if (typeof value !== "number" || value < 0) throw new SyntaxError(`its "${name}" is no number`);
    return value;
  }

  address(name: string, port: string): Address {
    return { hostname: this.text(name), port: this.count(port) };
  }

  passed(name: string): Passed {
    const of = new Fields(this.#object[name]);
    return {
      reads: of.count("reads"),
      bytesRead: of.count("bytesRead"),
      writes: of.count("writes"),
      bytesWritten: of.count("bytesWritten"),
    };
  }

  /** With that field, if there is one. */
  optional<K extends string, T>(name: K, get: () => T): { [name in K]?: T } {
    return name in this.#object ? { [name]: get() } as { [name in K]: T } : {};
  }
}
