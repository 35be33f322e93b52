/**
 * A program that runs inside another one: a lab, the demo, a test. Its world is in
 * memory instead of that of the process.
 *
 * @module
 */

import type { Net } from "../net/net.ts";
import type { Program, World } from "./command.ts";
import type { Lang } from "./failure.ts";
import type { Streams } from "./output.ts";

/** What {@linkcode worldInMemory} is given. All may be left out. */
export interface InMemory {
  /** What is typed, or piped in: one read gives a piece. Default: nothing, the end at once. */
  input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Is told what is printed on stdout; characters that were cut come whole. */
  onPrint?(text: string): void;
  /** The same of stderr. */
  onSay?(text: string): void;
  /** Which of the streams are a terminal. Default: none. */
  terminal?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  /** Its network. Default: that of the process. */
  net?: Net;
  /** Ends a server in order. */
  stop?: AbortSignal;
  /** The language in which it speaks, if its arguments do not say. Default: English. */
  lang?: Lang;
}

/** A world for a program, in memory. Its streams take everything at once. */
export function worldInMemory(
  { input = [], onPrint, onSay, terminal = {}, net = Deno, stop, lang = "en" }: InMemory = {},
): World {
  return {
    net,
    stop,
    lang,
    commandOf: (program) => program,
    stdin: { read: readerOf(input), isTerminal: () => terminal.stdin === true },
    stdout: { write: writerTo(onPrint), isTerminal: () => terminal.stdout === true },
    stderr: { write: writerTo(onSay), isTerminal: () => terminal.stderr === true },
  };
}

/** A server in memory that is under way. */
export interface ServerInMemory {
  /** Resolves to the port when it listens, to `null` if it ends without. */
  port: Promise<number | null>;
  /** Resolves to its exit code. */
  ended: Promise<number>;
}

/** Starts a server of the chapter in memory. */
export function startInMemory(
  server: Program,
  args: string[],
  { onSay, ...more }: InMemory = {},
): ServerInMemory {
  const ready = Promise.withResolvers<number | null>();
  const world = worldInMemory({
    ...more,
    onSay(text) {
      const match = /^(?:Listening on|正在监听) .*:([0-9]+)$/m.exec(text);
      if (match !== null) ready.resolve(Number(match[1]));
      onSay?.(text);
    },
  });
  const ended = server(args, world);
  ended.then(() => ready.resolve(null));
  return { port: ready.promise, ended };
}

function readerOf(
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Streams["stdin"]["read"] {
  const pieces = Symbol.asyncIterator in input
    ? input[Symbol.asyncIterator]()
    : input[Symbol.iterator]();
  let rest = new Uint8Array(0) as Uint8Array;
  return async (p) => {
    while (rest.length === 0) {
      const { value, done } = await pieces.next();
      if (done) return null;
      rest = value;
    }
    const n = Math.min(p.length, rest.length);
    p.set(rest.subarray(0, n));
    rest = rest.subarray(n);
    return n;
  };
}

function writerTo(tell: ((text: string) => void) | undefined): Streams["stdout"]["write"] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (p) => {
    tell?.(decoder.decode(p, { stream: true }));
    return Promise.resolve(p.length);
  };
}
