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
import { UsageError } from "../cli/failure.ts";
import { serverArguments, serverOptions } from "../cli/server.ts";
import { language } from "../draw/language.ts";
import type { Direction } from "../net/net.ts";
import { DIRECTIONS } from "./connection.ts";
import type { Shape } from "./shape.ts";

const MAX = Number.MAX_SAFE_INTEGER;

/** `<port> <host> <server-port>`. */
export const relayArguments = {
  port: serverArguments.port,
  host: host("host", "name or address of the server"),
  "server-port": wholeNumber("server-port", "its port", { min: 1, max: 65535 }),
};

const afterBytes = (help: string) => optional(wholeNumber("N", help, { min: 0, max: MAX }));

/** What is done to the bytes. */
export const shapeOptions = {
  cut: optional(range("N", "hand on at most N bytes at a time; N-M: N to M at random")),
  gap: duration("how long to wait between two such pieces (default: 5ms)", 5),
  gather: optional(duration("hold what comes for TIME, and hand it on in one write")),
  delay: optional(
    spread("TIME", "hand on each piece later by TIME; TIME~SPREAD: give or take SPREAD, in order"),
  ),
  rate: optional(byteCount("N", "hand on N bytes a second (64k, 1M)")),
  "stall-after": afterBytes("hand on N bytes and then nothing more, without closing"),
  "close-after": afterBytes("end the connection in order after N bytes"),
  "reset-after": afterBytes("reset the connection after N bytes"),
  flip: optional(wholeNumber("N", "damage the N-th byte", { min: 1, max: MAX })),
  only: optional(
    oneOf(DIRECTIONS, { value: "WAY", help: "do so on the way to-server or to-client alone" }),
  ),
  refuse: wholeNumber("N", "refuse the first N clients (default: 0)", {
    min: 0,
    max: MAX,
    fallback: 0,
  }),
  seed: optional(
    wholeNumber("N", "the same random numbers for the same N", { min: 0, max: 2 ** 31 - 1 }),
  ),
};

/** Of the page. */
export const pageOptions = {
  web: optional(
    wholeNumber(
      "PORT",
      "serve a page that shows it live; 0 takes a free port; its address has a token that lets its " +
        "reader change something",
      { min: 0, max: 65535 },
    ),
  ),
  "web-host": host(
    "ADDRESS",
    "address of the page (default: 127.0.0.1, this machine alone)",
    { fallback: "127.0.0.1" },
  ),
};

/** All options of the relay. */
export const relayOptions = {
  ...serverOptions("without end"),
  // A relay is for several, unless it is told otherwise.
  concurrent: wholeNumber("N", "relay N clients at a time (default: 1000)", {
    min: 1,
    max: MAX,
    fallback: 1000,
  }),
  json: flag(
    "print every event as a JSON object on a line, with the bytes in base64, instead of all else: " +
      "listening, connected, read, write, half-close, closed, unreachable, refused, error, summary",
  ),
  ...shapeOptions,
  resets: flag(
    "pass a reset on as a reset, not as an end, and let the page's be one (Deno 2.7; slower: a " +
      "quarter in bulk)",
  ),
  "connect-timeout": duration("give up connecting to the server after TIME (default: 10s)", 10_000),
  hex: flag("show the bytes as a hex dump"),
  clock: flag("show the time of day, to set beside other programs' output"),
  record: optional(text("FILE", "keep all events in FILE, as --json prints them")),
  force: flag("overwrite FILE if it exists"),
  ...pageOptions,
  lang: language(),
};

/** The values of {@linkcode shapeOptions}. */
export type ShapeValues = {
  [K in keyof typeof shapeOptions]: ReturnType<typeof shapeOptions[K]["parse"]>;
};

/** The shape of each direction, by the options. Throws a UsageError where they contradict. */
export function shapesOf(
  { only, gap, gather, ...values }: Omit<ShapeValues, "refuse" | "seed">,
): Record<Direction, Shape> {
  const { cut, delay, rate, flip } = values;
  if (gather !== undefined && cut !== undefined) {
    throw new UsageError("Cannot use --gather and --cut together: one joins what the other parts");
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

function range(value: string, help: string): Parameter<{ least: number; most: number }> {
  return {
    value,
    help,
    parse(text) {
      const [, least, most = least] = /^([1-9][0-9]{0,15})(?:-([1-9][0-9]{0,15}))?$/.exec(text) ??
        [];
      if (least === undefined || Number(most) < Number(least)) {
        throw new UsageError("not a number of bytes such as 5, or 1-20");
      }
      return { least: Number(least), most: Number(most) };
    },
  };
}

function spread(value: string, help: string): Parameter<{ ms: number; spreadMs: number }> {
  const time = duration(help);
  return {
    value,
    help,
    parse(text) {
      const [ms, spreadMs = "", more] = text.split("~");
      if (more !== undefined) throw new UsageError("not a time such as 100ms, or 100ms~20ms");
      return { ms: time.parse(ms), spreadMs: spreadMs === "" ? 0 : time.parse(spreadMs) };
    },
  };
}

function byteCount(value: string, help: string): Parameter<number> {
  return {
    value,
    help,
    parse(text) {
      const [, digits, unit = ""] = /^([1-9][0-9]{0,11})([kM]?)$/.exec(text) ?? [];
      if (digits === undefined) {
        throw new UsageError("not a number of bytes such as 500, 64k or 1M");
      }
      return Number(digits) * (unit === "k" ? 1024 : unit === "M" ? 1024 * 1024 : 1);
    },
  };
}
