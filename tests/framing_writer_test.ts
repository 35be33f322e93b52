// LineWriter of src/framing.ts, and what its readers have for text, streams and growing files.

import fc from "npm:fast-check@4.10.2";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "jsr:@std/assert@1.0.19";
import {
  LineDecoder,
  LineReader,
  lineStream,
  LineWriter,
  readerOf,
  writeAll,
  WriterFullError,
} from "../src/framing.ts";

const SEED = 41953;
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A sink whose writes wait for `go()`, which lets the first of them take up to `n` bytes. */
function gated() {
  const writes: string[] = [];
  let taken = "";
  let release: (n: number) => void = () => {};
  return {
    writes,
    taken: () => taken,
    async write(p: Uint8Array) {
      writes.push(text(p));
      const n = Math.min(p.length, await new Promise<number>((resolve) => release = resolve));
      taken += text(p.subarray(0, n));
      return n;
    },
    async go(n = Infinity) {
      release(n);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

Deno.test("what comes while a write is under way goes out as one write", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  for (const line of ["one", "two\n", "", "\n"]) writer.push(line);
  writer.push(bytes("three"));
  await sink.go();
  await sink.go();
  await writer.flush();
  assertEquals(sink.writes, ["one\n", "two\n\n\nthree\n"]);
});

Deno.test(`no lines of callers at once are mixed or reordered (seed ${SEED})`, async () => {
  const anyLines = fc.array(fc.string({ unit: fc.constantFrom("a", "\u4e09", "\r", " ") }));
  await fc.assert(
    fc.asyncProperty(anyLines, fc.nat(30), fc.integer({ min: 1, max: 7 }), async (lines, b, n) => {
      let out = "";
      const pieces: Uint8Array[] = [];
      const sink = {
        async write(p: Uint8Array) {
          await null;
          pieces.push(p.slice(0, n));
          return Math.min(n, p.length);
        },
      };
      const writer = new LineWriter(sink, { maxWaitingBytes: b });
      await Promise.all(
        lines.map((line, i) => writer.write(i % 2 === 0 ? line : bytes(`${line}\n`))),
      );
      await writer.flush();
      out = text(Uint8Array.from(pieces.flatMap((piece) => [...piece])));
      assertEquals(out, lines.map((line) => `${line}\n`).join(""));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("push() throws at the bound and takes nothing; room comes back", async () => {
  const sink = gated();
  const writer = new LineWriter(sink, { maxWaitingBytes: 8 });
  writer.push("long as it is, alone it passes");
  assertThrows(() => writer.push(""), WriterFullError, "more than 8 bytes");
  await sink.go();
  writer.push("123");
  writer.push("567");
  assertThrows(() => writer.push(""), WriterFullError);
  await sink.go();
  await sink.go();
  await writer.flush();
  assertEquals(sink.taken(), "long as it is, alone it passes\n123\n567\n");
});

Deno.test("write() waits while more than the bound is not out, and flush() for all", async () => {
  const sink = gated();
  const writer = new LineWriter(sink, { maxWaitingBytes: 4 });
  const seen: string[] = [];
  await writer.write("123");
  const second = writer.write("x").then(() => seen.push("second"));
  const all = writer.flush().then(() => seen.push("all"));
  await sink.go(3);
  assertEquals(seen, []);
  await sink.go();
  assertEquals(seen, ["second"]);
  await sink.go();
  await Promise.all([second, all]);
  assertEquals(seen, ["second", "all"]);
  assertEquals(sink.writes, ["123\n", "\n", "x\n"]);
});

Deno.test("a newline inside and what is no line are refused, and nothing of it goes out", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  for (const line of ["a\nb", "a\n\n", "\nb", bytes("a\nb\n")]) {
    assertThrows(() => writer.push(line), TypeError, "newline inside");
    await assertRejects(() => writer.write(line), TypeError, "newline inside");
  }
  assertThrows(() => writer.push(5 as unknown as string), TypeError, "not a Uint8Array");
  await writer.flush();
  assertEquals(sink.writes, []);
});

Deno.test("bytes given to a writer stay the caller's", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  const line = bytes("one\n");
  writer.push("first");
  writer.push(line);
  line.fill(120);
  await sink.go();
  assertEquals(sink.writes, ["first\n", "one\n"]);
  await sink.go();
});

Deno.test("after an error of the sink every call fails with it, those that wait too", async () => {
  const failure = new Error("broken");
  const writer = new LineWriter({
    async write() {
      await null;
      throw failure;
    },
  }, { maxWaitingBytes: 0 });
  const results = await Promise.allSettled([writer.write("a"), writer.write("b"), writer.flush()]);
  for (const result of results) {
    assertStrictEquals((result as PromiseRejectedResult).reason, failure);
  }
  assertStrictEquals(assertThrows(() => writer.push("c")), failure);
  assertStrictEquals(await assertRejects(() => writer.write("c")), failure);
  assertStrictEquals(await assertRejects(() => writer.flush()), failure);
});

Deno.test("a bound that is no number of at least 0 is refused", () => {
  for (const maxWaitingBytes of [-1, NaN]) {
    assertThrows(() => new LineWriter(gated(), { maxWaitingBytes }), RangeError, "at least 0");
  }
});

Deno.test("what is no Uint8Array is a TypeError that says what to do", async () => {
  const cases: [unknown, string][] = [
    ["text\n", "type String: encode it with new TextEncoder().encode(text)"],
    [new ArrayBuffer(3), "type ArrayBuffer: make it bytes with new Uint8Array(buffer)"],
    [new SharedArrayBuffer(3), "type SharedArrayBuffer: make it bytes with new Uint8Array(buffer)"],
    [
      new DataView(new ArrayBuffer(3)),
      "type DataView: make it bytes with new Uint8Array(x.buffer,",
    ],
    [new Uint16Array(3), "type Uint16Array: make it bytes"],
    [[1, 2], "type Array: not a Uint8Array"],
    [undefined, "type Undefined: not a Uint8Array"],
  ];
  for (const [wrong, message] of cases) {
    const chunk = wrong as Uint8Array;
    const decoder = new LineDecoder();
    assertThrows(() => decoder.push(chunk), TypeError, `Cannot take ${message}`);
    assertEquals(decoder.rest(), null);
    const sink = { write: () => Promise.reject(new Error("written")) };
    await assertRejects(() => writeAll(sink, chunk), TypeError, message);
    const stream = () => ReadableStream.from([chunk]);
    await assertRejects(
      () => Array.fromAsync(stream().pipeThrough(lineStream())),
      TypeError,
      message,
    );
    await assertRejects(() => new LineReader(readerOf(stream())).readLine(), TypeError, message);
  }
});

Deno.test("text has no ending, keeps a U+FEFF, and turns what is no UTF-8 into U+FFFD", async () => {
  const input = [
    bytes("a\r\n\n\ufeffb\n"),
    bytes("\ufeffc\r\r\n"),
    Uint8Array.of(0xff, 10, 100, 13),
  ];
  const expected = ["a", "", "\ufeffb", "\ufeffc\r", "\ufffd", "d\r"];
  const open = () => new LineReader(readerOf(ReadableStream.from(input)));
  assertEquals(await Array.fromAsync(open().texts()), expected);
  const reader = open();
  for (const line of [...expected, null]) assertEquals(await reader.readText(), line);
});

Deno.test("a signal ends a loop between lines at hand and while it waits; no line is lost", async () => {
  for (const how of ["lines", "texts"] as const) {
    const chunks = new TransformStream<Uint8Array, Uint8Array>();
    const input = chunks.writable.getWriter();
    const reader = new LineReader(readerOf(chunks.readable));
    const written = input.write(bytes("one\ntwo\n"));
    const first = new AbortController();
    await assertRejects(
      async () => {
        for await (const _ of reader[how]({ signal: first.signal })) {
          first.abort(new Error("first"));
        }
      },
      Error,
      "first",
    );
    await written;
    const second = new AbortController();
    let lines = 0;
    await assertRejects(
      async () => {
        setTimeout(() => second.abort(new Error("second")));
        for await (const _ of reader[how]({ signal: second.signal })) lines++;
      },
      Error,
      "second",
    );
    assertEquals(lines, 1);
    const more = input.write(bytes("three\n"));
    assertEquals(await reader.readText(), "three");
    await more;
    await input.close();
  }
});

Deno.test("readerOf() gives a chunk in as many reads as it takes; cancel() drops the rest", async () => {
  let reason: unknown;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes("abcde")),
    cancel: (why) => void (reason = why),
  });
  const source = readerOf(stream);
  assertThrows(() => readerOf(stream), TypeError);
  const p = new Uint8Array(2);
  assertEquals([await source.read(p), text(p)], [2, "ab"]);
  assertEquals([await source.read(p), text(p)], [2, "cd"]);
  await source.cancel("enough");
  assertEquals(reason, "enough");
  assert(!stream.locked);
});

Deno.test("with follow, a line that grows in a file comes whole, after ends that were none", async () => {
  const path = await Deno.makeTempFile();
  try {
    using file = await Deno.open(path);
    const reader = new LineReader(file, { follow: true });
    const append = (text: string) => Deno.writeTextFile(path, text, { append: true });
    assertEquals(await reader.readText(), null);
    await append("one\ntw");
    assertEquals(await Array.fromAsync(reader.texts()), ["one"]);
    assertEquals(await reader.readText(), null);
    await append("o\nthr");
    assertEquals(await Array.fromAsync(reader.texts()), ["two"]);
    assertEquals(text(reader.rest()!), "thr");
    assertEquals(reader.rest(), null);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("rest() of a reader is refused while a call waits", async () => {
  const { promise, resolve } = Promise.withResolvers<null>();
  const reader = new LineReader({ read: () => promise });
  const line = reader.readLine();
  assertThrows(() => reader.rest(), TypeError, "still waiting");
  resolve(null);
  assertEquals(await line, null);
});

Deno.test("lines that fill what waits to the last byte, and beyond, all come out", async () => {
  for (const size of [1022, 1023, 1024, 3000]) {
    const sink = gated();
    const writer = new LineWriter(sink);
    const lines = ["first", "x", "y".repeat(size - 2), "z"];
    for (const line of lines) writer.push(line);
    await sink.go();
    await sink.go();
    await writer.flush();
    assertEquals(sink.taken(), lines.map((line) => `${line}\n`).join(""));
  }
});

Deno.test("flush() does not resolve while one byte is not out", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  writer.push("");
  let flushed = false;
  const all = writer.flush().then(() => flushed = true);
  await new Promise((resolve) => setTimeout(resolve));
  assert(!flushed);
  writer.push("");
  await sink.go();
  assert(flushed);
  await sink.go();
  await all;
});

Deno.test("bytes of another realm are bytes", async () => {
  // Not a plain string: Deno 2.4 would fetch the types of Node for it.
  const { runInNewContext } = await import(["node", "vm"].join(":"));
  const decoder = new LineDecoder();
  decoder.push(runInNewContext("Uint8Array.of(97, 10)"));
  assertEquals(decoder.next(), bytes("a\n"));
});
