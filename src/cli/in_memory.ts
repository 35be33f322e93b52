/**
 * A program that runs inside another one: a lab, the demo, a test. It has streams
 * in memory instead of those of the process.
 *
 * @module
 */

import type { Streams } from "./command.ts";

/** What {@linkcode streamsInMemory} is given. All may be left out. */
export interface InMemory {
  /** What is typed, or piped in: one read gives a piece. Default: nothing, the end at once. */
  input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Is told what is printed on stdout; characters that were cut come whole. */
  onPrint?(text: string): void;
  /** The same of stderr. */
  onSay?(text: string): void;
  /** Which of the streams are a terminal. Default: none. */
  terminal?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  /** Ends a server in order. */
  stop?: AbortSignal;
}

/** Streams for a program, in memory. They take everything at once. */
export function streamsInMemory(
  { input = [], onPrint, onSay, terminal = {}, stop }: InMemory = {},
): Streams {
  return {
    stop,
    stdin: { read: readerOf(input), isTerminal: () => terminal.stdin === true },
    stdout: { write: writerTo(onPrint), isTerminal: () => terminal.stdout === true },
    stderr: { write: writerTo(onSay), isTerminal: () => terminal.stderr === true },
  };
}

/** The port that a server says it listens on; `null`: it has not said so yet. */
export function portIn(said: string): number | null {
  const match = /^Listening on .*:([0-9]+)$/m.exec(said);
  return match === null ? null : Number(match[1]);
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
