import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import fc from "npm:fast-check@4.10.2";
import { BufferPool } from "../src/net/served_client.ts";

/** What may happen: a client comes, one reads (and how full its buffer gets), one goes. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("come" as const) }),
    fc.record({
      kind: fc.constant("read" as const),
      who: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant("fill" as const), who: fc.nat() }),
    fc.record({ kind: fc.constant("go" as const), who: fc.nat() }),
  ),
  { maxLength: 200 },
);

Deno.test("no buffer is ever in the hands of two clients", () => {
  fc.assert(fc.property(happenings, (all) => {
    const pool = new BufferPool();
    const held: Uint8Array[] = [];
    for (const happening of all) {
      if (happening.kind === "come") held.push(pool.take());
      else if (held.length > 0) {
        const i = happening.who % held.length;
        if (happening.kind === "go") pool.give(held.splice(i, 1)[0]);
        else {
          const share = happening.kind === "fill" ? 1 : happening.share;
          held[i] = pool.refit(held[i], Math.max(1, Math.floor(held[i].length * share)));
        }
      }
      // No byte belongs to two of them.
      for (const [i, buffer] of held.entries()) buffer.fill(i);
      held.forEach((buffer, i) => assert(buffer[0] === i && buffer[buffer.length - 1] === i));
    }
  }));
});

Deno.test("a full read brings a larger buffer, a small read a small one again", () => {
  const pool = new BufferPool();
  const small = pool.take();
  const large = pool.refit(small, small.length);
  assert(large.length > 100 * small.length);
  assert(pool.refit(large, large.length) === large); // itself, not one like it
  assertEquals(pool.refit(large, 1).length, small.length);
});

Deno.test("buffers are used again: a thousand clients in turn take one", () => {
  const pool = new BufferPool();
  const first = pool.take();
  pool.give(first);
  for (let i = 0; i < 1000; i++) {
    const buffer = pool.take();
    assert(buffer === first, `client ${i} got a fresh buffer`);
    pool.give(buffer);
  }
});

Deno.test("however many clients move bulk data, they hold at most 16 large buffers and 256 of a middle size", () => {
  const pool = new BufferPool();
  let held = Array.from({ length: 500 }, () => pool.take());
  const sizes = () => {
    const counts: Record<number, number> = {};
    for (const { length } of held) counts[length] = (counts[length] ?? 0) + 1;
    return counts;
  };
  held = held.map((buffer) => pool.refit(buffer, buffer.length));
  const expected = { 2097152: 16, 65536: 256, 1024: 228 };
  assertEquals(sizes(), expected);
  // All are taken, so that each keeps what it has.
  held = held.map((buffer) => pool.refit(buffer, buffer.length));
  assertEquals(sizes(), expected);
  // One goes that had a large one: who has a middle one gets it, as soon as it was full.
  pool.give(held.splice(held.findIndex(({ length }) => length === 2097152), 1)[0]);
  const middle = held.findIndex(({ length }) => length === 65536);
  assertEquals(pool.refit(held[middle], 65535).length, 65536);
  assertEquals(pool.refit(held[middle], 65536).length, 2097152);
});
