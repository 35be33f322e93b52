/**
 * `tcplab relay`: stands between two programs, shows what passes and shapes it.
 *
 * @module
 */

import { command, type Program, program } from "../cli/command.ts";
import { failure, reasonOf } from "../cli/failure.ts";
import type { Report } from "../cli/report.ts";
import { runServer } from "../cli/server.ts";
import { dial } from "../net/dial.ts";
import { type Address, type Conn, formatAddress } from "../net/net.ts";
import { BufferPool, type Client } from "../net/served_client.ts";
import { type Direction, DIRECTIONS, Passage, type Passed } from "./connection.ts";
import type { RelayEvent, RelayHappening } from "./events.ts";
import { relayArguments, relayOptions, shapesOf } from "./options.ts";
import { isRandom, loadRandom, NO_RANDOM } from "./shape.ts";
import { openShows } from "./shows.ts";
import type { Web } from "./web.ts";

const COMMAND = command({
  name: "relay",
  section: "4.3.3",
  summary:
    "Stands between clients and a server: clients of <port> reach <host> <server-port>, and " +
    "every piece of bytes is shown as it passes; cut, gathered, delayed or damaged, if you like.",
  arguments: relayArguments,
  options: relayOptions,
  examples: [
    ["relay 9191 127.0.0.1 9190", "then, in another terminal, echo_client 127.0.0.1 9191"],
    ["relay --cut 5 9191 127.0.0.1 9190", "the mistake of 4.3.3 is there for all to see"],
    ["relay --delay 100ms --rate 64k 9191 127.0.0.1 9190", "a slow network"],
    ["relay --replay FILE [--speed N]", "what relay --record FILE has kept, shown again"],
  ],
});

/** Runs a relay, or shows what one has recorded. Resolves to the exit code. */
export const relay: Program = async (args, world) => {
  const isReplay = args.some((arg) => /^--replay(=|$)/.test(arg));
  if (!isReplay) return await relayLive(args, world);
  const { replay } = await import(`./${""}replay.ts`) as typeof import("./replay.ts"); // see main.ts
  return await replay(args, world);
};

const relayLive: Program = program(COMMAND, async (given) => {
  const { options, arguments: { host, "server-port": serverPort }, net, say } = given;
  const server: Address = { hostname: host, port: serverPort };
  const shapes = shapesOf(options);
  const needsRandom = DIRECTIONS.some((direction) => isRandom(shapes[direction]));
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const randomOf = needsRandom ? await loadRandom() : () => NO_RANDOM;
  const shows = await openShows(given);
  const beganMs = { sinceMs: 0 };
  const total: Record<Direction, Passed> = { "to-server": nothing(), "to-client": nothing() };
  let connections = 0;
  let web: Web | null = null;
  const passages = new Map<number, Passage>();
  const toReset = new Set<number>(); // at their next reply
  const tell = (happening: RelayHappening) => {
    const event: RelayEvent = { atMs: performance.now() - beganMs.sinceMs, ...happening };
    web?.tell(event);
    return shows.tell(event);
  };
  const buffers = new BufferPool();

  const report: Report = {
    async listening(at) {
      beganMs.sinceMs = performance.now();
      if (!options.json) {
        say(`Listening on ${formatAddress(at)}`);
        if (!options.quiet) say(`Relaying to ${formatAddress(server)}`);
        if (needsRandom) say(`Random numbers of --seed ${seed}`);
      }
      web = await openPage(at);
      if (web !== null) say(`Page at ${web.url}`);
      await tell({ event: "listening", at, server, seed });
    },
    puts: () => Promise.resolve(),
    connected: (client) =>
      tell({ event: "connected", connection: client.number, remote: client.remote }),
    closed() {},
    refused: (remote, reason) => tell({ event: "refused", remote, reason }),
    acceptFailed: (error) =>
      tell({ event: "error", message: `Cannot accept a client: ${reasonOf(error)}` }),
    stopping: (signal) => {
      if (!options.quiet) say(`${signal}: no more clients; those being relayed may finish`);
    },
    async summary(_, { signal }) {
      await tell({
        event: "summary",
        connections,
        toServer: total["to-server"],
        toClient: total["to-client"],
        signal,
      });
      await web?.close();
      await shows.end();
    },
  };

  async function openPage(at: Address): Promise<Web | null> {
    if (options.web === undefined) return null;
    const { openWeb } = await import(`./${""}web.ts`) as typeof import("./web.ts");
    return openWeb({
      hostname: options["web-host"],
      port: options.web,
      lang: options.lang,
      relay: { from: formatAddress(at), to: formatAddress(server) },
      state: () => {
        const { cut, delay } = shapes["to-client"];
        return { cut: cut?.most ?? null, delayMs: delay?.ms ?? null };
      },
      onControl({ cut, delayMs, resetNext }) {
        for (const direction of DIRECTIONS) {
          const shape = shapes[direction];
          if (cut !== undefined) shape.cut = cut === null ? undefined : { least: cut, most: cut };
          if (delayMs !== undefined) {
            shape.delay = delayMs === null ? undefined : { ms: delayMs, spreadMs: 0 };
          }
        }
        if (resetNext !== undefined && passages.has(resetNext)) toReset.add(resetNext);
      },
    });
  }

  async function handle(client: Client): Promise<void> {
    const { number: connection } = client;
    if (connection <= options.refuse) {
      client.reset();
      await tell({ event: "refused", remote: client.remote, reason: "refuse" });
      return;
    }
    let conn: Conn;
    try {
      conn = await dial(net, { ...server, timeoutMs: options["connect-timeout"] });
    } catch (error) {
      const { message } = failure(`Cannot connect to ${formatAddress(server)}`, error, {
        call: "connect",
        ...server,
      });
      await tell({ event: "unreachable", connection, message });
      await client.hangUp();
      return;
    }
    connections++;
    const sinceMs = performance.now();
    const [toServer, toClient] = DIRECTIONS.map((_, i) =>
      randomOf((seed + 2 * connection + i) | 0)
    );
    const passage = new Passage({
      client,
      server: conn,
      shape: (direction) => shapes[direction],
      random: { "to-server": toServer, "to-client": toClient },
      buffers,
      observer: {
        onRead: (_, direction, bytes) => tell({ event: "read", connection, direction, bytes }),
        onWrite(passage, direction, data) {
          if (direction === "to-client" && toReset.delete(connection)) return passage.cut("reset");
          return tell({ event: "write", connection, direction, data });
        },
        onHalfClose: (_, direction) => tell({ event: "half-close", connection, direction }),
      },
    });
    passages.set(connection, passage);
    await passage.run();
    passages.delete(connection);
    toReset.delete(connection);
    for (const direction of DIRECTIONS) add(passage.passed[direction], total[direction]);
    const { by, how, error } = passage.end!;
    await tell({
      event: "closed",
      connection,
      by,
      how,
      ...(error === undefined ? {} : { error: reasonOf(error) }),
      toServer: passage.passed["to-server"],
      toClient: passage.passed["to-client"],
      durationMs: performance.now() - sinceMs,
    });
  }
  return await runServer(given, { clients: Infinity, handle, report });
});

function nothing(): Passed {
  return { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 };
}

function add(one: Passed, to: Passed): void {
  to.reads += one.reads;
  to.bytesRead += one.bytesRead;
  to.writes += one.writes;
  to.bytesWritten += one.bytesWritten;
}

if (import.meta.main) Deno.exit(await relay(Deno.args));
