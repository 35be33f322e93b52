/**
 * What `tcplab bench` takes, and the load that it means.
 *
 * @module
 */

import {
  duration,
  flag,
  host,
  optional,
  type Parameter,
  repeated,
  text,
  wholeNumber,
} from "../cli/command.ts";
import { UsageError, type Value, type Words, words } from "../cli/failure.ts";
import type { Address } from "../net/net.ts";
import type { Load } from "./measured.ts";
import type { Sizes } from "./messages.ts";

const MAX = Number.MAX_SAFE_INTEGER;
const DURATION_MS = 5000;
const DEFAULT_SIZE: Sizes = { least: 64, most: 64 };
/** Of a message. What is sent stands in memory, three messages at least. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Of one process: more have no descriptors, as a rule, and no local ports. */
const MOST_CONNECTIONS = 60_000;

const count = (help: Words, max = MAX) => wholeNumber("N", help, { min: 1, max });

/** `<host> <port>`, which `--compare` goes without. */
export const benchArguments = {
  host: { ...host("host", words`name or address of the server`), optional: true as const },
  port: {
    ...wholeNumber("port", words`its port`, { min: 1, max: 65535 }),
    optional: true as const,
  },
};

/** How the load is. */
const loadOptions = {
  connections: wholeNumber("N", words`on N connections at a time (default: 1)`, {
    min: 1,
    max: MOST_CONNECTIONS,
    fallback: 1,
  }),
  duration: optional(duration(words`measure for TIME (default: 5s)`)),
  messages: optional(count(words`or until N messages (of all connections) are answered`)),
  size: optional(
    sizes(words`BYTES`, words`of each message (default: 64); 1-4096: of random length`),
  ),
  pipeline: wholeNumber("N", words`N messages under way on each connection (default: 1)`, {
    min: 1,
    max: 65536,
    fallback: 1,
  }),
  rate: optional(
    count(
      words`send N messages a second, whatever the server does; latencies count from the time when
        a message was due. Without it each waits for the reply to the one before`,
      10_000_000,
    ),
  ),
  lines: flag(words`messages are lines: printable, with a newline at the end`),
  "connect-only": flag(
    words`clients a second: connect, one byte there and back, close, again and again`,
  ),
  warmup: duration(words`what is answered in the first TIME does not count (default: 300ms)`, 300),
  workers: wholeNumber("N", words`send from N threads (default: 1; more need --allow-read)`, {
    min: 1,
    max: 256,
    fallback: 1,
  }),
  wait: flag(words`keep trying until the server is up`),
  "connect-timeout": duration(words`give up connecting after TIME (default: 10s)`, 10_000),
  "reply-timeout": duration(
    words`give up a connection on which a reply is due and nothing comes for TIME (default: 10s)`,
    10_000,
  ),
};

/** All options of bench. */
export const benchOptions = {
  ...loadOptions,
  compare: repeated(
    text(
      words`CMD`,
      words`start this server ({port} is replaced, or follows), measure it, end it; give it once for
        each server: they are measured in turns, and told as ratios to the first`,
    ),
  ),
  rounds: optional(
    count(words`of --compare: measure each server N times, and take medians (default: 5)`),
  ),
  json: flag(words`print one JSON object instead of all else (times in ms)`),
  html: optional(
    text(
      words`FILE`,
      words`also write a page with pictures to FILE (needs --allow-read, --allow-write)`,
    ),
  ),
  force: flag(words`overwrite FILE if it exists`),
};

type Options = {
  [K in keyof typeof loadOptions]: ReturnType<typeof loadOptions[K]["parse"]>;
};

/** The load that the options mean. Throws a UsageError where they contradict. */
export function loadOf(options: Options, { hostname, port }: Address): Load {
  const { connections, messages, lines, size = DEFAULT_SIZE, rate, workers } = options;
  const connectOnly = options["connect-only"];
  refuseTogether(options);
  if (workers > connections) {
    throw new UsageError(
      words`Cannot use --workers ${workers} with --connections ${connections}: give --connections
        ${workers} or more, one for each thread`,
    );
  }
  if (messages !== undefined && messages < workers) {
    throw new UsageError(words`Cannot use --messages ${messages} with --workers ${workers}`);
  }
  return {
    hostname,
    port,
    connections,
    first: 1,
    size: connectOnly ? { least: 1, most: 1 } : size,
    lines,
    pipeline: options.pipeline,
    connectOnly,
    rate: rate === undefined ? undefined : { perSecond: rate, first: 0, step: 1 },
    warmupMs: messages === undefined ? options.warmup : 0,
    durationMs: options.duration ?? (messages === undefined ? DURATION_MS : Infinity),
    messages,
    wait: options.wait,
    connectTimeoutMs: options["connect-timeout"],
    replyTimeoutMs: options["reply-timeout"],
  };
}

function refuseTogether(options: Options): void {
  const clients = options["connect-only"];
  const pairs: [boolean, string, string][] = [
    [options.rate !== undefined && clients, "--rate", "--connect-only"],
    [options.pipeline > 1 && clients, "--pipeline", "--connect-only"],
    [options.size !== undefined && clients, "--size", "--connect-only"],
    [options.lines && clients, "--lines", "--connect-only"],
    [options.duration !== undefined && options.messages !== undefined, "--duration", "--messages"],
  ];
  for (const [both, one, other] of pairs) {
    if (both) throw new UsageError(words`Cannot use ${one} and ${other} together`);
  }
}

function sizes(value: Value, help: Words): Parameter<Sizes> {
  return {
    value,
    help,
    parse(text) {
      const [, least, most = least] = /^([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?$/.exec(text) ??
        [];
      const sizes = { least: Number(least), most: Number(most) };
      if (least === undefined || sizes.most < sizes.least || sizes.most > MOST_BYTES) {
        throw new UsageError(words`not a number of bytes from 1 to ${MOST_BYTES}, or 1-4096`);
      }
      return sizes;
    },
  };
}
