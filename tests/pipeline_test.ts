import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import fc from "npm:fast-check@4.10.2";
import { isQuit } from "../src/echo_client.ts";
import { PipedInput } from "../src/echo/piped_input.ts";
import { LineTooLongError, type Reader, writeAll } from "../src/framing.ts";
import { chopped } from "../src/net/chop.ts";
import type { Conn, Net } from "../src/net/net.ts";
import { type Exchange, sendAhead, type Source } from "../src/net/pipeline.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { drain, echoing, say, type Server, serverThat } from "./client_support.ts";

const SEED = 20261123;

/** A Reader of these pieces, each in one read. */
function readerOf(pieces: Uint8Array[]): Reader {
  const left = [...pieces];
  return {
    read(p) {
      const piece = left.shift();
      if (piece === undefined) return Promise.resolve(null);
      const n = Math.min(p.length, piece.length);
      p.set(piece.subarray(0, n));
      if (n < piece.length) left.unshift(piece.subarray(n));
      return Promise.resolve(n);
    },
  };
}

/** Cuts bytes at these places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) =>
    a - b
  );
  return [0, ...ends].map((start, i) => bytes.subarray(start, ends[i] ?? bytes.length))
    .filter((piece) => piece.length > 0);
}

async function readAll(input: PipedInput): Promise<Uint8Array> {
  const bytes: number[] = [];
  // A piece is valid until the next call, and handed out only when there is something in it.
  for (let piece; (piece = await input.next()) !== null;) {
    assert(piece.length > 0);
    bytes.push(...piece);
  }
  return Uint8Array.from(bytes);
}

/** What is to be sent, by the simplest program: whole text, cut at every "\n". */
function oracle(bytes: Uint8Array): { sent: Uint8Array; quit: boolean; behind: number } {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (/^[qQ]\r?\n?$/.test(String.fromCharCode(...bytes.subarray(start, end)))) {
      return { sent: bytes.slice(0, start), quit: true, behind: bytes.length - end };
    }
    start = end;
  }
  return { sent: bytes, quit: false, behind: 0 };
}

const someInput = fc.array(fc.constantFrom(..."qQ\r\nx".split("")), { maxLength: 24 })
  .map((characters) => new TextEncoder().encode(characters.join("")));
const someCuts = fc.array(fc.nat(), { maxLength: 8 });

for (const maxLineBytes of [undefined, 100]) {
  const how = maxLineBytes === undefined ? "without a limit" : "with a limit";
  Deno.test(`piped input ends in the same place however it was cut, ${how}`, async () => {
    await fc.assert(
      fc.asyncProperty(someInput, someCuts, async (bytes, places) => {
        const input = new PipedInput(readerOf(cut(bytes, places)), { maxLineBytes });
        const { sent, quit, behind } = oracle(bytes);
        assertEquals(await readAll(input), sent);
        assertEquals(input.endedByQuit, quit);
        if (quit) await input.readRest(sent.length);
        assertEquals([input.bytesUnsent(sent.length), input.readToEnd], [behind, true]);
        assertEquals(await input.next(), null); // for ever
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
}

Deno.test("every way to cut a short input around its Q gives the same", async () => {
  const bytes = new TextEncoder().encode("q \nqq\nQ\r\nre");
  for (let cuts = 0; cuts < 2 ** (bytes.length - 1); cuts++) {
    const places = [...bytes.keys()].filter((i) => i > 0 && (cuts & (1 << (i - 1))) !== 0);
    const input = new PipedInput(readerOf(cut(bytes, places)));
    let length = 0;
    for (let piece; (piece = await input.next()) !== null;) length += piece.length;
    if (length !== 6 || !input.endedByQuit) throw new Error(`${length} bytes, cut at ${places}`);
  }
});

Deno.test("isQuit() is true of Q and q alone, with any line ending", () => {
  const isIt = (text: string) => isQuit(new TextEncoder().encode(text));
  for (const text of ["q", "Q", "q\n", "Q\r\n", "q\r"]) assert(isIt(text), text);
  for (const text of ["", "\n", "\r\n", "qq\n", " q\n", "q \n", "Q\n\n"]) assert(!isIt(text), text);
});

Deno.test("with a limit the lines before a long one come first, then a LineTooLongError", async () => {
  const input = new PipedInput(readerOf([new TextEncoder().encode("12\n12345\n1\n")]), {
    maxLineBytes: 4,
  });
  assertEquals(await input.next(), new TextEncoder().encode("12\n"));
  await assertRejects(() => input.next(), LineTooLongError);
  assertEquals(input.bytesUnsent(3), 8);
});

// sendAhead, over real sockets.

/** Random bytes that are the same in every run. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = SEED;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

function sourceOf(bytes: Uint8Array, pieceLength: number): Source {
  let at = 0;
  return {
    next() {
      if (at >= bytes.length) return Promise.resolve(null);
      at += pieceLength;
      return Promise.resolve(bytes.subarray(at - pieceLength, at));
    },
  };
}

async function exchange(
  server: Server,
  source: Source,
  { net = Deno as Net, replyTimeoutMs = 20_000, windowBytes = undefined as number | undefined } =
    {},
): Promise<Exchange & { came: Uint8Array }> {
  const conn = await net.connect({ hostname: "127.0.0.1", port: Number(server.at[1]) });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const ended = await sendAhead(conn, source, {
    onReply: (bytes) => Promise.resolve(void pieces.push(new Uint8Array(bytes))),
    replyTimeoutMs,
    windowBytes,
  });
  return { ...ended, came: new Uint8Array(await new Blob(pieces).arrayBuffer()) };
}

for (
  const [length, pieceLength, most] of [[3_000_001, 70_001, 4093], [30_000, 7, 1], [5e6, 1e6, 1e6]]
) {
  Deno.test(`${length} bytes come back the same in pieces of ${pieceLength}, cut at ${most}`, async () => {
    await using server = echoing();
    const bytes = noise(length);
    const net = chopped(Deno, most);
    const { end, sent, echoed, came } = await exchange(server, sourceOf(bytes, pieceLength), {
      net,
    });
    assertEquals([end, sent, echoed], ["complete", length, length]);
    assert(came.every((byte, i) => byte === bytes[i]) && came.length === length);
  });
}

Deno.test("a small window gives the same, and no more than that is under way", async () => {
  const windowBytes = 4096;
  const bytes = noise(100_003);
  let most = 0;
  let sent = 0;
  let echoed = 0;
  await using server = echoing();
  const net = wrapped(Deno, {
    conn: (conn) => ({
      async read(p) {
        const n = await conn.read(p);
        echoed += n ?? 0;
        return n;
      },
      write(p) {
        sent += p.length;
        most = Math.max(most, sent - echoed);
        return conn.write(p);
      },
    }),
  });
  const { end, came } = await exchange(server, sourceOf(bytes, 10_007), { net, windowBytes });
  assertEquals([end, came.length], ["complete", bytes.length]);
  assert(came.every((byte, i) => byte === bytes[i]));
  assert(most <= windowBytes, `${most} bytes were under way`);
});

Deno.test("one wrong byte anywhere is found, with its place and both values", async () => {
  const bytes = noise(1_300_000); // more than the rings hold
  const places = [0, 1, 2, 3, 4, 5, 65_535, 65_536, 1_048_575, 1_048_576, 1_048_577, 1_299_999];
  for (const place of places) {
    await using server = serverThat(async (conn) => {
      const buffer = new Uint8Array(10_007);
      let at = 0;
      for (let n; (n = await conn.read(buffer)) !== null; at += n) {
        if (at <= place && place < at + n) buffer[place - at] ^= 0x80;
        await writeAll(conn, buffer.subarray(0, n));
      }
    });
    const found = await exchange(server, sourceOf(bytes, 50_000));
    assertEquals([found.end, found.echoed], ["different", place]);
    assertEquals(found.bytes, [bytes[place], bytes[place] ^ 0x80]);
  }
});

/** A server in memory: of every message it gives so many bytes a read, with one of them wrong. */
function wrongAt(place: number, most: number): Conn {
  const address = { hostname: "127.0.0.1", port: 1 };
  const echo: number[] = [];
  let came = 0;
  let wake = Promise.withResolvers<void>();
  return {
    localAddr: address,
    remoteAddr: address,
    async read(p) {
      while (echo.length === 0) await wake.promise;
      const bytes = echo.splice(0, Math.min(most, p.length));
      p.set(bytes);
      return bytes.length;
    },
    write(p) {
      for (const byte of p) echo.push(came++ === place ? byte ^ 0x80 : byte);
      wake.resolve();
      wake = Promise.withResolvers();
      return Promise.resolve(p.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
}

Deno.test("one wrong byte is found wherever a read begins, and what came is told to be right up to it", async () => {
  const bytes = noise(40);
  for (let most = 1; most <= 9; most++) {
    for (let place = 0; place < bytes.length; place++) {
      let told = 0;
      const { end, echoed } = await sendAhead(wrongAt(place, most), sourceOf(bytes, 40), {
        onReply({ length }, right) {
          assertEquals(right, Math.min(length, place - told), `byte ${place}, ${most} a read`);
          told += length;
          return Promise.resolve();
        },
        replyTimeoutMs: 20_000,
        windowBytes: 32,
      });
      assertEquals([end, echoed], ["different", place], `${most} a read`);
    }
  }
});

Deno.test("an early end counts what came back, in any place", async () => {
  for (const place of [0, 1, 1000, 1_048_576, 1_200_000]) {
    await using server = serverThat(async (conn) => {
      const buffer = new Uint8Array(64 * 1024);
      let left = place;
      while (left > 0) {
        const n = (await conn.read(buffer.subarray(0, Math.min(left, buffer.length))))!;
        await writeAll(conn, buffer.subarray(0, n));
        left -= n;
      }
      await conn.closeWrite();
      await drain(conn); // close() with bytes unread would be a reset
    });
    const { end, echoed, came } = await exchange(server, sourceOf(noise(1_300_000), 50_000));
    assertEquals([end, echoed, came.length], ["closed", place, place]);
  }
});

Deno.test("bytes beyond the echo are surplus, also when they come before the end of input", async () => {
  const never = Promise.withResolvers<null>();
  const pieces = [Promise.resolve(new TextEncoder().encode("one\n")), never.promise];
  const waiting: Source = { next: () => pieces.shift()! };
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn) + "and more");
    await drain(conn);
  });
  const { end, surplus, came } = await exchange(server, waiting);
  assertEquals([end, surplus], ["surplus", 8]);
  assertEquals(new TextDecoder().decode(came), "one\nand more");
  never.resolve(null);
});

Deno.test("a server that keeps the connection open after the last echo is left behind", async () => {
  const left = Promise.withResolvers<void>();
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn));
    await left.promise;
  });
  const { end, echoed } = await exchange(server, sourceOf(new TextEncoder().encode("one\n"), 4));
  assertEquals([end, echoed], ["complete", 4]);
  left.resolve();
});

Deno.test("what the source throws ends the sending, and what was sent still comes back", async () => {
  await using server = echoing();
  const error = new Error("no more");
  const pieces = [
    () => Promise.resolve(new TextEncoder().encode("one\n")),
    () => Promise.reject(error),
  ];
  const { end, sourceError, came } = await exchange(server, { next: () => pieces.shift()!() });
  assertEquals([end, sourceError, came.length], ["complete", error, 4]);
});

Deno.test("what onReply throws is thrown, and the connection is closed", async () => {
  await using server = echoing();
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.at[1]) });
  await assertRejects(
    () =>
      sendAhead(conn, sourceOf(noise(2_000_000), 10_000), {
        onReply: () => Promise.reject(new RangeError("full")),
        replyTimeoutMs: 20_000,
      }),
    RangeError,
    "full",
  );
  await assertRejects(() => conn.read(new Uint8Array(1)));
});

Deno.test("a piece may be overwritten as soon as the next one is asked for", async () => {
  await using server = echoing();
  const expected = noise(3_000_000);
  const buffer = new Uint8Array(200_000);
  let at = 0;
  const source: Source = {
    next() {
      buffer.fill(0); // as the next read() will
      if (at === expected.length) return Promise.resolve(null);
      buffer.set(expected.subarray(at, at += buffer.length));
      return Promise.resolve(buffer);
    },
  };
  const { end, came } = await exchange(server, source);
  assertEquals(end, "complete");
  assert(came.every((byte, i) => byte === expected[i]));
});
