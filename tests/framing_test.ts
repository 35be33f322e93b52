// LineDecoder of src/framing.ts: limits, the failed state, memory and time.
// That nothing depends on how bytes were cut is in framing_properties_test.ts.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertStrictEquals,
  assertThrows,
} from "jsr:@std/assert@1.0.19";
import { DEFAULT_MAX_LINE_BYTES, LineDecoder, LineTooLongError } from "../src/framing.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);
const MIB = 1024 * 1024;

/** The lines and then the rest, whole or with what was thrown as the last. */
function decoded(chunks: Iterable<string>, maxLineBytes?: number): unknown[] {
  const decoder = new LineDecoder({ maxLineBytes });
  const out: unknown[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(bytes(chunk));
      for (let line; (line = decoder.next()) !== null;) out.push(text(line));
    }
    out.push(text(decoder.rest()));
  } catch (error) {
    out.push(error instanceof Error ? error.constructor : error);
  }
  return out;
}

Deno.test("the limit counts a line's bytes without its ending, in one chunk or in many", () => {
  const cases: [string, unknown[]][] = [
    ["12345\n", ["12345\n", null]],
    ["12345\r\n", ["12345\r\n", null]],
    ["1234\r\r\n", ["1234\r\r\n", null]],
    ["12345", ["12345"]],
    ["1234\r", ["1234\r"]],
    ["123456\n", [LineTooLongError]],
    ["123456\r\n", [LineTooLongError]],
    ["12345\r\r\n", [LineTooLongError]],
    ["12345\r6\n", [LineTooLongError]],
    ["123456", [LineTooLongError]],
    // No "\n" follows at the end of the stream, so this "\r" is the sixth byte of a line.
    ["12345\r", [LineTooLongError]],
    ["12345\r\n12345\r", ["12345\r\n", LineTooLongError]],
    ["\n\r\n12345\n123456\n", ["\n", "\r\n", "12345\n", LineTooLongError]],
  ];
  for (const [input, expected] of cases) {
    assertEquals(decoded([input], 5), expected, `${JSON.stringify(input)} in one chunk`);
    assertEquals(decoded(input, 5), expected, `${JSON.stringify(input)} byte by byte`);
  }
});

Deno.test("the default limit takes a line of 64 KiB and refuses one byte more", () => {
  assertEquals(DEFAULT_MAX_LINE_BYTES, 65536);
  for (const ending of ["\n", "\r\n"]) {
    const longest = "x".repeat(65536) + ending;
    assertEquals(decoded([longest]), [longest, null]);
    assertEquals(decoded(["x" + longest]), [LineTooLongError]);
  }
});

Deno.test("a line is refused as soon as it is certainly too long, not only at its newline", () => {
  for (const how of ["next", "nextBlock"] as const) {
    const decoder = new LineDecoder({ maxLineBytes: 5 });
    decoder.push(bytes("12345"));
    assertEquals(decoder[how](), null);
    decoder.push(bytes("\r"));
    assertEquals(decoder[how](), null, "may become an ending");
    decoder.push(bytes("x"));
    assertThrows(() => decoder[how](), LineTooLongError);
  }
});

Deno.test("lines before a long one are handed out first", () => {
  const decoder = new LineDecoder({ maxLineBytes: 3 });
  decoder.push(bytes("a\nbb\n1234\ncc\n"));
  assertEquals(text(decoder.nextBlock()), "a\nbb\n");
  const error = assertThrows(() => decoder.nextBlock(), LineTooLongError);
  assertEquals(error.limit, 3);
  assertEquals(error.message, "Cannot take a line: longer than 3 bytes");
  assertInstanceOf(error, RangeError);
  assertEquals(decoder.skip(), 5);
  assertEquals(text(decoder.nextBlock()), "cc\n");
});

Deno.test("the failed state throws one error object from every call and loses nothing", () => {
  const decoder = new LineDecoder({ maxLineBytes: 3 });
  decoder.push(bytes("1234"));
  const error = assertThrows(() => decoder.next());
  const calls = [
    () => decoder.next(),
    () => decoder.nextBlock(),
    () => decoder.rest(),
    () => decoder.push(bytes("56\nok\n")),
    () => decoder.commit(1),
  ];
  for (const call of calls) assertStrictEquals(assertThrows(call), error);

  assertEquals(decoder.skip(), 4);
  assertEquals(decoder.next(), null);
  decoder.push(bytes("56\nok\n"));
  assertEquals(text(decoder.next()), "ok\n");
  assertEquals(decoder.skip(), 7, "the whole line, its newline included");
  decoder.push(bytes("12345\n"));
  assert(assertThrows(() => decoder.next()) !== error, "another line, another error");
});

Deno.test("skip() without a long line drops nothing", () => {
  const decoder = new LineDecoder();
  decoder.push(bytes("one\ntwo\n"));
  assertEquals(decoder.skip(), 0);
  assertEquals(text(decoder.nextBlock()), "one\ntwo\n");
});

Deno.test("after the rest of a skipped line a decoder takes another stream", () => {
  const decoder = new LineDecoder({ maxLineBytes: 3 });
  decoder.push(bytes("1234"));
  assertThrows(() => decoder.rest(), LineTooLongError);
  assertEquals(decoder.skip(), 4);
  assertEquals(decoder.rest(), null);
  decoder.push(bytes("abc\nde"));
  assertEquals(text(decoder.next()), "abc\n");
  assertEquals(text(decoder.rest()), "de");
  assertEquals(decoder.rest(), null);
});

Deno.test("rest() with a whole line at hand throws and leaves it there", () => {
  const decoder = new LineDecoder();
  decoder.push(bytes("one\ntw"));
  assertThrows(() => decoder.rest(), TypeError, "whole lines are still at hand");
  assertEquals(text(decoder.next()), "one\n");
  assertEquals(text(decoder.rest()), "tw");
});

Deno.test("a limit that is no whole number of at least 1 is refused", () => {
  for (const maxLineBytes of [0, -1, 1.5, NaN, -Infinity, "5" as unknown as number]) {
    assertThrows(() => new LineDecoder({ maxLineBytes }), RangeError, "not a whole number");
  }
  new LineDecoder({ maxLineBytes: Infinity });
  new LineDecoder({ maxLineBytes: undefined });
});

Deno.test("commit() takes no more than there was space for", () => {
  const decoder = new LineDecoder();
  const space = decoder.space(10);
  assert(space.length >= 10);
  for (const n of [space.length + 1, -1, 0.5, NaN]) {
    assertThrows(() => decoder.commit(n), RangeError, `Cannot take in ${n} bytes`);
  }
  space.set(bytes("ab\ncd"));
  decoder.commit(4);
  assertEquals(text(decoder.next()), "ab\n");
  assertEquals(text(decoder.rest()), "c");
});

Deno.test("push() keeps a copy: the chunk stays the caller's", () => {
  const decoder = new LineDecoder();
  const chunk = bytes("one\n");
  decoder.push(chunk);
  chunk.fill(0);
  assertEquals(text(decoder.next()), "one\n");
});

Deno.test("lines handed out are not overwritten by what comes later", () => {
  const decoder = new LineDecoder({ maxLineBytes: 300 });
  const kept: [Uint8Array, string][] = [];
  for (let i = 0; i < 20_000; i++) {
    const line = `${i} ${"x".repeat(i % 330)}\n`; // every eleventh is too long
    for (const half of [line.slice(0, i % 7), line.slice(i % 7)]) {
      const chunk = bytes(half);
      decoder.space(chunk.length).set(chunk);
      decoder.commit(chunk.length);
      try {
        const taken = decoder.next();
        if (taken !== null) kept.push([taken, line]);
      } catch {
        decoder.skip();
      }
    }
  }
  assert(kept.length > 15_000 && kept.length < 19_999);
  for (const [taken, line] of kept) assertEquals(text(taken), line);
});

Deno.test("with reuseBuffer, 8 MiB of lines go through one buffer, and rightly", () => {
  const decoder = new LineDecoder({ reuseBuffer: true });
  let taken = 0;
  let buffer;
  for (let i = 0; taken < 8 * MIB; i++) {
    const line = `${i} ${"x".repeat(i % 1500)}\n`;
    decoder.push(bytes(line));
    buffer ??= decoder.space().buffer;
    assertStrictEquals(decoder.space().buffer, buffer);
    const taking = i % 2 === 0 ? decoder.next() : decoder.nextBlock();
    if (text(taking) !== line) assertEquals(text(taking), line);
    taken += line.length;
  }
});

Deno.test("a line that is skipped costs no memory, however long it is", () => {
  for (const how of ["push", "commit"] as const) {
    const decoder = new LineDecoder({ maxLineBytes: 1000 });
    const piece = new Uint8Array(MIB).fill(120);
    decoder.push(piece.subarray(0, 1001));
    assertThrows(() => decoder.next(), LineTooLongError);
    decoder.skip();
    const { buffer } = decoder.space(1000);
    for (let i = 0; i < 64 * MIB / 1000; i++) {
      if (how === "commit") decoder.space(1000).fill(120, 0, 1000);
      if (how === "commit") decoder.commit(1000);
      else decoder.push(piece.subarray(0, 1000));
      assertEquals(decoder.next(), null);
    }
    assertStrictEquals(decoder.space(1000).buffer, buffer);
    assertEquals(decoder.skip(), 1001 + 1000 * Math.ceil(64 * MIB / 1000));
    decoder.push(bytes("\nok\n"));
    assertEquals(text(decoder.next()), "ok\n");
  }
});

/**
 * Takes one line in pieces of `size` and checks that no byte is moved from buffer to buffer more
 * than twice on average. Checked on the way: a quadratic decoder would not get to the end.
 */
function takeInPieces(lineBytes: number, size: number, limit: number, reuseBuffer = false) {
  const decoder = new LineDecoder({ maxLineBytes: limit, reuseBuffer });
  const piece = new Uint8Array(size).fill(120);
  let moved = 0;
  let { buffer } = decoder.space();
  for (let at = 0; at < lineBytes; at += size) {
    const space = decoder.space(Math.min(size, 4096));
    // A new buffer begins with what was moved into it; free space begins behind that.
    if (space.buffer !== buffer) assertLess(moved += space.byteOffset, 2 * lineBytes);
    buffer = space.buffer;
    decoder.push(piece);
    if (decoder.next() !== null) throw new Error("a line without a newline"); // many times
  }
  decoder.push(bytes("\n"));
  assert(decoder.next()!.length > lineBytes);
}

Deno.test("a line of 64 MiB in 1460-byte pieces is moved no more than twice on average", () => {
  takeInPieces(64 * MIB, 1460, Infinity);
  takeInPieces(64 * MIB, 1460, 65 * MIB);
  takeInPieces(64 * MIB, 1460, Infinity, true);
});

/**
 * Asserts that one takes less than `times` as long as the other: the shortest of some runs, in turn,
 * which other work on the machine hardly touches. Where there is much of that, it takes more runs.
 */
function assertFaster(work: () => void, { than, times }: { than: () => void; times: number }) {
  const shortest = [Infinity, Infinity];
  for (let round = 0; round < 20; round++) {
    [work, than].forEach((run, i) => {
      const before = performance.now();
      run();
      shortest[i] = Math.min(shortest[i], performance.now() - before);
    });
    if (round >= 2 && shortest[0] < times * shortest[1]) return;
  }
  assertLess(shortest[0], times * shortest[1]);
}

Deno.test("time grows with bytes: 16 MiB in 1460-byte pieces against 64 KiB pieces", () => {
  // Quadratic would be hundreds of times as long. It is about three times.
  assertFaster(() => takeInPieces(16 * MIB, 1460, Infinity), {
    than: () => takeInPieces(16 * MIB, 65536, Infinity),
    times: 30,
  });
});

Deno.test("bytes that are pushed on and on untaken are moved no more than twice on average", () => {
  const decoder = new LineDecoder({ maxLineBytes: 100 });
  const chunk = bytes("x".repeat(99) + "\n");
  let moved = 0;
  let { buffer } = decoder.space(chunk.length);
  for (let total = 0; total < 8 * MIB; total += chunk.length) {
    const space = decoder.space(chunk.length);
    if (space.buffer !== buffer) assertLess(moved += space.byteOffset, 2 * 8 * MIB);
    buffer = space.buffer;
    decoder.push(chunk);
  }
  assertEquals(decoder.nextBlock()!.length % 100, 0);
  assertEquals(decoder.nextBlock(), null);
});

Deno.test("many long lines in one chunk are searched once, not once for each", () => {
  // Lines that are too long, and behind them many bytes without a newline. Looking through that
  // tail again for each of them would take a hundred times as long as the lines alone.
  const takeLines = (tailBytes: number) => {
    const decoder = new LineDecoder({ maxLineBytes: 5 });
    decoder.push(bytes("1234567\n".repeat(1024)));
    decoder.push(new Uint8Array(tailBytes));
    for (let i = 0; i < 1024; i++) {
      assertThrows(() => decoder.nextBlock(), LineTooLongError);
      assertEquals(decoder.skip(), 8);
    }
  };
  assertFaster(() => takeLines(4 * MIB), { than: () => takeLines(0), times: 20 });
});
