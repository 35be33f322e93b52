/** What the page of a relay is told: complete for a conversation, in bounds whatever passes. */

import { assert, assertEquals, assertLess } from "jsr:@std/assert@1.0.19";
import { LastPieces } from "../src/relay/kept_pieces.ts";
import { Lanes } from "../src/relay/lanes.ts";

const utf8 = new TextEncoder();

/** A piece as it comes to the page. */
interface Told {
  bytes: number;
  from: number;
  message: number;
  data: string;
  end?: { data: string; message: number };
}

function connect(lanes: Lanes, connection: number): void {
  const remote = { hostname: "127.0.0.1", port: 50_000 + connection };
  lanes.take({ event: "connected", atMs: 0, connection, remote });
}

/** Hands on a piece to the client: what the page is told of it. */
function write(lanes: Lanes, data: string | Uint8Array, connection = 1): Told {
  if (typeof data === "string") data = utf8.encode(data);
  const change = lanes.take({ event: "write", atMs: 1, connection, direction: "to-client", data });
  return JSON.parse(JSON.stringify(change)).piece;
}

function lanesOf(lanes: Lanes): { pieces: Told[]; forgotten: number }[] {
  return JSON.parse(JSON.stringify(lanes.all));
}

/** A lane and its pieces, with `count` connections beside. */
function lanesWith(count: number): Lanes {
  const lanes = new Lanes();
  for (let i = 1; i <= count; i++) connect(lanes, i);
  return lanes;
}

Deno.test("each byte of a conversation is told, with the message that it belongs to", () => {
  const lanes = lanesWith(1);
  const sent = "one\ntwo\nthree\n\nfive";
  const colours: number[] = [];
  for (let at = 0, length = 1; at < sent.length; at += length++) {
    const piece = write(lanes, sent.slice(at, at + length));
    assertEquals([piece.from, atob(piece.data)], [at, sent.slice(at, at + length)]);
    let { message } = piece;
    for (const character of atob(piece.data)) {
      colours.push(message);
      if (character === "\n") message++;
    }
  }
  const naive = [...sent].map((_, i) => sent.slice(0, i).split("\n").length - 1);
  assertEquals(colours, naive);
  assertEquals(lanesOf(lanes)[0].pieces.map(({ data }) => atob(data)).join(""), sent);
});

Deno.test("of a long piece the first and the last bytes are told, and where messages begin in them", () => {
  for (let length = 250; length < 400; length++) {
    const lanes = lanesWith(1);
    const bytes = Uint8Array.from({ length }, (_, i) => i % 10 === 9 ? 10 : 97 + i % 10);
    const text = String.fromCharCode(...bytes);
    const { data, end, bytes: count } = write(lanes, bytes);
    assertEquals([count, atob(data)], [length, text.slice(0, 256)]);
    const last = end === undefined ? "" : atob(end.data);
    assertEquals(last, length <= 328 ? text.slice(256) : text.slice(-72));
    assertEquals(end === undefined, length <= 256);
    const before = text.slice(0, 256).split("\n").length - 1;
    // What lies between them counts as one message, however many there were.
    if (end !== undefined) assertEquals(end.message, length <= 328 ? before : before + 1);
    const behind = (end?.message ?? before) + last.split("\n").length - 1;
    assertEquals(write(lanes, "next").message, behind);
  }
});

Deno.test("a lane keeps its last pieces, and says how many it does not", () => {
  const lanes = lanesWith(1);
  for (let i = 0; i < 1234; i++) write(lanes, `${i}\n`);
  const [{ pieces, forgotten }] = lanesOf(lanes);
  assertEquals(pieces.map(({ data }) => atob(data)), [
    ...Array.from({ length: 200 }, (_, i) => `${1034 + i}\n`),
  ]);
  assertEquals(forgotten, 1034);
  assertEquals(pieces[0].message, 1034);
});

Deno.test("of what stood in its place before, a piece has nothing", () => {
  const lanes = lanesWith(1);
  for (let i = 0; i < 200; i++) write(lanes, "\n".repeat(300));
  for (let i = 0; i < 200; i++) {
    const { message, data, end } = write(lanes, "a\n");
    assertEquals([message, atob(data), end], [200 * 300 + i, "a\n", undefined]);
  }
});

Deno.test("of the connections that are over the last fifty are kept, of the others all", () => {
  const lanes = lanesWith(80);
  for (let connection = 5; connection <= 64; connection++) {
    lanes.take({ event: "unreachable", atMs: 1, connection, message: "" });
  }
  const kept = lanes.all.map(({ connection }) => connection);
  const numbers = Array.from({ length: 80 }, (_, i) => i + 1);
  assertEquals(kept, numbers.filter((number) => number < 5 || number > 14));
});

Deno.test("with many lanes each keeps fewer pieces, and ten at least", () => {
  for (const [count, kept] of [[30, 200], [60, 100], [300, 20], [1000, 10]]) {
    const lanes = lanesWith(count);
    for (let i = 0; i < 250; i++) write(lanes, `${i}`, count);
    const { pieces, forgotten } = lanesOf(lanes)[count - 1];
    assertEquals([pieces.length, forgotten], [kept, 250 - kept]);
    assertEquals(atob(pieces.at(-1)!.data), "249");
  }
});

Deno.test("whatever room there is at a time, those kept are the last ones, in order", () => {
  let state = 7;
  const random = (most: number) => (state = state * 48271 % 0x7fffffff) % most;
  for (let round = 0; round < 200; round++) {
    const last = new LastPieces();
    const noted: number[] = [];
    for (let i = 0; i < 60; i++) {
      const most = 1 + random(12);
      for (let j = random(15); j >= 0; j--) {
        const from = noted.push(noted.length) - 1;
        last.next(most).noteRead({ direction: "to-server", bytes: 1, atMs: 0 }, from);
      }
      const kept = last.inOrder().map((piece) => piece.toJSON().from);
      assertEquals(kept, noted.slice(noted.length - kept.length));
      assert(kept.length <= most);
      assertEquals(last.forgotten, noted.length - kept.length);
    }
  }
});

Deno.test("a lane's memory does not grow with what passes", () => {
  const lanes = lanesWith(1);
  const data = new Uint8Array(100_000);
  const one = () =>
    lanes.take({ event: "write", atMs: 1, connection: 1, direction: "to-client", data });
  for (let i = 0; i < 1000; i++) one();
  const before = JSON.stringify(lanes.all).length;
  const { external } = Deno.memoryUsage();
  for (let i = 0; i < 100_000; i++) one();
  assertLess(JSON.stringify(lanes.all).length, before + 10_000);
  assertLess(Deno.memoryUsage().external - external, 1_000_000);
});
