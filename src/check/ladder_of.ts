/**
 * What a case did, as a ladder: this checker on one side, the reader's program on the other.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import { formatNumber, type LadderFigure, type Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import type { Call } from "../net/trace.ts";
import { END_OF_INPUT, type Step } from "./case.ts";
import { WORDS } from "./words.ts";

/** Of more rows than this, those in the middle are left out. */
const MOST_ROWS = 16;
/** So many stay before the gap. */
const FIRST_ROWS = 6;
/** So many characters of a command line are shown. */
const MOST_COMMAND = 32;

type Row = LadderFigure["steps"][number];

/** From so many on, reads or writes in a row are told as one. */
const MANY_CALLS = 4;
/** From so many on, reads and writes in turn are told as one read and one write. */
const MANY_TURNS = 16;

/** A call and those just like it that followed it. */
type Group = [Step, ...Step[]];

/** The ladder of these steps; `null`: there is nothing to see. */
export function ladderOf(steps: Step[]): LadderFigure | null {
  const groups = groupsOf(inOrder(steps).filter((step) => !isUnimportant(step)));
  if (groups.length === 0) return null;
  const clients = clientsOf(steps);
  const rows = groups.map((group) => rowOf(group, clients));
  return { kind: "ladder", left: WORDS.checker, right: WORDS.program, steps: shortened(rows) };
}

/**
 * A connect() is told when it returned. Where it succeeded the other side may have done much by
 * then, so it stands where it began: at its socket().
 */
function inOrder(steps: Step[]): Step[] {
  const moved = [...steps];
  const begun: number[] = []; // the places of socket() calls without their connect()
  steps.forEach((step, i) => {
    if (step.call?.name === "socket") begun.push(i);
    if (step.call?.name === "listen") begun.pop();
    if (step.call?.name !== "connect") return;
    const place = begun.shift();
    if (place === undefined || arrowOf(step.call) === "bounce") return;
    moved[place] = { ...step, atUs: steps[place].atUs };
    moved[i] = steps[place]; // a socket(), which is not shown
  });
  return moved;
}

/** A socket() says nothing, and an accept() that waits nothing yet. */
function isUnimportant({ call }: Step): boolean {
  return call !== undefined && (call.name === "socket" || call.result === "waits");
}

/** Many reads, or writes, of one connection that follow each other are told in one row. */
function groupsOf(steps: Step[]): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < steps.length;) {
    const turns = inTurn(steps, i);
    const count = turns >= MANY_TURNS ? turns : inARow(steps, i);
    const group = steps.slice(i, i + count);
    if (turns >= MANY_TURNS) {
      for (const odd of [0, 1]) groups.push(group.filter((_, j) => j % 2 === odd) as Group);
    } else if (count >= MANY_CALLS) groups.push(group as Group);
    else groups.push(...group.map((step): Group => [step]));
    i += count;
  }
  return groups;
}

/** How many steps from `i` on are all the same call. */
function inARow(steps: Step[], i: number): number {
  let end = i + 1;
  while (end < steps.length && canJoin(steps[i].call, steps[end].call)) end++;
  return end - i;
}

/** How many steps from `i` on are two calls that take turns, as with one that floods. */
function inTurn(steps: Step[], i: number): number {
  let end = i + 2;
  while (end < steps.length && canJoin(steps[end - 2].call, steps[end].call)) end++;
  return canJoin(steps[i].call, steps[i + 1]?.call) ? 0 : end - i;
}

function canJoin(one: Call | undefined, other: Call | undefined): boolean {
  return one !== undefined && other !== undefined && one.name === other.name &&
    one.peer === other.peer &&
    one.bytes > 0 && other.bytes > 0;
}

/** The connections of a case, by the client's side, counted from 1. */
function clientsOf(steps: Step[]): Map<string, number> {
  const peers = new Set(steps.flatMap(({ call }) => call?.peer || []));
  return new Map([...peers].map((peer, i) => [peer, i + 1]));
}

function rowOf(group: Group, clients: Map<string, number>): Row {
  const [{ side, text, call, atUs }] = group;
  const words = escapeControls(text).replaceAll("\n", "\\n");
  if (side === "program") return { right: endInWords(words), atUs };
  if (call === undefined) {
    if (words.startsWith("reset")) return { left: "close() with RST", arrow: "right", atUs };
    const [, started] = /^start (.*)$/.exec(words) ?? [];
    if (words === END_OF_INPUT) return { left: WORDS.endOfInput, atUs };
    if (started === undefined) return { left: words, atUs };
    return { left: "start", right: shortCommand(started), arrow: "right", atUs };
  }
  // Where there are several, each call says on which it was.
  const number = clients.size > 1 ? clients.get(call.peer) : undefined;
  const name = number === undefined ? "" : `${number}: `;
  return { left: name + formatGroup(group, call), arrow: arrowOf(call), atUs };
}

/** `write(12 bytes)`, `read() = 5 bytes`, `read() 12×: 786,432 bytes`. */
function formatGroup(group: Group, { name, args, result }: Call): string {
  const bytes = group.reduce((sum, { call }) => sum + call!.bytes, 0);
  const amount = `${formatNumber(bytes)} byte${bytes === 1 ? "" : "s"}`;
  if (group.length > 1) return `${name}() ${formatNumber(group.length)}×: ${amount}`;
  const error = ERRORS[result] ?? (/^[A-Z]\w+$/.test(result) ? result : undefined);
  if (error !== undefined) return `${name}(): ${error}`;
  switch (name) {
    case "read":
      return `read() = ${bytes === 0 ? "0" : amount}`;
    case "write":
      return `write(${amount})`;
    case "shutdown":
      return "shutdown(SHUT_WR)";
    case "bind":
      return `bind(${args})`;
    default:
      return `${name}()`;
  }
}

/** What C calls them. */
const ERRORS: Record<string, string> = {
  BrokenPipe: "EPIPE",
  ConnectionAborted: "ECONNABORTED",
  ConnectionRefused: "ECONNREFUSED",
  ConnectionReset: "ECONNRESET",
  NotConnected: "ENOTCONN",
  TimedOut: "ETIMEDOUT",
};

function arrowOf({ name, result }: Call): Row["arrow"] {
  if (ERRORS[result] !== undefined) return name === "connect" ? "bounce" : undefined;
  if (name === "read" || name === "accept") return "left";
  return name === "bind" || name === "listen" ? undefined : "right";
}

/** How a program ended: `exit(0)`, `killed by SIGPIPE`. */
function endInWords(words: string): Text | string {
  const signal = /^killed by (SIG\w+)$/.exec(words)?.[1];
  return signal === undefined ? words : text(words, `被 ${signal} 终止`);
}

/** `python3 my.py 9190`: where the files lie does not matter here, and the end says most. */
function shortCommand(command: string): string {
  const words = command.split(" ").map((word) =>
    /^\.?[^/\\]*[/\\][^/\\]+$/.test(word) ? word : word.replace(/^.*[/\\](?=.)/, "")
  );
  const characters = [...words.join(" ")];
  if (characters.length <= MOST_COMMAND) return characters.join("");
  const half = (MOST_COMMAND - 1) / 2;
  return [...characters.slice(0, Math.floor(half)), "…", ...characters.slice(-Math.ceil(half))]
    .join("");
}

function shortened(rows: Row[]): Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const last = MOST_ROWS - FIRST_ROWS - 1;
  const gap = rows.length - FIRST_ROWS - last;
  const { atUs } = rows[FIRST_ROWS];
  return [...rows.slice(0, FIRST_ROWS), { left: WORDS.leftOut(gap), atUs }, ...rows.slice(-last)];
}
