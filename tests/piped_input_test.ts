/** Piped input as it comes from a file: in full reads, which only the limit of a read cuts. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { PipedInput } from "../src/echo/piped_input.ts";
import { pathOf } from "./support.ts";

const READ_SIZE = 256 * 1024; // of PipedInput
const LF = 0x0a;

/** Lines of all lengths with q and Q at all places, but none of a Q alone; as long as asked for. */
function lines(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0, number = 0; at < length; number++) {
    const width = 2 + number % 9;
    for (let i = 0; i < width && at < length; i++) {
      bytes[at++] = "xQqy\xf1\x11"[(number + i) % 6].charCodeAt(0);
    }
    if (at < length) bytes[at++] = LF;
  }
  return bytes;
}

/** What is sent of an input that is read in full, or in reads of so many bytes. */
async function sent(
  bytes: Uint8Array,
  { most = Infinity, maxLineBytes = undefined as number | undefined } = {},
): Promise<{ bytes: Uint8Array; quit: boolean }> {
  let at = 0;
  const input = new PipedInput({
    read(p) {
      const piece = bytes.subarray(at, at + Math.min(p.length, most));
      p.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
  }, { maxLineBytes });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let piece; (piece = await input.next()) !== null;) pieces.push(piece.slice());
  return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), quit: input.endedByQuit };
}

/** Are they the same? Without a diff of a megabyte. */
function assertSame(one: Uint8Array, other: Uint8Array, what: string): void {
  const at = one.findIndex((byte, i) => byte !== other[i]);
  assert(at === -1 && one.length === other.length, `${what}: differs at ${at} of ${one.length}`);
}

Deno.test("input without a Q alone is sent to its last byte, however much a read gives", async () => {
  const bytes = lines(3 * READ_SIZE + 5);
  for (const most of [Infinity, READ_SIZE - 1, 65_537, 4093]) {
    for (const maxLineBytes of [undefined, 100]) {
      const { bytes: got, quit } = await sent(bytes, { most, maxLineBytes });
      assertSame(got, bytes, `${most} a read, limit ${maxLineBytes}`);
      assertEquals(quit, false);
    }
  }
});

Deno.test("a Q alone ends full reads wherever it stands, also around the end of one", async () => {
  const whole = lines(2 * READ_SIZE);
  const places = [...Array(9).keys()].flatMap((i) => [READ_SIZE - 5 + i, 1000 + i]);
  for (const place of places) {
    for (const quit of ["q\n", "Q\r\n"]) {
      const bytes = whole.slice();
      bytes[place - 1] = LF;
      bytes.set(new TextEncoder().encode(quit), place);
      const { bytes: got, quit: ended } = await sent(bytes);
      assertSame(got, bytes.subarray(0, place), `${JSON.stringify(quit)} at ${place}`);
      assert(ended);
    }
  }
});

Deno.test("every byte value around a q passes: none is taken for it, and it is taken for none", async () => {
  for (let value = 0; value < 256; value++) {
    if (value === 0x71 || value === 0x51 || value === LF || value === 0x0d) continue;
    for (let shift = 0; shift < 4; shift++) {
      // A line of this byte alone, which is no Q; then one that is.
      const bytes = Uint8Array.from([...Array(shift).fill(value), LF, value, LF, 0x71, LF, value]);
      const { bytes: got, quit } = await sent(bytes);
      assertEquals([...got], [...Array(shift).fill(value), LF, value, LF]);
      assert(quit);
    }
  }
});

Deno.test("a file is sent as it is", async () => {
  const path = pathOf("deno.lock");
  const expected = await Deno.readFile(path);
  using file = await Deno.open(path);
  const input = new PipedInput(file, { noQuit: true });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let piece; (piece = await input.next()) !== null;) pieces.push(piece.slice());
  assertSame(new Uint8Array(await new Blob(pieces).arrayBuffer()), expected, path);
});
