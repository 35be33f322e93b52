// What stands around the decoder in src/framing.ts: linesOf(), lineStream() and writeAll().

import { assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1.0.19";
import { linesOf, lineStream, LineTooLongError, writeAll } from "../src/framing.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("linesOf() drops one ending a line and nothing else", () => {
  const cases: [string, string[]][] = [
    ["", []],
    ["\n", [""]],
    ["\r\n", [""]],
    ["\n\r\n\n", ["", "", ""]],
    ["one\ntwo\r\n", ["one", "two"]],
    ["one\r\r\n", ["one\r"]],
    ["a\rb\n", ["a\rb"]],
    ["one\ntwo", ["one", "two"]],
    ["one\r\ntwo\r", ["one", "two\r"]],
    ["\r", ["\r"]],
    ["\0\u2028\u0085\v\f\n", ["\0\u2028\u0085\v\f"]],
  ];
  for (const [block, lines] of cases) assertEquals(linesOf(bytes(block)), lines);
});

Deno.test("linesOf() keeps a byte order mark, at the start of each block and inside", () => {
  for (let i = 0; i < 2; i++) {
    assertEquals(linesOf(bytes("\ufeffa\n\ufeff\nb\ufeff\n")), ["\ufeffa", "\ufeff", "b\ufeff"]);
  }
});

Deno.test("linesOf() turns what is no UTF-8 into U+FFFD, within its line only", () => {
  // A character cut off by a newline does not take the newline with it, nor the next block.
  const block = Uint8Array.of(0xff, 0x0a, 0xe4, 0xb8, 0x0a, 0x61, 0x0a);
  assertEquals(linesOf(block), ["\ufffd", "\ufffd", "a"]);
  assertEquals(linesOf(Uint8Array.of(0xe4, 0xb8)), ["\ufffd"]);
  assertEquals(linesOf(Uint8Array.of(0x89, 0x0a)), ["\ufffd"]);
});

Deno.test("lineStream() gives a chunk a line, the one that was cut off included", async () => {
  const chunks = ReadableStream.from(["on", "e\n\ntw", "o\r\nthree"].map(bytes));
  const lines = await Array.fromAsync(chunks.pipeThrough(lineStream()));
  assertEquals(lines.map(text), ["one\n", "\n", "two\r\n", "three"]);
});

Deno.test("lineStream() gives a line before the stream goes on", async () => {
  const { readable, writable } = lineStream();
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  const written = writer.write(bytes("one\ntw"));
  assertEquals(text((await reader.read()).value!), "one\n");
  const pending = reader.read();
  await written;
  await writer.write(bytes("o\n"));
  assertEquals(text((await pending).value!), "two\n");
  await Promise.all([writer.close(), reader.read()]);
});

Deno.test("lineStream() gives all lines before a long one, and then its error to both ends", async () => {
  // More follows it: a pipe that has given its last byte ends when that was taken, not when it was read.
  for (const chunks of [["a\nbb\n1234\nc\n", "d\n", "e\n"], [..."a\nbb\n1234\nc\n"]]) {
    const { readable, writable } = lineStream({ maxLineBytes: 3 });
    const source = ReadableStream.from(chunks.map(bytes));
    const piped = assertRejects(() => source.pipeTo(writable), LineTooLongError);
    const reader = readable.getReader();
    assertEquals(text((await reader.read()).value!), "a\n");
    assertEquals(text((await reader.read()).value!), "bb\n");
    await assertRejects(() => reader.read(), LineTooLongError);
    await piped;
  }
});

Deno.test("lineStream() gives each line a buffer of its own, to be transferred", async () => {
  const stream = ReadableStream.from([bytes("one\ntwo\n")]).pipeThrough(lineStream());
  const seen = [];
  for await (const line of stream) {
    assertEquals(line.buffer.byteLength, 4);
    seen.push(text(structuredClone(line, { transfer: [line.buffer] })));
  }
  assertEquals(seen, ["one\n", "two\n"]);
});

Deno.test("lineStream() passes a cancel on, also while it waits for bytes", async () => {
  let reason: unknown;
  const never = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why) });
  const reader = never.pipeThrough(lineStream()).getReader();
  const pending = reader.read();
  await reader.cancel("enough");
  assertEquals((await pending).done, true);
  await new Promise((resolve) => setTimeout(resolve)); // a pipe passes it on by itself
  assertEquals(reason, "enough");
});

Deno.test("writeAll() writes everything to a sink that takes one byte at a time", async () => {
  const taken: number[] = [];
  const sink = { write: (p: Uint8Array) => Promise.resolve(taken.push(p[0]) && 1) };
  await writeAll(sink, bytes("Hello World!"));
  assertEquals(text(Uint8Array.from(taken)), "Hello World!");
});

Deno.test("writeAll() of nothing does not write", async () => {
  await writeAll({ write: () => Promise.reject(new Error("written")) }, new Uint8Array(0));
});

Deno.test("writeAll() gives up on a sink that takes nothing a hundred times in a row", async () => {
  for (const nothing of [0, NaN, -1]) {
    let calls = 0;
    const sink = { write: () => Promise.resolve(++calls && nothing) };
    await assertRejects(() => writeAll(sink, bytes("x")), Error, "the sink took 0 bytes 100 times");
    assertEquals(calls, 100);
  }
  // 99 times nothing and then a byte, over and over, is progress.
  let calls = 0;
  const slow = { write: () => Promise.resolve(++calls % 100 === 0 ? 1 : 0) };
  await writeAll(slow, bytes("abc"));
  assertEquals(calls, 300);
});

Deno.test("writeAll() throws what the sink throws", async () => {
  const failure = new Error("broken");
  const error = await assertRejects(() => {
    return writeAll({ write: () => Promise.reject(failure) }, bytes("x"));
  });
  assertStrictEquals(error, failure);
});
