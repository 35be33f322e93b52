/** One direction of a relay, without a network: what it holds back, and in which order it goes on. */

import { assert, assertEquals, assertLess } from "jsr:@std/assert@1.0.19";
import { BufferPool, Client } from "../src/net/served_client.ts";
import type { ClientTurn, SharedTurns } from "../src/net/turns.ts";
import { Passage } from "../src/relay/connection.ts";
import { Pump } from "../src/relay/pump.ts";
import { NO_RANDOM, type Shape } from "../src/relay/shape.ts";
import { connect, patiently, readText, send } from "./server_support.ts";

/** A pump of so many pieces, each of these bytes; counts what it reads, and keeps what it writes. */
function pumpOf(shape: Shape, { pieces, each }: { pieces: number; each: number }) {
  const seen = { read: 0, ended: false, written: [] as number[] };
  const pump = new Pump({
    from: {
      read() {
        if (seen.read === pieces) return Promise.resolve(null);
        return Promise.resolve(new Uint8Array(each).fill(seen.read++));
      },
    },
    to: {
      write(bytes) {
        seen.written.push(...bytes);
        return Promise.resolve();
      },
      closeWrite() {
        seen.ended = true;
        return Promise.resolve();
      },
    },
    shape: () => shape,
    random: NO_RANDOM,
    onRead() {},
    onEnd() {},
    onWrite() {},
    onLimit() {},
    onFailure(error) {
      throw error;
    },
  });
  return { pump, seen };
}

Deno.test("no more than the rate is handed on, in pieces of what a fiftieth of a second has", async () => {
  const { pump, seen } = pumpOf({ gapMs: 0, rate: 1000 }, { pieces: 3, each: 100 });
  const sinceMs = performance.now();
  await patiently(pump.run(), "the pump");
  assertEquals(seen.written.length, 300);
  const ms = performance.now() - sinceMs;
  assert(ms >= 250, `300 bytes in ${ms} ms`); // the first twenty at once
});

const HOUR_MS = 3_600_000;

for (
  const [what, each, most] of [
    ["pieces of a byte", 1, 4096],
    ["large pieces", 100_000, 3],
  ] as const
) {
  Deno.test(`what is delayed is held back within bounds: ${what}`, async () => {
    const shape = { gapMs: 5, delay: { ms: HOUR_MS, spreadMs: 0 } };
    const { pump, seen } = pumpOf(shape, { pieces: 50_000, each });
    const running = pump.run();
    for (let before = -1; before < seen.read;) {
      before = seen.read;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assertEquals(seen.read, most);
    pump.stop();
    await patiently(running, "a pump that was stopped");
    assertEquals([seen.written.length, seen.ended], [0, false]);
  });
}

Deno.test("who was held up by that goes on, and all of it arrives in order, before the end", async () => {
  const shape = { gapMs: 5, delay: { ms: 2, spreadMs: 0 } };
  const { pump, seen } = pumpOf(shape, { pieces: 10_000, each: 1 });
  await patiently(pump.run(), "all pieces");
  assert(seen.ended);
  assertEquals(seen.written, Array.from({ length: 10_000 }, (_, i) => i % 256));
});

Deno.test("pieces that are gathered are bounded, too, and go on in few writes", async () => {
  const shape = { gapMs: 5, gatherMs: 5 };
  const { pump, seen } = pumpOf(shape, { pieces: 9000, each: 1 });
  const running = pump.run();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertLess(seen.read, 9000);
  await patiently(running, "all pieces");
  assertEquals(seen.written.length, 9000);
});

/** Both ends of a connection of this process. */
async function pair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return await Promise.all([connect(listener.addr.port), listener.accept()]);
}

Deno.test("what comes from the server is read in turns, as what comes from the client is", async () => {
  const noted: Record<string, number[]> = { client: [], server: [] };
  let left = 0;
  const itsTurn = Promise.withResolvers<void>();
  const turnOf = (who: string) =>
    ({
      next: () => who === "server" ? itsTurn.promise : null,
      count: (bytes: number) => void noted[who].push(bytes),
      leave: () => void left++,
      beside: () => turnOf("server"),
    }) as unknown as ClientTurn;
  const turns = { join: () => turnOf("client") } as unknown as SharedTurns;
  const [[client, ofClient], [ofServer, server]] = [await pair(), await pair()];
  const served = new Client(ofClient, {
    number: 1,
    limits: {},
    shared: { buffers: new BufferPool(), turns },
    onClosed() {},
  });
  const passage = new Passage({
    client: served,
    server: ofServer,
    shape: () => ({ gapMs: 5 }),
    random: { "to-server": NO_RANDOM, "to-client": NO_RANDOM },
    observer: {},
  });
  const running = passage.run();
  await send(server, "and you");
  for (const text of ["hello", "world"]) {
    await send(client, text);
    assertEquals(await readText(server, 5), text);
  }
  assertEquals(passage.passed["to-client"].reads, 0); // it has waited for its turn
  itsTurn.resolve();
  assertEquals(await readText(client, 7), "and you");
  await client.closeWrite();
  await server.closeWrite();
  await patiently(running.then(() => passage.settled()), "the end of both");
  served.release();
  assertEquals([noted, left], [{ client: [5, 5], server: [7] }, 2]);
  client.close();
  server.close();
});
