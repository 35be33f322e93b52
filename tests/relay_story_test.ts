/** What runs in the browser of a relay's page and needs no browser: what it knows, and how bytes look. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { bytesOnPage, type WrittenPiece } from "../src/relay/page_bytes.ts";
import { storyOnPage, type ToldAll, type ToldEvent } from "../src/relay/page_story.ts";

const { partsOf, characterAt, shownText, hexOf } = bytesOnPage();

const WRITTEN: WrittenPiece = {
  direction: "to-server",
  kind: "write",
  bytes: 0,
  from: 0,
  message: 0,
  data: "",
  atMs: 0,
};

/** The cells of a text. */
function cellsOf(bytes: Uint8Array): string {
  const data = [...bytes];
  let cells = "";
  for (let i = 0; i < data.length;) {
    const { text, length } = characterAt(data, i);
    cells += text;
    i += length;
  }
  return cells;
}

Deno.test("on the page each byte has its sign, a character of several bytes one for all of them", () => {
  const utf8 = new TextEncoder();
  assertEquals(cellsOf(utf8.encode("a b\n中é😀")), "a␣b↵中é😀");
  // What acts, hides or joins what stands before it, and what is no text: a sign a byte.
  for (
    const [text, cells] of [["\u202e", "▪▪▪"], ["\u200b", "▪▪▪"], ["\u0301", "▪▪"], ["\x1b", "▪"]]
  ) {
    assertEquals(cellsOf(utf8.encode(text)), cells, escape(text));
  }
  assertEquals(cellsOf(Uint8Array.of(0xff, 0x61, 0xe4, 0xb8)), "▪a▪▪");
  assertEquals(cellsOf(Uint8Array.of(0xe4, 0xb8, 0x61)), "▪▪a");
});

Deno.test("the text of a piece shows what acts or hides as an escape", () => {
  assertEquals(shownText('a "b"\n中\u202e\u0000'), 'a \\"b\\"\\n中\\u{202e}\\u0000');
});

Deno.test("a hex dump has sixteen bytes a row, and counts from the piece's first byte", () => {
  const bytes = Array.from({ length: 17 }, (_, i) => 0x61 + i);
  const piece = { ...WRITTEN, data: "", from: 100, bytes: 400 };
  assertEquals(hexOf({ bytes, from: 400, message: 0 }, piece).split("\n"), [
    "012c  61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70  abcdefghijklmnop",
    `013c  71${" ".repeat(45)}  q`,
  ]);
});

Deno.test("of a long piece the page has its beginning and its end", () => {
  const piece = { ...WRITTEN, data: btoa("abc"), from: 10, bytes: 3, message: 2 };
  assertEquals(partsOf(piece), [{ bytes: [97, 98, 99], from: 10, message: 2 }]);
  const long = { ...piece, bytes: 100, end: { data: btoa("yz"), message: 9 } };
  assertEquals(partsOf(long)[1], { bytes: [121, 122], from: 108, message: 9 });
});

/** A lane as a page is told of it. */
function lane(connection: number): NonNullable<ToldEvent["lane"]> {
  const none = { "to-server": 0, "to-client": 0 };
  return {
    connection,
    client: "127.0.0.1:1",
    sinceMs: connection,
    endMs: null,
    by: "",
    how: "",
    reason: "",
    error: "",
    read: none,
    written: none,
    halfClosed: { "to-server": false, "to-client": false },
    forgotten: 0,
  };
}

/** A page's story, what it was told to have changed, and how to tell it something. */
function begun(all: Partial<ToldAll> = {}) {
  const changed: number[][] = [];
  const story = storyOnPage((connections) => changed.push([...new Set(connections)]));
  story.takeAll({ lanes: [], state: null, nowMs: 0, change: 0, ...all });
  let change = all.change ?? 0;
  const piece = (connection: number, bytes: number) => {
    const read = { direction: "to-server", kind: "read", atMs: 5, from: 0, bytes } as const;
    story.take({ change: ++change, connection, piece: read });
  };
  const take = (event: Partial<ToldEvent>) =>
    story.take({ change: ++change, connection: 0, ...event });
  const read = (connection: number) => story.lanes.get(connection)?.read["to-server"];
  return { story, changed, piece, take, read };
}

Deno.test("one can step back through what has happened, and on to what happens now", () => {
  const { story, changed, piece, take, read } = begun();
  take({ lane: lane(1) });
  piece(1, 5);
  piece(1, 7);
  assertEquals([read(1), story.length, story.shown], [12, 3, Infinity]);
  assertEquals(changed.slice(1), [[1], [1], [1]]);
  story.show(2);
  assertEquals([read(1), story.shown, story.nowMs()], [5, 2, 5]);
  piece(1, 100); // not shown, and not lost
  assertEquals([read(1), story.length, changed.at(-1)], [5, 4, []]);
  story.show(0);
  assertEquals([story.lanes.size, story.nowMs(), changed.at(-1)], [0, 0, [1]]);
  story.show(-1);
  assertEquals(story.shown, 0);
  story.show(4);
  assertEquals([read(1), story.shown], [112, Infinity]);
});

Deno.test("who looks at something earlier is not torn away from it when all is told anew", () => {
  const { story, piece, take, read } = begun();
  take({ lane: lane(1) });
  piece(1, 5);
  story.show(1);
  const told = { ...lane(2), pieces: [] };
  story.takeAll({ lanes: [told], state: { cut: "9" }, nowMs: 0, change: 10 });
  assertEquals([read(1), story.state.cut], [0, undefined]);
  story.take({ change: 9, connection: 2, lane: lane(3) }); // which was told with all
  story.take({ change: 11, connection: 2, lane: lane(4) });
  story.show(Infinity);
  assertEquals([[...story.lanes.keys()], story.state.cut, story.length], [[2, 4], "9", 1]);
  story.take({ change: 11, connection: 2, lane: lane(5) });
  assertEquals([...story.lanes.keys()], [2, 4]);
});

Deno.test("a page keeps the last fifty lanes that are over, the last 200 pieces, and 3000 events", () => {
  const { story, changed, piece, take } = begun();
  for (let i = 1; i <= 52; i++) take({ lane: lane(i) });
  for (let i = 52; i > 0; i--) take({ connection: i, endMs: 100 - i });
  assertEquals([story.lanes.has(52), story.lanes.has(51), story.lanes.size], [false, false, 50]);
  assertEquals(changed.at(-1), [1, 51]);
  for (let i = 0; i < 3000; i++) piece(1, 1);
  const { pieces, forgotten } = story.lanes.get(1)!;
  assertEquals([pieces.length, forgotten, story.length], [200, 2800, 3000]);
  story.show(0); // all that is older than these is there
  assertEquals([story.lanes.size, story.lanes.get(1)!.read["to-server"]], [50, 0]);
});
