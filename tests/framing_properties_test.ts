// "The same bytes give the same lines, errors and rest, however they were cut": every cut of a short
// text, and random mixes of calls over random bytes. The oracle is a splitter of a few naive lines.

import fc from "npm:fast-check@4.10.2";
import { assertEquals } from "jsr:@std/assert@1.0.19";
import { TextLineStream } from "jsr:@std/streams@1.1.2/text-line-stream";
import { LineDecoder, LineReader, linesOf, LineTooLongError, type Reader } from "../src/framing.ts";

const SEED = 41953;
const encoder = new TextEncoder();
const LF = 0x0a;

/** What came out, in order: a line, the rest, or how much of a long line was dropped. */
type Event = { line: Uint8Array } | { rest: Uint8Array } | { dropped: number };

/** One character a byte, so that a difference can be read. */
function shown(events: Event[]): string {
  const text = (bytes: Uint8Array) => JSON.stringify(String.fromCharCode(...bytes));
  return events.map((event) =>
    "line" in event
      ? text(event.line)
      : "rest" in event
      ? `rest ${text(event.rest)}`
      : `dropped ${event.dropped}`
  ).join(" ");
}

/** The oracle: all bytes at hand, one line after the other. */
function naively(bytes: Uint8Array, limit: number): Event[] {
  const events: Event[] = [];
  let start = 0;
  for (let end = 0; end < bytes.length; end++) {
    if (bytes[end] !== LF) continue;
    const hasCr = end > start && bytes[end - 1] === 0x0d;
    const isTooLong = end - start - (hasCr ? 1 : 0) > limit;
    events.push(
      isTooLong ? { dropped: end + 1 - start } : { line: bytes.slice(start, end + 1) },
    );
    start = end + 1;
  }
  const length = bytes.length - start;
  if (length > limit) events.push({ dropped: length });
  else if (length > 0) events.push({ rest: bytes.slice(start) });
  return events;
}

/** A decoder with a record of what came out. Goes on behind a long line at once. */
class Recorder {
  readonly decoder: LineDecoder;
  readonly events: Event[] = [];
  readonly #reuseBuffer: boolean;
  #long: { dropped: number } | null = null;

  constructor(limit: number, reuseBuffer = false) {
    this.decoder = new LineDecoder({ maxLineBytes: limit, reuseBuffer });
    this.#reuseBuffer = reuseBuffer;
  }

  push(chunk: Uint8Array) {
    this.decoder.push(chunk);
    this.#count();
  }

  /** As a reader fills it: the bytes go straight into the decoder's space. */
  commit(chunk: Uint8Array) {
    this.decoder.space(chunk.length).set(chunk);
    this.decoder.commit(chunk.length);
    this.#count();
  }

  /** One call of next() or nextBlock(); false if more bytes are needed. */
  take(how: "next" | "nextBlock"): boolean {
    const bytes = this.#orSkip(() => this.decoder[how]());
    if (bytes === undefined) return true;
    if (bytes === null) return false;
    const kept = this.#keep(bytes);
    for (let start = 0; start < kept.length;) {
      const end = kept.indexOf(LF, start) + 1;
      if (end === 0) throw new Error(`${how}() gave bytes without a newline at their end`);
      if (how === "next" && (start > 0 || end < kept.length)) throw new Error("not one line");
      this.events.push({ line: kept.subarray(start, end) });
      start = end;
    }
    return true;
  }

  drain(how: "next" | "nextBlock") {
    while (this.take(how));
  }

  rest(): void {
    const rest = this.#orSkip(() => this.decoder.rest());
    if (rest === undefined) return this.rest();
    if (rest !== null) this.events.push({ rest: this.#keep(rest) });
  }

  /** Mostly the views themselves are kept: if they were overwritten later, it would show. */
  #keep(bytes: Uint8Array): Uint8Array {
    return this.#reuseBuffer ? bytes.slice() : bytes;
  }

  #orSkip<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      this.#staysFailed(error);
      this.#long = { dropped: this.decoder.skip() };
      this.events.push(this.#long);
    }
  }

  #staysFailed(error: LineTooLongError) {
    const { decoder } = this;
    const calls = [
      () => decoder.push(new Uint8Array(1)),
      () => decoder.commit(0),
      () => decoder.next(),
      () => decoder.nextBlock(),
      () => decoder.rest(),
    ];
    for (const call of calls) {
      try {
        call();
      } catch (again) {
        if (again === error) continue;
      }
      throw new Error(`${call} does not throw the error of the failed state`);
    }
  }

  #count() {
    if (this.#long !== null) this.#long.dropped = this.decoder.skip();
  }
}

function chunkReader(chunks: Iterable<Uint8Array>): Reader {
  const waiting = [...chunks];
  return {
    read(p) {
      const chunk = waiting.shift();
      if (chunk === undefined) return Promise.resolve(null);
      p.set(chunk.subarray(0, p.length));
      if (chunk.length > p.length) waiting.unshift(chunk.subarray(p.length));
      return Promise.resolve(Math.min(chunk.length, p.length));
    },
  };
}

/** What a LineReader gives. Counts of dropped bytes are right if no two long lines meet. */
async function readerEvents(chunks: Iterable<Uint8Array>, limit: number): Promise<Event[]> {
  const reader = new LineReader(chunkReader(chunks), { maxLineBytes: limit });
  const events: Event[] = [];
  let long: { dropped: number } | null = null;
  while (true) {
    try {
      const line = await reader.readLine();
      if (long !== null) long.dropped = reader.skip();
      if (line === null) return events;
      events.push(line.at(-1) === LF ? { line } : { rest: line });
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      events.push(long = { dropped: reader.skip() });
    }
  }
}

/** CRLF, an empty line, a character of three bytes, NUL, LF, a lone "\r", no newline at the end. */
const SHORT = encoder.encode("\r\n\n\u4e09\0\nxy\r\n\ref");

/** Bit i of `cuts`: is there a cut behind byte i? */
function chunksOf(bytes: Uint8Array, cuts: number): Uint8Array[] {
  const chunks = [];
  let start = 0;
  for (let end = 1; end <= bytes.length; end++) {
    if (end < bytes.length && (cuts >> (end - 1) & 1) === 0) continue;
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

// Limit 2 makes the line with the NUL too long and the cut-off one at the end, 3 the former only.
for (const limit of [65536, 2]) {
  for (const how of ["next", "nextBlock"] as const) {
    Deno.test(`no way to cut 15 bytes changes what ${how}() gives with limit ${limit}`, () => {
      const expected = shown(naively(SHORT, limit));
      for (let cuts = 0; cuts < 1 << (SHORT.length - 1); cuts++) {
        const recorder = new Recorder(limit);
        for (const chunk of chunksOf(SHORT, cuts)) {
          recorder.push(chunk);
          recorder.drain(how);
        }
        recorder.rest();
        if (shown(recorder.events) === expected) continue;
        assertEquals(shown(recorder.events), expected, `cuts ${cuts.toString(2)}`);
      }
    });
  }
}

for (const limit of [65536, 3]) {
  Deno.test(`no way to cut 15 bytes changes what readLine() gives with limit ${limit}`, async () => {
    assertEquals(SHORT.length, 15);
    const expected = shown(naively(SHORT, limit));
    for (let cuts = 0; cuts < 1 << (SHORT.length - 1); cuts++) {
      const events = shown(await readerEvents(chunksOf(SHORT, cuts), limit));
      if (events !== expected) assertEquals(events, expected, `cuts ${cuts.toString(2)}`);
    }
  });
}

// Few different bytes, so that endings and limits meet often.
const anyBytes = fc.array(fc.constantFrom(LF, LF, 0x0d, 0x61, 0x61, 0, 0xff, 0xc3), {
  maxLength: 60,
}).map((numbers) => Uint8Array.from(numbers));

const anyLimit = fc.constantFrom(1, 2, 3, 4, 7, 16, Infinity);

type Step = { call: "push" | "commit"; size: number } | { call: "next" | "nextBlock" };
const anySteps = fc.array(fc.oneof(
  fc.record({
    call: fc.constantFrom("push" as const, "commit" as const),
    size: fc.nat(9),
  }),
  fc.record({ call: fc.constantFrom("next" as const, "nextBlock" as const) }),
) as fc.Arbitrary<Step>);

Deno.test(`any mix of calls gives what the oracle gives (seed ${SEED})`, () => {
  fc.assert(
    fc.property(anyBytes, anyLimit, anySteps, fc.boolean(), (bytes, limit, steps, reuse) => {
      const recorder = new Recorder(limit, reuse);
      let at = 0;
      for (const step of steps) {
        if (!("size" in step)) recorder.take(step.call);
        else recorder[step.call](bytes.subarray(at, at += step.size));
      }
      recorder.push(bytes.subarray(at));
      recorder.drain(steps.length % 2 === 0 ? "next" : "nextBlock");
      recorder.rest();
      assertEquals(shown(recorder.events), shown(naively(bytes, limit)));
    }),
    { seed: SEED, numRuns: 20_000 },
  );
});

const anyCuts = fc.array(fc.nat(9), { minLength: 1, maxLength: 60 });

/** Cuts off pieces of these sizes, over and over; a 0 is an empty piece. */
function* pieces<T extends { length: number }>(
  whole: T & { slice(start: number, end: number): T },
  sizes: number[],
): Generator<T> {
  const turn = sizes.some((size) => size > 0) ? sizes : [1];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = turn[i % turn.length];
    yield whole.slice(at, at + size);
    at += size;
  }
}

Deno.test(`a reader gives what the oracle gives, in any chunks (seed ${SEED})`, async () => {
  const withoutCounts = (events: Event[]) => shown(events).replaceAll(/dropped \d+/g, "dropped");
  await fc.assert(
    fc.asyncProperty(anyBytes, anyLimit, anyCuts, async (bytes, limit, sizes) => {
      const events = await readerEvents(pieces<Uint8Array>(bytes, sizes), limit);
      assertEquals(withoutCounts(events), withoutCounts(naively(bytes, limit)));
    }),
    { seed: SEED, numRuns: 3_000 },
  );
});

/** As shown(), for lines that are too long to be read. */
function hashed(events: Event[]): string[] {
  return events.map((event) => {
    if ("dropped" in event) return shown([event]);
    const bytes = "line" in event ? event.line : event.rest;
    let hash = 0;
    for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0;
    return `${Object.keys(event)} of ${bytes.length} bytes, hash ${hash}`;
  });
}

Deno.test(`lines longer than the buffer come out as they went in (seed ${SEED})`, () => {
  const anyLengths = fc.array(fc.nat(200_000), { minLength: 1, maxLength: 6 });
  const anySize = fc.constantFrom(1460, 4096, 60_000, 65_536, 300_000);
  const anyHow = fc.constantFrom("next" as const, "nextBlock" as const);
  fc.assert(
    fc.property(anyLengths, anySize, anyHow, fc.boolean(), (lengths, size, how, reuse) => {
      const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length + 1, 0));
      for (let i = 0; i < bytes.length; i++) bytes[i] = i % 251 === LF ? 0 : i % 251;
      let end = -1;
      for (const length of lengths) bytes[end += length + 1] = LF;

      const limit = 100_000;
      const recorder = new Recorder(limit, reuse);
      for (let at = 0; at < bytes.length; at += size) {
        recorder[size === 4096 ? "commit" : "push"](bytes.subarray(at, at + size));
        recorder.drain(how);
      }
      recorder.rest();
      assertEquals(hashed(recorder.events), hashed(naively(bytes, limit)));
    }),
    { seed: SEED, numRuns: 120 },
  );
});

Deno.test(`strings are TextLineStream's on valid text, however cut (seed ${SEED})`, async () => {
  // TextLineStream drops a "\r" at the very end, too. Ours keeps it: no "\n" made it an ending.
  const anyText = fc.array(
    fc.constantFrom("\n", "\r\n", "\r", "a", "bc", "\u00e9", "\u4e09", "\u{1f642}", "\0", " "),
    { maxLength: 40 },
  ).map((parts) => parts.join("")).filter((text) => !text.endsWith("\r"));
  await fc.assert(
    fc.asyncProperty(anyText, anyCuts, anyCuts, async (text, ours, theirs) => {
      const expected = await Array.fromAsync(
        ReadableStream.from(pieces<string>(text, theirs)).pipeThrough(new TextLineStream()),
      );
      const decoder = new LineDecoder();
      const lines: string[] = [];
      for (const chunk of pieces<Uint8Array>(encoder.encode(text), ours)) {
        decoder.push(chunk);
        const block = decoder.nextBlock();
        if (block !== null) lines.push(...linesOf(block));
      }
      const rest = decoder.rest();
      if (rest !== null) lines.push(...linesOf(rest));
      assertEquals(lines, expected);
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});
