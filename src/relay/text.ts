/**
 * What passes through a relay, as lines for a person: one a piece.
 *
 *     0.012 s  #1 ──▶     6  hello\n
 *
 * @module
 */

import { hexDump, paintByDirection, pieceLine } from "../cli/bytes.ts";
import { widthOf, wrap } from "../cli/columns.ts";
import { saidAs, type Words, words } from "../cli/failure.ts";
import type { Lang, Text } from "../draw/figure.ts";
import { type Direction, formatAddress } from "../net/net.ts";
import { DIRECTIONS, type Passed } from "./connection.ts";
import type { RelayEvent } from "./events.ts";
import { WORDS } from "./words.ts";

/** How it is shown. */
export interface TextStyle {
  lang: Lang;
  /** What is said beside the events, in that language. */
  textOf(said: Words): string;
  /** The columns that a line may take. Asked for each: a window changes its size. */
  columns(): number;
  /** Colour by direction. */
  colour: boolean;
  /** Bytes as a hex dump, instead of as text. */
  hex: boolean;
  /** The time of day instead of the time since the start. */
  clock: boolean;
  /** When the relay began, in milliseconds since 1970. */
  sinceMs: number;
}

const ARROWS: Record<Direction, string> = { "to-server": "──▶", "to-client": "◀──" };

/** Text is given so many columns, however narrow the terminal is. */
const LEAST_COLUMNS = 16;
/** A hex dump has 16 bytes a row where there is room for that. */
const HEX_COLUMNS = 80;

/**
 * The lines of an event, each without its newline; none for one that is not shown. A line that is
 * too long for the terminal has rows: in one text, so that nothing comes between them.
 */
export function linesOf(event: RelayEvent, style: TextStyle): string[] {
  const say = (text: Text) => text[style.lang];
  const columns = style.columns();
  const plainTime = timeOf(event.atMs, style);
  const time = style.colour ? `\x1b[2m${plainTime}\x1b[0m` : plainTime;
  const paint = (text: string, direction: Direction) =>
    style.colour ? paintByDirection(text, direction) : text;
  function told(head: string, text: string, direction?: Direction): string {
    const indent = widthOf(`${plainTime}  ${head}`);
    const line = head + inColumns(text, { columns, indent });
    return `${time}  ${direction === undefined ? line : paint(line, direction)}`;
  }
  switch (event.event) {
    case "connected": {
      const at = formatAddress(event.remote);
      return [told(`${nameOf(event.connection)}     `, say(WORDS.connected(at)))];
    }
    case "write": {
      const { connection, direction, data } = event;
      const count = String(data.length).padStart(7);
      const head = `${nameOf(connection)} ${ARROWS[direction]} ${count}  `;
      if (style.hex) {
        const dump = dumpOf(data, columns).map((line) => paint(`  ${line}`, direction));
        return [`${time}  ${paint(head.trimEnd(), direction)}`, ...dump];
      }
      const line = pieceLine({ head, bytes: data, direction }, {
        columns: columns - plainTime.length - 2,
        colour: style.colour,
      });
      return [`${time}  ${line}`];
    }
    case "half-close": {
      const { connection, direction } = event;
      const head = `${nameOf(connection)} ${ARROWS[direction]}          `;
      return [told(head, say(WORDS.halfClose), direction)];
    }
    case "closed": {
      const { connection, by, how, error, reason, passedOnAs, toServer, toClient } = event;
      const ended = say(how === "end" ? WORDS.ended[by] : WORDS.reset[by]);
      const reasons = [
        reason === undefined ? null : WORDS.reasons[reason],
        error === undefined ? null : inWords(error),
        passedOnAs === "end" ? WORDS.passedOnAsEnd : null,
      ].filter((text) => text !== null).map(style.textOf);
      const why = reasons.length === 0 ? "" : say(WORDS.because(reasons));
      const moved = say(WORDS.moved(passedOf(toServer), passedOf(toClient)));
      return [told(`${nameOf(connection)}     `, `${ended}${why}${say(WORDS.colon)}${moved}`)];
    }
    case "unreachable":
      return [told(`${nameOf(event.connection)}     `, style.textOf(inWords(event.message)))];
    case "refused":
      return [told("      ", say(WORDS.refused(formatAddress(event.remote), event.reason)))];
    default:
      return [];
  }
}

/**
 * For one who reads: the end of a stream stands behind the last piece of it, with its time, also
 * where that piece was held back when the end was read. Of an end whose pieces are never handed on
 * the connection's last line tells. Gives what is to be shown at each event.
 */
export function endsBehindPieces(): (event: RelayEvent) => RelayEvent[] {
  /** By connection and direction: the bytes that are held back, and the end that waits for them. */
  const streams = new Map<string, { held: number; end?: RelayEvent }>();
  return (event) => {
    if (event.event === "closed") {
      for (const direction of DIRECTIONS) streams.delete(`${event.connection} ${direction}`);
    }
    if (!("direction" in event)) return [event];
    const key = `${event.connection} ${event.direction}`;
    const stream = streams.get(key) ?? { held: 0 };
    streams.set(key, stream);
    if (event.event === "read") stream.held += event.bytes;
    if (event.event === "write") stream.held -= event.data.length;
    if (event.event === "half-close") stream.end = event;
    const { end, held } = stream;
    const shown = event.event === "half-close" ? [] : [event];
    if (end === undefined || held > 0) return shown;
    streams.delete(key);
    return [...shown, { ...end, atMs: event.atMs }];
  };
}

/** The text in rows of a terminal, those behind the first one indented; elsewhere in one. */
export function inColumns(
  text: string,
  { columns, indent }: { columns: number; indent: number },
): string {
  if (columns === Infinity) return text;
  return wrap(text, Math.max(LEAST_COLUMNS, columns - indent)).join(`\n${" ".repeat(indent)}`);
}

/** A hex dump: 8 bytes a row where 16 have no room. */
function dumpOf(data: Uint8Array, columns: number): string[] {
  if (columns >= HEX_COLUMNS) return hexDump(data);
  const rows = [];
  for (let at = 0; at < data.length; at += 8) {
    const [row] = hexDump(data.subarray(at, at + 8));
    // Its second half is empty.
    rows.push(row.replace(/^.{8}(.{25}).{25}/, `${at.toString(16).padStart(8, "0")}$1`));
  }
  return rows;
}

/** What an event, or its recording, tells in English, in words again. */
export function inWords(message: string): Words {
  const [, doing, place, reason] =
    /^(Cannot connect to (\S+)|Cannot accept a client): (.*)$/s.exec(message) ?? [];
  if (doing === undefined) return saidAs(message);
  return place === undefined
    ? words`Cannot accept a client: ${saidAs(reason)}`
    : words`Cannot connect to ${place}: ${saidAs(reason)}`;
}

function nameOf(connection: number): string {
  return `#${connection}`.padEnd(4);
}

function timeOf(atMs: number, { clock, sinceMs }: TextStyle): string {
  if (!clock) return `${(atMs / 1000).toFixed(3).padStart(8)} s`;
  const at = new Date(sinceMs + atMs);
  const two = (n: number) => String(n).padStart(2, "0");
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

/** The counts of one direction, as they are told. */
export function passedOf({ bytesWritten, writes, bytesRead }: Passed): PassedCounts {
  return { bytes: bytesWritten, pieces: writes, lost: bytesRead - bytesWritten };
}

/** Counts of one direction, as they are told. */
export interface PassedCounts {
  bytes: number;
  pieces: number;
  /** Bytes that came and were not handed on. */
  lost: number;
}
