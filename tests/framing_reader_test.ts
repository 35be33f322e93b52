// LineReader: on test doubles for what a network does rarely, on live sockets for what it does always.

import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertStrictEquals,
} from "jsr:@std/assert@1.0.19";
import { LineReader, LineTooLongError, type Reader, writeAll } from "../src/framing.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

/** One answer a read: a text, the end (null), nothing (""), a failure, or a promise of one of them. */
type Answer = string | null | Error | Promise<string | null>;

/** Answers each read() in turn, and null for ever behind the last. */
function scripted(...answers: Answer[]): Reader & { reads: number } {
  return {
    reads: 0,
    async read(p) {
      const answer = answers[this.reads++] ?? null;
      if (answer instanceof Error) throw answer;
      const piece = await answer;
      if (piece === null) return null;
      p.set(bytes(piece));
      return bytes(piece).length;
    },
  };
}

async function connected(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
}

Deno.test("readLine() gives the cut-off line last and then null, however often", async () => {
  const source = scripted("one\ntw", "o\nthr", "ee");
  const reader = new LineReader(source);
  for (const expected of ["one\n", "two\n", "three", null, null, null]) {
    assertEquals(text(await reader.readLine()), expected);
  }
  assertEquals(source.reads, 4, "reads on after the end of the stream");
});

Deno.test("readBlock() gives all whole lines at hand, and the cut-off one last", async () => {
  const reader = new LineReader(scripted("a\nb\nc", "\nd\ne", "f"));
  for (const expected of ["a\nb\n", "c\nd\n", "ef", null]) {
    assertEquals(text(await reader.readBlock()), expected);
  }
});

Deno.test("a reader reads no more while a line is at hand", async () => {
  const source = scripted("one\ntwo\n", new Error("read too early"));
  const reader = new LineReader(source);
  await reader.readLine();
  assertEquals(text(await reader.readLine()), "two\n");
  assertEquals(source.reads, 1);
});

Deno.test("a line is delivered while the connection stays open and silent", async () => {
  const [client, server] = await connected();
  using _client = client, _server = server;
  await writeAll(client, bytes("hello\nand the be"));
  assertEquals(text(await new LineReader(server).readLine()), "hello\n");
});

Deno.test("two readers on two connections do not mix", async () => {
  const [a, aPeer] = await connected();
  const [b, bPeer] = await connected();
  using _a = a, _b = b, _c = aPeer, _d = bPeer;
  const readers = [new LineReader(a), new LineReader(b)];
  const lines: (string | null)[] = [];
  for (let i = 0; i < 50; i++) {
    const pending = readers.map((reader) => reader.readLine());
    await Promise.all([writeAll(aPeer, bytes(`a${i}`)), writeAll(bPeer, bytes(`b${i}`))]);
    await Promise.all([writeAll(bPeer, bytes("!\nb")), writeAll(aPeer, bytes("!\na"))]);
    lines.push(...(await Promise.all(pending)).map(text));
  }
  const expected = Array.from({ length: 50 }, (_, i) => {
    return i === 0 ? ["a0!\n", "b0!\n"] : [`aa${i}!\n`, `bb${i}!\n`];
  });
  assertEquals(lines, expected.flat());
});

Deno.test("a long line throws until skip(), and the next line follows", async () => {
  const reader = new LineReader(scripted("ok\n1234", "56", "78\nend\n"), { maxLineBytes: 3 });
  assertEquals(text(await reader.readLine()), "ok\n");
  const error = await assertRejects(() => reader.readLine(), LineTooLongError);
  assertStrictEquals(await assertRejects(() => reader.readBlock()), error);
  assertEquals(reader.skip(), 4);
  assertEquals(text(await reader.readLine()), "end\n");
  assertEquals(reader.skip(), 9);
  assertEquals(await reader.readLine(), null);
});

Deno.test("a long line at the end of the stream throws until skip(), and null follows", async () => {
  // Only the end makes it certain that this "\r" is no part of an ending.
  const reader = new LineReader(scripted("123\r"), { maxLineBytes: 3 });
  const error = await assertRejects(() => reader.readLine(), LineTooLongError);
  assertStrictEquals(await assertRejects(() => reader.readLine()), error);
  assertEquals(reader.skip(), 4);
  assertEquals(await reader.readLine(), null);
});

Deno.test("memory never grows past the limit and one read", async () => {
  const maxLineBytes = 300_000;
  let largest = 0;
  let reads = 0;
  const source = {
    read(p: Uint8Array) {
      largest = Math.max(largest, p.buffer.byteLength);
      assert(p.length > 0);
      const n = Math.min(1460, p.length);
      p.fill(120, 0, n);
      return Promise.resolve(++reads > 20_000 ? null : n);
    },
  };
  const reader = new LineReader(source, { maxLineBytes });
  await assertRejects(() => reader.readLine(), LineTooLongError);
  reader.skip();
  assertEquals(await reader.readLine(), null);
  assertEquals(reader.skip(), 20_000 * 1460);
  assertLessOrEqual(largest, maxLineBytes + 64 * 1024);
});

Deno.test("a source that gives 0 bytes without an end is an error, not a spin", async () => {
  const source = { reads: 0, read: () => Promise.resolve(source.reads++ && 0) };
  const reader = new LineReader(source);
  const otherWork = new Promise((resolve) => setTimeout(resolve));
  for (let call = 1; call <= 2; call++) {
    await assertRejects(() => reader.readLine(), Error, "the source gave 0 bytes 100 times");
    assertEquals(source.reads, 100 * call);
  }
  await otherWork;
});

Deno.test("99 reads of 0 bytes before each piece are no error", async () => {
  const pause = Array<string>(99).fill("");
  const reader = new LineReader(scripted(...pause, "on", ...pause, "e\n", ...pause));
  assertEquals(text(await reader.readLine()), "one\n");
  assertEquals(await reader.readLine(), null);
});

Deno.test("a source that claims more bytes than there was space for is an error", async () => {
  const reader = new LineReader({ read: (p) => Promise.resolve(p.length + 1) });
  await assertRejects(() => reader.readLine(), RangeError, "Cannot take in");
});

Deno.test("a second call is refused while one waits, which goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const reader = new LineReader(scripted(promise));
  const first = reader.readLine();
  await assertRejects(() => reader.readLine(), TypeError, "another call is still waiting");
  await assertRejects(() => reader.readBlock(), TypeError, "another call is still waiting");
  resolve("one\ntwo\n");
  assertEquals(text(await first), "one\n");
  assertEquals(text(await reader.readLine()), "two\n");
});

Deno.test("after the source throws, the bytes at hand stay and the next call reads on", async () => {
  const failure = new Error("a cable");
  const reader = new LineReader(scripted("one\ntw", failure, "o\n"));
  assertEquals(text(await reader.readLine()), "one\n");
  assertStrictEquals(await assertRejects(() => reader.readLine()), failure);
  assertEquals(text(await reader.readLine()), "two\n");
});

Deno.test("a read() that throws instead of rejecting is a rejection too", async () => {
  const failure = new Error("at once");
  let calls = 0;
  const reader = new LineReader({
    read() {
      if (calls++ === 0) throw failure;
      return Promise.resolve(null);
    },
  });
  assertStrictEquals(await assertRejects(() => reader.readLine()), failure);
  assertEquals(await reader.readLine(), null);
});

Deno.test("an aborted read on a live socket loses no byte", async () => {
  const [client, server] = await connected();
  using _client = client, _server = server;
  const reader = new LineReader(server);
  const lines: (string | null)[] = [];
  for (let i = 0; i < 30; i++) {
    await writeAll(client, bytes(`line ${i}\npart `));
    lines.push(text(await reader.readLine()));
    // Twice: the read under way is taken up and left again.
    for (const reason of ["first", "second"]) {
      const controller = new AbortController();
      const pending = reader.readLine({ signal: controller.signal });
      controller.abort(new Error(reason));
      await assertRejects(() => pending, Error, reason);
    }
    await writeAll(client, bytes(`of ${i}\n`));
    lines.push(text(await reader.readLine()));
  }
  assertEquals(
    lines,
    Array.from({ length: 60 }, (_, i) => {
      return i % 2 === 0 ? `line ${i / 2}\n` : `part of ${(i - 1) / 2}\n`;
    }),
  );
});

Deno.test("a timeout on a silent connection ends the wait, not the connection", async () => {
  const [client, server] = await connected();
  using _client = client, _server = server;
  const reader = new LineReader(server);
  const error = await assertRejects(() => reader.readLine({ signal: AbortSignal.timeout(10) }));
  assert(error instanceof DOMException && error.name === "TimeoutError");
  await writeAll(client, bytes("late\n"));
  assertEquals(text(await reader.readLine()), "late\n");
});

Deno.test("an abort before the call reads nothing and leaves the lines at hand", async () => {
  const source = scripted("one\ntwo\n");
  const reader = new LineReader(source);
  const signal = AbortSignal.abort("no");
  assertStrictEquals(await reader.readLine({ signal }).catch((reason) => reason), "no");
  assertEquals(source.reads, 0);
  assertEquals(text(await reader.readLine()), "one\n");
  assertStrictEquals(await reader.readBlock({ signal }).catch((reason) => reason), "no");
  assertEquals(text(await reader.readLine()), "two\n");
});

Deno.test("an abort between two reads of one call ends it", async () => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = Promise.resolve(2);
  let reads = 0;
  const reader = new LineReader({
    read(p) {
      if (reads++ > 0) return promise.then((piece) => (p.set(bytes(piece)), piece.length));
      p.set(bytes("he"));
      return first;
    },
  });
  const pending = reader.readLine({ signal: controller.signal });
  first.then(() => controller.abort("now")); // runs when that read is over and before the next
  assertStrictEquals(await pending.catch((reason) => reason), "now");
  resolve("llo\n");
  assertEquals(text(await reader.readLine()), "hello\n");
});

Deno.test("a read that fails after the abort fails the next call, and nothing else", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const reader = new LineReader(scripted("one\ntw", promise, "o\n"));
  assertEquals(text(await reader.readLine()), "one\n");
  const controller = new AbortController();
  const pending = reader.readLine({ signal: controller.signal });
  controller.abort("no");
  assertStrictEquals(await pending.catch((reason) => reason), "no");

  const failure = new Error("a cable");
  reject(failure);
  // Long enough for an unhandled rejection, which would fail this test.
  await new Promise((resolve) => setTimeout(resolve));
  assertStrictEquals(await assertRejects(() => reader.readLine()), failure);
  assertEquals(text(await reader.readLine()), "two\n");
});

Deno.test("a signal that never aborts is left without listeners", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = function (...args: unknown[]) {
    listeners++;
    return Reflect.apply(addEventListener, this, args);
  };
  signal.removeEventListener = function (...args: unknown[]) {
    listeners--;
    return Reflect.apply(removeEventListener, this, args);
  };
  const reader = new LineReader(scripted("one\ntw", "o", "\n", new Error("a cable")));
  await reader.readLine({ signal });
  await reader.readLine({ signal });
  await assertRejects(() => reader.readLine({ signal }));
  assertEquals(listeners, 0);
});

Deno.test("a loop over the lines can be left and taken up again", async () => {
  const reader = new LineReader(scripted("one\ntwo\nthr", "ee\nfour"));
  const seen: (string | null)[] = [];
  for await (const line of reader) {
    seen.push(text(line));
    if (seen.length === 2) break;
  }
  seen.push(text(await reader.readLine()));
  for await (const line of reader) seen.push(text(line));
  assertEquals(seen, ["one\n", "two\n", "three\n", "four"]);
});

Deno.test("a long line ends a loop with its error, after the lines before it", async () => {
  const reader = new LineReader(scripted("one\ntoolong\ntwo\n"), { maxLineBytes: 3 });
  const seen: (string | null)[] = [];
  const loop = async () => {
    for await (const line of reader) seen.push(text(line));
  };
  await assertRejects(loop, LineTooLongError);
  reader.skip();
  await loop();
  assertEquals(seen, ["one\n", "two\n"]);
});
