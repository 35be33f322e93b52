// LineWriter of src/framing.ts: one order, one write for what waits, a bound, one error for ever.

import fc from "npm:fast-check@4.10.2";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "jsr:@std/assert@1.0.19";
import { LineWriter, WriterFullError } from "../src/framing.ts";

const SEED = 41953;
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
/** Everything that can go on without the test has gone on. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A sink whose writes wait for `go()`, which lets the first of them take up to `n` bytes. */
function gated() {
  const writes: string[] = [];
  const sink = {
    writes,
    taken: "",
    release: (_n: number) => {},
    async write(p: Uint8Array) {
      writes.push(text(p));
      const n = Math.min(p.length, await new Promise<number>((resolve) => sink.release = resolve));
      sink.taken += text(p.subarray(0, n));
      return n;
    },
    async go(n = Infinity) {
      await settled(); // the write has begun
      sink.release(n);
      await settled();
    },
  };
  return sink;
}

Deno.test("what comes while a write is under way, or at the same moment, goes out as one write", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  for (const line of ["one", "two\n"]) writer.push(line);
  await settled();
  for (const line of ["", "\n", bytes("three")]) writer.push(line);
  await sink.go();
  await sink.go();
  await writer.flush();
  assertEquals(sink.writes, ["one\ntwo\n", "\n\nthree\n"]);
});

Deno.test(`no lines of callers at once are mixed or reordered (seed ${SEED})`, async () => {
  const anyLines = fc.array(fc.string({ unit: fc.constantFrom("a", "\u4e09", "\r", " ") }));
  await fc.assert(
    fc.asyncProperty(anyLines, fc.nat(30), fc.integer({ min: 1, max: 7 }), async (lines, b, n) => {
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
      const out = text(Uint8Array.from(pieces.flatMap((piece) => [...piece])));
      assertEquals(out, lines.map((line) => `${line}\n`).join(""));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("a sink that pushes a line from within its write() gets it after that write", async () => {
  const writes: string[] = [];
  const writer: LineWriter = new LineWriter({
    async write(p) {
      writes.push(text(p));
      if (writes.length === 1) writer.push("two");
      await null;
      return p.length;
    },
  });
  writer.push("one");
  await writer.flush();
  await writer.flush();
  assertEquals(writes, ["one\n", "two\n"]);
});

Deno.test("push() throws at the bound and takes nothing; room comes back", async () => {
  const sink = gated();
  const writer = new LineWriter(sink, { maxWaitingBytes: 8 });
  writer.push("long as it is, alone it passes");
  const error = assertThrows(() => writer.push(""), WriterFullError, "more than 8 bytes");
  assertEquals(error.name, "WriterFullError");
  await sink.go();
  writer.push("123");
  writer.push("567");
  assertThrows(() => writer.push(""), WriterFullError);
  await sink.go(4); // half of it: all of it still counts
  assertThrows(() => writer.push(""), WriterFullError);
  await sink.go();
  await writer.flush();
  assertEquals(sink.taken, "long as it is, alone it passes\n123\n567\n");
});

Deno.test("write() waits while more than the bound is not out, and flush() for all", async () => {
  const sink = gated();
  const writer = new LineWriter(sink, { maxWaitingBytes: 4 });
  const seen: string[] = [];
  await writer.write("123");
  await settled();
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

Deno.test("flush() is for the lines before it, and not kept waiting by those that follow", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  writer.push("");
  let flushed = false;
  const all = writer.flush().then(() => flushed = true);
  await settled();
  assert(!flushed);
  writer.push("");
  await sink.go();
  assert(flushed);
  await sink.go();
  await all;
});

Deno.test("the bound is 1 MiB where none is given, and may be 0", async () => {
  const sink = gated();
  const writer = new LineWriter(sink);
  writer.push("x");
  writer.push("y".repeat(1024 * 1024 - 3));
  assertThrows(() => writer.push(""), WriterFullError);
  await sink.go();
  await writer.flush();

  const strict = new LineWriter(sink, { maxWaitingBytes: 0 });
  strict.push("");
  assertThrows(() => strict.push(""), WriterFullError);
  await sink.go();
  await strict.flush();
  for (const maxWaitingBytes of [-1, NaN]) {
    assertThrows(() => new LineWriter(sink, { maxWaitingBytes }), RangeError, "at least 0");
  }
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

Deno.test("bytes given to a writer stay the caller's, and those given to a sink the sink's", async () => {
  const kept: Uint8Array[] = [];
  const writer = new LineWriter({
    write: (p) => Promise.resolve(kept.push(p) && p.length),
  });
  const line = bytes("one\n");
  for (let i = 0; i < 3; i++) {
    writer.push(line);
    line.fill(120, 0, 3);
    await writer.flush();
  }
  assertEquals(kept.map(text), ["one\n", "xxx\n", "xxx\n"]);
});

Deno.test("lines that fill the buffer to the last byte, and beyond, all come out", async () => {
  for (const size of [1017, 1018, 1019, 1024, 3000]) {
    const sink = gated();
    const writer = new LineWriter(sink);
    const lines = ["x", "y".repeat(size), "z", "z"];
    for (const line of lines) writer.push(line);
    await sink.go();
    await writer.flush();
    assertEquals(sink.taken, lines.map((line) => `${line}\n`).join(""));
  }
});

Deno.test("after an error of the sink every call fails with it, those that wait too", async () => {
  for (const failure of [new Error("broken"), undefined]) {
    let writes = 0;
    const sink = {
      async write() {
        writes++;
        await null;
        throw failure;
      },
    };
    const writer = new LineWriter(sink, { maxWaitingBytes: 0 });
    const waiting = [writer.write("a"), writer.write("b"), writer.flush()];
    for (const result of await Promise.allSettled(waiting)) {
      assertStrictEquals((result as PromiseRejectedResult).reason, failure);
    }
    const reasons = [
      await Promise.try(() => writer.push("c")).then(() => "taken", (reason) => reason),
      await writer.write("c").then(() => "taken", (reason) => reason),
      await writer.flush().then(() => "flushed", (reason) => reason),
    ];
    assertEquals(reasons, [failure, failure, failure]);
    assertEquals(writes, 1);
  }
});

Deno.test("an error of the sink that nobody waits for is no unhandled rejection", async () => {
  const writer = new LineWriter({ write: () => Promise.reject(new Error("broken")) });
  writer.push("a");
  await settled(); // an unhandled rejection would fail this test
  assertThrows(() => writer.push("b"), Error, "broken");
});
