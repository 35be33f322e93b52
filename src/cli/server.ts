/**
 * What the servers have in common: their options, the readiness line, signals.
 *
 * @module
 */

import type { Client } from "../net/served_client.ts";
import {
  type Address,
  formatAddress,
  type Listener,
  type ListenOptions,
  type Net,
} from "../net/net.ts";
import { loadTurns, serve } from "../net/serve.ts";
import type { Served, ServeOptions } from "../net/service.ts";
import {
  duration,
  flag,
  type Given,
  host,
  optional,
  repeated,
  text,
  trace,
  wholeNumber,
} from "./command.ts";
import { withStopSignals } from "./ending.ts";
import { failure, UsageError, type Words, words } from "./failure.ts";
import type { Voice } from "./output.ts";
import { jsonReport, type Report, wordsReport } from "./report.ts";

const MAX = Number.MAX_SAFE_INTEGER;
/** The book's: listen(serv_sock, 5). */
const BACKLOG = 5;
/** Of a server with room for many: they may come all at once. What Deno takes by itself, and Node. */
const BACKLOG_OF_MANY = 511;

/** The argument of every server. */
export const serverArguments = {
  port: wholeNumber("port", words`port to listen on; 0 takes a free one`, { min: 0, max: 65535 }),
};

/** The options of every server. `clients` says what happens without `--clients`. */
export function serverOptions(clients: Words) {
  const count = (help: Words) => wholeNumber("N", help, { min: 1, max: MAX });
  return {
    host: host(
      words`ADDRESS`,
      words`address to listen on (default: 127.0.0.1, this machine alone; 0.0.0.0 is the book's
        INADDR_ANY)`,
      { fallback: "127.0.0.1" },
    ),
    backlog: optional(
      wholeNumber(
        "N",
        words`length of the listen queue (default: 5, as in the book; 511 with --concurrent
          above 1)`,
        { min: 1, max: 65535 },
      ),
    ),
    clients: optional(count(words`end after N clients (default: ${clients})`)),
    forever: flag(words`serve client after client, without end`),
    concurrent: wholeNumber("N", words`serve N clients at a time (default: 1, as in the book)`, {
      min: 1,
      max: MAX,
      fallback: 1,
    }),
    "idle-timeout": optional(
      duration(words`hang up on a client when no byte goes either way for TIME (500ms, 30s, 5m)`),
    ),
    "max-duration": optional(duration(words`hang up on a client after TIME`)),
    "max-per-address": optional(
      count(words`serve at most N clients at a time from one address; refuse more`),
    ),
    allow: repeated(
      text("CIDR", words`refuse clients from elsewhere (10.0.0.0/8, ::1; may be given again)`),
    ),
    grace: duration(words`how long clients may go on after the first signal (default: 5s)`, 5000),
    trace,
    json: flag(
      words`print every event as a JSON object on a line, instead of all else: listening,
        connected, closed, refused, error, summary (times in ms, sizes in bytes)`,
    ),
    quiet: flag(words`print errors only, and where it listens if the port was 0`),
  };
}

/** The option of a server that can use more than one core. */
export const workers = optional(
  wholeNumber("N", words`serve in N threads, as one server (Linux)`, {
    min: 1,
    max: 256,
  }),
);

/** What the body of a server is given. */
export type ServerGiven = Given<typeof serverArguments, ReturnType<typeof serverOptions>>;

/** How a server is to serve: its options and the language that it speaks. */
export type ServerSettings = ServerGiven["options"];

/** What a server does in its own way. */
type OwnWays = Pick<ServerTask, "report" | "readsPerClient">;

/** What a server works with, be it all of a program or one thread of several. */
export interface ServerTask extends Voice {
  /** The program's name, for messages. */
  name: string;
  /** The port that it was told; 0: any. */
  port: number;
  options: ServerSettings;
  net: Net;
  /** Ends it in order. Without it signals of the process do. */
  stop?: AbortSignal;
  /** What tells of it. Default: as the options say. */
  report?: Report;
  /** So many connections are read for each client. Default: its own. */
  readsPerClient?: number;
}

/**
 * Serves one client. `puts` prints a line of the book's program, as puts() does
 * there, unless the options say that it shall not.
 */
export type Handle = (client: Client, puts: (line: string) => Promise<void>) => Promise<void>;

/**
 * Binds, says where it listens, and lets `handle` serve every client until
 * `clients` of them are served (where the options do not say otherwise) or a
 * signal comes. Resolves to the exit code.
 */
export async function runServer(
  given: ServerGiven,
  { clients, handle, ...own }: { clients: number; handle: Handle } & OwnWays,
): Promise<number> {
  const task: ServerTask = { ...given, port: given.arguments.port, ...own };
  clients = clientsOf(given.options, clients);
  const server = await prepare(task);
  let listener: Listener | undefined; // until it serves, which closes it
  return await runUntilStopped({ ...task, report: server.report }, {
    listen() {
      listener = bind(task);
      return placeOf(listener.addr, task.options);
    },
    serve() {
      const its = listener!;
      listener = undefined;
      return server.serve(its, handle, { clients });
    },
    stop: server.stop,
    end: () => listener?.close(),
  });
}

/** A server that can be run: in this thread, or in several. */
export interface Runnable {
  /** Takes the port. */
  listen(): Address | Promise<Address>;
  /** Serves until it has served all, or is stopped. */
  serve(): Promise<Served>;
  /** No more clients; those present may finish, and what is printed may go out, in the grace. */
  stop(): void;
  /** Ends whatever is left of it, in any case. */
  end(): void;
}

/**
 * Runs a server from listen() to its summary, and stops it when `stop` says so or, without one, at
 * a signal: at the first in order, at a second at once. Resolves to the exit code.
 */
export async function runUntilStopped(
  task: ServerTask & { report: Report },
  server: Runnable,
): Promise<number> {
  const { report, giveUp, stop } = task;
  let stoppedBy: string | null = null;

  async function listenAndServe(): Promise<number> {
    const at = await server.listen();
    const sinceMs = performance.now();
    // Who was told that no more clients are taken is not told to come.
    if (stoppedBy === null) {
      sayIfQueueIsCut(task);
      await report.listening(at);
    }
    const served = await server.serve();
    await report.summary(served, { durationMs: performance.now() - sinceMs, signal: stoppedBy });
    return 0;
  }
  const onStop = () => server.stop();
  try {
    if (stop === undefined) {
      return await withStopSignals(listenAndServe, {
        onFirst(signal) {
          stoppedBy = signal;
          report.stopping(signal);
          server.stop();
        },
        onSecond: () => giveUp(0),
      });
    }
    stop.addEventListener("abort", onStop);
    if (stop.aborted) onStop();
    return await listenAndServe();
  } finally {
    stop?.removeEventListener("abort", onStop);
    server.end();
  }
}

/** A server that has all that it needs but a listener. */
export interface PreparedServer {
  report: Report;
  /** Lets `handle` serve the clients of this listener, as `serve` of net/serve.ts does. */
  serve(listener: Listener, handle: Handle, more: Partial<ServeOptions>): Promise<Served>;
  /** No more clients; those present may finish, and what is printed may go out, in the grace. */
  stop(): void;
}

/**
 * Loads and sets up what a server needs. To be called before listen(): once clients have
 * taken the last descriptor it could no longer be done. A stdout that fails stops it: what is left
 * of it is thrown at the end.
 */
export async function prepare(task: ServerTask): Promise<PreparedServer> {
  const { options } = task;
  const isAllowed = await allowedOf(options);
  const turns = await loadTurns(options.concurrent * (task.readsPerClient ?? 1));
  const report = reportOf(task);
  const stopping = new AbortController();
  function stopServing(): void {
    if (stopping.signal.aborted) return;
    task.giveUp(options.grace);
    stopping.abort();
  }
  task.onStdoutFailure(stopServing);
  return {
    report,
    serve: (listener, handle, more) =>
      serve(listener, (client) => handle(client, report.puts), {
        ...limitsOf(options),
        isAllowed,
        turns,
        stop: stopping.signal,
        observer: report,
        ...more,
      }),
    stop: stopServing,
  };
}

/** What tells of a server, as the options say. */
export function reportOf(task: ServerTask): Report {
  return task.report ??
    (task.options.json ? jsonReport(task) : wordsReport(task, task.options.quiet));
}

/** How many clients it serves, if it serves `clients` by default. */
export function clientsOf(options: ServerSettings, clients: number): number {
  if (options.forever && options.clients !== undefined) {
    throw new UsageError(words`Cannot use --forever and --clients together`);
  }
  return options.forever ? Infinity : options.clients ?? clients;
}

/** Who may come, by `--allow`. */
export async function allowedOf(
  { allow }: { allow: string[] },
): Promise<((hostname: string) => boolean) | undefined> {
  if (allow.length === 0) return undefined;
  return (await import(`./${""}allow.ts`) as typeof import("./allow.ts")).allowList(allow);
}

/** What each client may take, and how many there may be at a time. */
function limitsOf(options: ServerSettings): Partial<ServeOptions> {
  return {
    concurrent: options.concurrent,
    idleTimeoutMs: options["idle-timeout"],
    maxDurationMs: options["max-duration"],
    maxPerAddress: options["max-per-address"],
    graceMs: options.grace,
  };
}

/** socket(), bind(), listen(), as the options say. Throws a Failure. */
export function bind(
  { net, port, options, say }: ServerTask,
  more: Partial<ListenOptions> = {},
): Listener {
  if (options.backlog !== undefined && ignoresBacklog(Deno.version.deno)) {
    say(
      words`Deno ${Deno.version.deno} ignores --backlog and takes 128; Deno 2.5 or later honours it`,
    );
  }
  const at = { hostname: options.host, port, tcpBacklog: backlogOf(options), ...more };
  try {
    return net.listen(at);
  } catch (error) {
    throw failure(words`Cannot bind ${formatAddress(at)}`, error, { call: "bind", ...at });
  }
}

/** The length of the listen queue, by the options. A thread of several has but its share of --concurrent. */
function backlogOf(options: ServerSettings & { workers?: number }): number {
  const isForMany = options.concurrent > 1 || (options.workers ?? 1) > 1;
  return options.backlog ?? (isForMany ? BACKLOG_OF_MANY : BACKLOG);
}

/** Where it listens, with the interface of `--host fe80::1%eth0`, which Deno's address has lost. */
export function placeOf(addr: Address, { host }: { host: string }): Address {
  const { hostname, port } = addr;
  return { hostname: hostname + (/%.*/.exec(host)?.[0] ?? ""), port };
}

/**
 * Linux cuts the queue to its own limit and tells nobody. Where Deno may read that limit, which
 * takes all of --allow-all (main.ts gives up some of it), we do.
 */
export function sayIfQueueIsCut({ options, say }: ServerTask): void {
  const backlog = backlogOf(options);
  if (options.quiet || Deno.build.os !== "linux" || backlog <= BACKLOG) return;
  const path = "/proc/sys/net/core/somaxconn";
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return;
  let most;
  try {
    most = Number(Deno.readTextFileSync(path));
  } catch {
    return; // --allow-read is not enough for /proc
  }
  if (most >= backlog) return;
  say(
    words`The system cuts the listen queue from ${backlog} to ${most}; sysctl
      net.core.somaxconn=${backlog} would let it be`,
  );
}

/** `tcpBacklog` came with Deno 2.5. */
function ignoresBacklog(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 2 && minor < 5;
}
