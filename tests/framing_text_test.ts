// What src/framing.ts has for text, web streams, growing files and wrong input.

import { assertEquals, assertRejects, assertThrows } from "jsr:@std/assert@1.0.19";
import {
  LineDecoder,
  LineReader,
  lineStream,
  LineTooLongError,
  readerOf,
  writeAll,
} from "../src/framing.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

Deno.test("what is no Uint8Array is a TypeError that says what to do", async () => {
  const cases: [unknown, string][] = [
    ["text\n", "String"],
    [new ArrayBuffer(3), "ArrayBuffer"],
    [new SharedArrayBuffer(3), "SharedArrayBuffer"],
    [new DataView(new ArrayBuffer(3)), "DataView"],
    [new Uint16Array(3), "Uint16Array"],
    [[1, 2], "Array"],
    [null, "Null"],
    [undefined, "Undefined"],
  ];
  for (const [wrong, type] of cases) {
    const message = `Cannot take type ${type}: not a Uint8Array (encode text with ` +
      "new TextEncoder(), wrap a buffer: new Uint8Array(buffer))";
    const chunk = wrong as Uint8Array;
    const decoder = new LineDecoder();
    assertThrows(() => decoder.push(chunk), TypeError, message);
    assertEquals(decoder.rest(), null);
    const sink = { write: () => Promise.reject(new Error("written")) };
    await assertRejects(() => writeAll(sink, chunk), TypeError, message);
    const stream = () => ReadableStream.from([chunk]);
    const lines = () => Array.fromAsync(stream().pipeThrough(lineStream()));
    await assertRejects(lines, TypeError, message);
    await assertRejects(() => new LineReader(readerOf(stream())).readLine(), TypeError, message);
  }
});

Deno.test("bytes of another realm are bytes", async () => {
  // Not a plain string: Deno 2.4 would fetch the types of Node for it.
  const { runInNewContext } = await import(["node", "vm"].join(":"));
  const decoder = new LineDecoder();
  decoder.push(runInNewContext("Uint8Array.of(97, 10)"));
  assertEquals(decoder.next(), bytes("a\n"));
});

Deno.test("text has no ending, keeps a U+FEFF, and turns what is no UTF-8 into U+FFFD", async () => {
  const input = [
    bytes("a\r\n\n\ufeffb\n"),
    bytes("\ufeffc\r\r\n"),
    Uint8Array.of(0xff, 10, 100, 13),
  ];
  const expected = ["a", "", "\ufeffb", "\ufeffc\r", "\ufffd", "d\r"];
  const open = () => new LineReader(readerOf(ReadableStream.from(input)));
  assertEquals(await Array.fromAsync(open().lines()), expected);
  const reader = open();
  for (const line of [...expected, null, null]) assertEquals(await reader.readText(), line);
});

Deno.test("text of a line that is too long throws until skip(), as bytes do", async () => {
  const source = readerOf(ReadableStream.from([bytes("1234\nok\n")]));
  const reader = new LineReader(source, { maxLineBytes: 3 });
  await assertRejects(() => reader.readText(), LineTooLongError);
  await assertRejects(() => reader.lines().next(), LineTooLongError);
  reader.skip();
  assertEquals(await Array.fromAsync(reader.lines()), ["ok"]);
});

Deno.test("a signal ends a loop between lines at hand and while it waits; no line is lost", async () => {
  const chunks = new TransformStream<Uint8Array, Uint8Array>();
  const input = chunks.writable.getWriter();
  const reader = new LineReader(readerOf(chunks.readable));
  const written = input.write(bytes("one\ntwo\n"));
  const seen: string[] = [];
  for (const [name, when] of [["at hand", "now"], ["waiting", "later"]]) {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error(name));
    const loop = async () => {
      for await (const line of reader.lines({ signal: controller.signal })) {
        seen.push(line);
        if (when === "now") abort();
        else setTimeout(abort);
      }
    };
    await assertRejects(loop, Error, name);
  }
  await written;
  const more = input.write(bytes("three\n"));
  seen.push(await reader.readText() ?? "the end");
  assertEquals(seen, ["one", "two", "three"]);
  await more;
  await input.close();
});

Deno.test("readerOf() gives a chunk in as many reads as it takes, and passes empty ones over", async () => {
  const empty = Array<string>(200).fill("");
  const source = readerOf(ReadableStream.from(["abcde", ...empty, "f"].map(bytes)));
  const p = new Uint8Array(2);
  const pieces = [];
  for (let n; (n = await source.read(p)) !== null;) pieces.push(text(p.subarray(0, n)));
  assertEquals(pieces, ["ab", "cd", "e", "f"]);
  assertEquals(await source.read(p), null);
});

Deno.test("cancel() of a reader of a stream drops what is left, and is its end", async () => {
  let reason: unknown;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes("abcde")),
    cancel: (why) => void (reason = why),
  });
  const source = readerOf(stream);
  assertThrows(() => readerOf(stream), TypeError);
  assertEquals(await source.read(new Uint8Array(2)), 2);
  await source.cancel("enough");
  assertEquals(reason, "enough");
  assertEquals(await source.read(new Uint8Array(2)), null);
});

Deno.test("cancel() ends a read under way", async () => {
  const source = readerOf(new ReadableStream());
  const pending = new LineReader(source).readLine();
  await source.cancel();
  assertEquals(await pending, null);
});

Deno.test("a chunk that is no bytes is one error of a reader, and what follows comes", async () => {
  const chunks = [bytes("on"), "no bytes", bytes("e\n")] as Uint8Array[];
  const reader = new LineReader(readerOf(ReadableStream.from(chunks)));
  await assertRejects(() => reader.readText(), TypeError);
  assertEquals(await reader.readText(), "one");
});

Deno.test("with follow, a line that grows in a file comes whole, after ends that were none", async () => {
  const path = await Deno.makeTempFile();
  try {
    using file = await Deno.open(path);
    const reader = new LineReader(file);
    const append = (text: string) => Deno.writeTextFile(path, text, { append: true });
    assertEquals(await reader.readText({ follow: true }), null);
    await append("one\ntw");
    assertEquals(await Array.fromAsync(reader.lines({ follow: true })), ["one"]);
    assertEquals(await reader.readBlock({ follow: true }), null);
    await append("o\nthr");
    assertEquals(text(await reader.readLine({ follow: true })), "two\n");
    assertEquals(await reader.readLine({ follow: true }), null);
    // Without it, an end is one: what is left of a line comes, and nothing after it.
    assertEquals(await reader.readText(), "thr");
    await append("ee\n");
    for (const follow of [true, false]) assertEquals(await reader.readText({ follow }), null);
  } finally {
    await Deno.remove(path);
  }
});
