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
 *  | `server`, `serverPort` | string, number | where it hands on to |
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
 * | | `how` | string | `end`: in order; `reset` |
 * | | `error` | string | with `reset` by another: what its connection broke with |
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
import type { Address } from "../net/net.ts";
import type { Direction, Passed } from "./connection.ts";

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
    how: "end" | "reset";
    error?: string;
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
 * @throws {SyntaxError} If it is none.
 */
export function eventOf(line: string): RelayEvent {
  const { time: _, ...fields } = JSON.parse(line);
  const isEvent = typeof fields.event === "string" && typeof fields.atMs === "number" &&
    fields.atMs >= 0;
  if (!isEvent) throw new SyntaxError("Not an event of a relay");
  const address = { hostname: String(fields.address), port: Number(fields.port) };
  const { event, atMs } = fields;
  switch (event) {
    case "listening": {
      const server = { hostname: String(fields.server), port: Number(fields.serverPort) };
      return { event, atMs, at: address, server, seed: Number(fields.seed) };
    }
    case "connected":
      return { event, atMs, connection: Number(fields.connection), remote: address };
    case "refused":
      return { event, atMs, remote: address, reason: String(fields.reason) };
    case "write": {
      const { connection, direction } = fields;
      return { event, atMs, connection, direction, data: decodeBase64(String(fields.data)) };
    }
    default:
      return fields;
  }
}
