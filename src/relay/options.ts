/**
 * What `tcplab relay` takes: how bytes are shaped, and how they are shown.
 *
 * @module
 */

import {
  duration,
  flag,
  host,
  oneOf,
  optional,
  type Parameter,
  text,
  wholeNumber,
} from "../cli/command.ts";
import { UsageError, type Value, type Words, words } from "../cli/failure.ts";
import { serverArguments, serverOptions } from "../cli/server.ts";
import type { Direction } from "../net/net.ts";
import { DIRECTIONS } from "./connection.ts";
import type { Shape } from "./shape.ts";

const MAX = Number.MAX_SAFE_INTEGER;
/** Between two pieces of --cut, unless it is said. */
const GAP_MS = 5;

/** `<port> <host> <server-port>`. */
export const relayArguments = {
  port: serverArguments.port,
  host: host("host", words`name or address of the server`),
  "server-port": wholeNumber("server-port", words`its port`, { min: 1, max: 65535 }),
};

const afterBytes = (help: Words) => optional(wholeNumber("N", help, { min: 0, max: MAX }));

/** What is done to the bytes. */
export const shapeOptions = {
  cut: optional(range("N", words`hand on at most N bytes at a time; N-M: N to M at random`)),
  gap: optional(duration(words`how long to wait between two such pieces (default: 5ms)`)),
  gather: optional(duration(words`hold what comes for TIME, and hand it on in one write`)),
  delay: optional(
    spread(
      words`TIME`,
      words`hand on each piece later by TIME; TIME~SPREAD: give or take SPREAD, in order`,
    ),
  ),
  rate: optional(byteCount("N", words`hand on N bytes a second (64k, 1M)`)),
  "stall-after": afterBytes(
    words`hand on N bytes and then nothing more; nothing is closed until one side ends`,
  ),
  "close-after": afterBytes(words`end the connection in order after N bytes`),
  "reset-after": afterBytes(words`reset the connection after N bytes`),
  flip: optional(wholeNumber("N", words`damage the N-th byte`, { min: 1, max: MAX })),
  only: optional(
    oneOf(DIRECTIONS, {
      value: words`WAY`,
      help: words`do so on the way to-server or to-client alone`,
    }),
  ),
  refuse: wholeNumber("N", words`refuse the first N clients (default: 0)`, {
    min: 0,
    max: MAX,
    fallback: 0,
  }),
  seed: optional(
    wholeNumber("N", words`the same random numbers for the same N`, { min: 0, max: 2 ** 31 - 1 }),
  ),
};

/** Of the page. */
export const pageOptions = {
  web: optional(
    wholeNumber(
      words`PORT`,
      words`serve a page that shows it live; 0 takes a free port; its address has a token that lets
        its reader change something`,
      { min: 0, max: 65535 },
    ),
  ),
  "web-host": optional(
    host(words`ADDRESS`, words`address of the page (default: 127.0.0.1, this machine alone)`),
  ),
};

/** Where the page is, unless it is said. */
export const WEB_HOST = "127.0.0.1";

/** All options of the relay. */
export const relayOptions = {
  ...serverOptions(words`without end`),
  // A relay is for several, unless it is told otherwise.
  concurrent: wholeNumber("N", words`relay N clients at a time (default: 1000)`, {
    min: 1,
    max: MAX,
    fallback: 1000,
  }),
  json: flag(
    words`print every event as a JSON object on a line, with the bytes in base64, instead of all
      else: listening, connected, read, write, half-close, closed, unreachable, refused, error,
      summary`,
  ),
  ...shapeOptions,
  resets: flag(
    words`pass a reset on as a reset, not as an end, and let the page's be one (Deno 2.7; slower:
      a quarter in bulk)`,
  ),
  "connect-timeout": duration(
    words`give up connecting to the server after TIME (default: 10s)`,
    10_000,
  ),
  hex: flag(words`show the bytes as a hex dump`),
  clock: flag(words`show the time of day, to set beside other programs' output`),
  record: optional(text(words`FILE`, words`keep all events in FILE, as --json prints them`)),
  force: flag(words`overwrite FILE if it exists`),
  ...pageOptions,
};

/** The values of {@linkcode shapeOptions}. */
export type ShapeValues = {
  [K in keyof typeof shapeOptions]: ReturnType<typeof shapeOptions[K]["parse"]>;
};

/** Options by their names; those that are not given are `undefined` or `false`. */
type Given = Readonly<Record<string, unknown>>;

/** Options of which one without the other, or both, would do nothing. @throws {UsageError} */
export function assertUseful(options: Given): void {
  const isGiven = (name: string) => options[name] !== undefined && options[name] !== false;
  const needs = (name: string, other: string) => {
    if (isGiven(name) && !isGiven(other)) {
      throw new UsageError(words`Option --${name} needs --${other}`);
    }
  };
  // On the page one can begin to cut.
  if (!isGiven("web")) needs("gap", "cut");
  needs("web-host", "web");
  needs("force", "record");
  for (const name of ["hex", "clock"]) {
    if (!isGiven(name) || !isGiven("json")) continue;
    throw new UsageError(
      words`Cannot use --${name} and --json together: the objects of --json are always the same`,
    );
  }
  if (isGiven("close-after") && isGiven("reset-after")) {
    throw new UsageError(
      words`Cannot use --close-after and --reset-after together: a connection ends in one way`,
    );
  }
}

/** The shape of each direction, by the options. Throws a UsageError where they contradict. */
export function shapesOf(
  { only, gap = GAP_MS, gather, ...values }: Omit<ShapeValues, "refuse" | "seed">,
): Record<Direction, Shape> {
  const { cut, delay, rate, flip } = values;
  if (gather !== undefined && cut !== undefined) {
    throw new UsageError(
      words`Cannot use --gather and --cut together: one joins what the other parts`,
    );
  }
  const shape = (): Shape => ({
    cut,
    gapMs: gap,
    gatherMs: gather,
    delay,
    rate,
    flip,
    stallAfter: values["stall-after"],
    closeAfter: values["close-after"],
    resetAfter: values["reset-after"],
  });
  // One each: the page changes them.
  return {
    "to-server": only === "to-client" ? { gapMs: gap } : shape(),
    "to-client": only === "to-server" ? { gapMs: gap } : shape(),
  };
}

function range(value: Value, help: Words): Parameter<{ least: number; most: number }> {
  return {
    value,
    help,
    parse(text) {
      const [, least, most = least] = /^([1-9][0-9]{0,15})(?:-([1-9][0-9]{0,15}))?$/.exec(text) ??
        [];
      if (least === undefined || Number(most) < Number(least)) {
        throw new UsageError(words`not a number of bytes such as 5, or 1-20`);
      }
      return { least: Number(least), most: Number(most) };
    },
  };
}

function spread(value: Value, help: Words): Parameter<{ ms: number; spreadMs: number }> {
  const time = duration(help);
  return {
    value,
    help,
    parse(text) {
      const [ms, spreadMs = "", more] = text.split("~");
      if (more !== undefined) throw new UsageError(words`not a time such as 100ms, or 100ms~20ms`);
      return { ms: time.parse(ms), spreadMs: spreadMs === "" ? 0 : time.parse(spreadMs) };
    },
  };
}

function byteCount(value: Value, help: Words): Parameter<number> {
  return {
    value,
    help,
    parse(text) {
      const [, digits, unit = ""] = /^([1-9][0-9]{0,11})([kM]?)$/.exec(text) ?? [];
      if (digits === undefined) {
        throw new UsageError(words`not a number of bytes such as 500, 64k or 1M`);
      }
      return Number(digits) * (unit === "k" ? 1024 : unit === "M" ? 1024 * 1024 : 1);
    },
  };
}
