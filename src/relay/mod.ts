/**
 * `tcplab relay`: stands between two programs, shows what passes and shapes it.
 *
 * @module
 */

import { command, loadTracing, PROCESS, type Program, program, usageOf } from "../cli/command.ts";
import { perform } from "../cli/ending.ts";
import { failure, reasonOf, textOf, UsageError, words } from "../cli/failure.ts";
import type { Report } from "../cli/report.ts";
import { runServer } from "../cli/server.ts";
import type { TraceDetail, TracingGiven } from "../cli/tracing.ts";
import { dial } from "../net/dial.ts";
import { type Address, type Conn, type Direction, formatAddress, type Net } from "../net/net.ts";
import type { Client } from "../net/served_client.ts";
import { DIRECTIONS, Passage, type PassageObserver, type Passed } from "./connection.ts";
import type { RelayEvent, RelayHappening } from "./events.ts";
import { assertUseful, relayArguments, relayOptions, shapesOf, WEB_HOST } from "./options.ts";
import { isRandom, loadRandom, NO_RANDOM, type Shape } from "./shape.ts";
import { openShows } from "./shows.ts";
import type { Web } from "./web.ts";

/** Of the listen queue, as servers with room for many have it. */
const BACKLOG = 511;

const COMMAND = command({
  name: "relay",
  section: "4.3.3",
  summary:
    words`Stands between clients and a server: clients of <port> reach <host> <server-port>, and
    every piece of bytes is shown as it passes; cut, gathered, delayed or damaged, if you like.`,
  arguments: relayArguments,
  options: relayOptions,
  examples: [
    [
      "relay 9191 127.0.0.1 9190",
      words`then, in another terminal: ${{ program: "echo_client" }} 127.0.0.1 9191`,
    ],
    ["relay --cut 5 9191 127.0.0.1 9190", words`the mistake of 4.3.3 is there for all to see`],
    ["relay --delay 100ms --rate 64k 9191 127.0.0.1 9190", words`a slow network`],
    ["relay --replay FILE [--speed N]", words`what relay --record FILE has kept, shown again`],
  ],
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

/** Runs a relay, or shows what one has recorded. Resolves to the exit code. */
export const relay: Program = async (args, world = PROCESS) => {
  const isGiven = (name: string) =>
    args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (!isGiven("replay")) {
    // Of an option that the relay does not know it would only say which other one is spelt so.
    if (!isGiven("speed")) return await relayLive(args, world);
    return await perform({ ...COMMAND, world, args, usage: () => usageOf(COMMAND) }, () => {
      throw new UsageError(words`Option --${"speed"} needs --${"replay"}`);
    });
  }
  const { replay } = await import(`./${""}replay.ts`) as typeof import("./replay.ts"); // see main.ts
  return await replay(args, world);
};

const relayLive: Program = program(COMMAND, async (given) => {
  const { options, arguments: { port, host, "server-port": serverPort }, say } = given;
  const server: Address = { hostname: host, port: serverPort };
  assertUseful(options);
  const shapes = shapesOf(options);
  const needsRandom = DIRECTIONS.some((direction) => isRandom(shapes[direction]));
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const randomOf = needsRandom ? await loadRandom() : () => NO_RANDOM;
  const shows = await openShows({ ...given, sumsUp: !options.quiet });
  const total: Record<Direction, Passed> = { "to-server": nothing(), "to-client": nothing() };
  let sinceMs = 0;
  let connections = 0;
  let web: Web | null = null;
  /** Those that have been told to be there, and when they will have been told to be over. */
  const present = new Map<number, { passage: Passage; told: Promise<void> }>();
  const toReset = new Set<number>(); // at their next reply
  const dated = (happening: RelayHappening): RelayEvent => ({
    atMs: performance.now() - sinceMs,
    ...happening,
  });
  const tellPage = (happening: RelayHappening) => web?.tell(dated(happening));
  const tell = (happening: RelayHappening) => {
    const event = dated(happening);
    web?.tell(event);
    return shows.tell(event);
  };

  const report: Report = {
    async listening(at) {
      sinceMs = performance.now();
      if (!options.json) {
        if (!options.quiet || port === 0) say(words`Listening on ${formatAddress(at)}`);
        if (!options.quiet) say(words`Relaying to ${formatAddress(server)}`);
        if (needsRandom) say(words`Random numbers of --seed ${seed}`);
      }
      web = await openPage(at);
      if (web !== null) say(words`Page at ${web.url}`);
      await tell({ event: "listening", at, server, seed });
    },
    puts: () => Promise.resolve(),
    connected: (client) =>
      tell({ event: "connected", connection: client.number, remote: client.remote }),
    async closed({ number }) {
      // Perhaps a limit has closed it, while its bytes were still on their way.
      present.get(number)?.passage.onClientClosed();
      await present.get(number)?.told;
    },
    refused: (remote, reason) => tell({ event: "refused", remote, reason }),
    acceptFailed: (error) =>
      tell({ event: "error", message: textOf(words`Cannot accept a client: ${reasonOf(error)}`) }),
    stopping: (signal) => {
      if (!options.quiet) say(words`${signal}: no more clients; those being relayed may finish`);
    },
    async summary(_, { signal }) {
      const [toServer, toClient] = DIRECTIONS.map((direction) => total[direction]);
      await tell({ event: "summary", connections, toServer, toClient, signal });
      await web?.close();
      await shows.end();
    },
  };

  async function openPage(at: Address): Promise<Web | null> {
    if (options.web === undefined) return null;
    const { openWeb } = await import(`./${""}web.ts`) as typeof import("./web.ts");
    return openWeb({
      hostname: options["web-host"] ?? WEB_HOST,
      port: options.web,
      lang: options.lang,
      textOf: given.textOf,
      relay: { from: formatAddress(at), to: formatAddress(server) },
      controls: {
        resets,
        state: () => pageStateOf(shapes),
        change({ cut, delayMs, resetNext }) {
          for (const shape of shapedOf(shapes, options)) {
            if (cut !== undefined) shape.cut = cut === null ? undefined : { least: cut, most: cut };
            if (delayMs !== undefined) {
              shape.delay = delayMs === null ? undefined : { ms: delayMs, spreadMs: 0 };
            }
          }
          if (resetNext !== undefined && present.has(resetNext)) toReset.add(resetNext);
        },
      },
    });
  }

  /** Who is told of the pieces. Where nobody is, nothing of it is made. */
  function observerOf(connection: number, cut: () => void): PassageObserver {
    if (web === null && !shows.needsPieces) return {};
    // The page takes a piece at once; whoever else is told of it may be waited for.
    const tellPiece = shows.needsPieces ? tell : tellPage;
    return {
      onRead: (direction, bytes) => void tellPiece({ event: "read", connection, direction, bytes }),
      onWrite(direction, data) {
        if (direction === "to-client" && toReset.delete(connection)) return cut();
        return tellPiece({ event: "write", connection, direction, data });
      },
      onHalfClose: (direction) => void tell({ event: "half-close", connection, direction }),
    };
  }

  async function handle(client: Client): Promise<void> {
    const { number: connection } = client;
    if (connection <= options.refuse) {
      client.reset();
      return await tell({ event: "refused", remote: client.remote, reason: "refuse" });
    }
    let conn: Conn;
    try {
      conn = await dial(net, { ...server, timeoutMs: options["connect-timeout"] });
    } catch (error) {
      const tried = { call: "connect", ...server } as const;
      const { message } = failure(words`Cannot connect to ${formatAddress(server)}`, error, tried);
      await tell({ event: "unreachable", connection, message });
      return await client.hangUp();
    }
    connections++;
    const beganMs = performance.now();
    const [toServer, toClient] = DIRECTIONS.map((_, i) =>
      randomOf((seed + 2 * connection + i) | 0)
    );
    const passage = new Passage({
      client,
      server: conn,
      shape: (direction) => shapes[direction],
      random: { "to-server": toServer, "to-client": toClient },
      observer: observerOf(connection, () => passage.cut("reset")),
    });
    const told = Promise.withResolvers<void>();
    present.set(connection, { passage, told: told.promise });
    await passage.run();
    for (const direction of DIRECTIONS) add(passage.passed[direction], total[direction]);
    const { error, ...end } = passage.end!;
    await tell({
      event: "closed",
      connection,
      ...end,
      ...(error === undefined ? {} : { error: textOf(reasonOf(error)) }),
      toServer: passage.passed["to-server"],
      toClient: passage.passed["to-client"],
      durationMs: performance.now() - beganMs,
    });
    told.resolve();
    present.delete(connection);
    toReset.delete(connection);
    await passage.settled();
  }

  // At the end: it listens already, and whatever was wrong has been said.
  const needsResets = options.resets || options.refuse > 0 ||
    DIRECTIONS.some((direction) => shapes[direction].resetAfter !== undefined);
  const { net, resets } = await netOf(given, needsResets);
  if (needsResets && !resets) {
    say(
      words`Deno ${Deno.version.deno} cannot reset a connection: it is closed instead (Deno 2.7 can)`,
    );
  }
  return await runServer({ ...given, net }, {
    clients: Infinity,
    handle,
    report,
    readsPerClient: DIRECTIONS.length,
  });
});

/** The network, with connections that can be reset where that is needed and can be had. */
async function netOf(
  { net, options, arguments: { port }, ...given }: {
    net: Net;
    options: { host: string; backlog?: number; trace?: TraceDetail };
    arguments: { port: number };
  } & Omit<TracingGiven, "detail">,
  needsResets: boolean,
): Promise<{ net: Net; resets: boolean }> {
  if (!needsResets) return { net, resets: false };
  const { canReset, withResets } = await import(
    `../net/${""}reset.ts`
  ) as typeof import("../net/reset.ts");
  if (!await canReset()) return { net, resets: false };
  const { host: hostname, backlog = BACKLOG } = options;
  const resettable = await withResets(net, { hostname, port, backlog });
  const { trace: detail } = options;
  if (detail === undefined) return { net: resettable, resets: true };
  // Its calls are others than those of the network that is traced already.
  const { tracedNet } = await loadTracing();
  return { net: await tracedNet(resettable, { ...given, detail }), resets: true };
}

/** The directions that `--only` leaves. */
function shapedOf(
  shapes: Record<Direction, Shape>,
  { only }: { only?: Direction },
): Shape[] {
  return DIRECTIONS.filter((direction) => (only ?? direction) === direction)
    .map((direction) => shapes[direction]);
}

/** What the page says of it. */
function pageStateOf(shapes: Record<Direction, Shape>): { cut: string; delayMs: number | null } {
  const cut = shapes["to-client"].cut ?? shapes["to-server"].cut;
  const delay = shapes["to-client"].delay ?? shapes["to-server"].delay;
  return {
    cut: cut === undefined
      ? ""
      : cut.least === cut.most
      ? String(cut.most)
      : `${cut.least}-${cut.most}`,
    delayMs: delay?.ms ?? null,
  };
}

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
