/** A client as a server sees it: its buffers, its part in the turns, and what its end is called. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { serve } from "../src/net/serve.ts";
import type { ServeOptions } from "../src/net/service.ts";
import type { Client, End } from "../src/net/served_client.ts";
import { type ClientTurn, SharedTurns } from "../src/net/turns.ts";
import { wrapped } from "../src/net/wrapped.ts";
import type { Conn } from "../src/net/net.ts";
import { connect, echo, patiently, readAll, send, talk } from "./server_support.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 };
const MIB = 1024 * 1024;

/** A server of this process; what is wrong with its connections is `conn`'s. */
function start(
  options: ServeOptions,
  handle: (client: Client) => Promise<void>,
  conn?: (conn: Conn) => Partial<Conn>,
) {
  const listener = wrapped(Deno, { conn }).listen(LOCAL);
  const served = serve(listener, handle, options);
  return { port: listener.addr.port, served: () => patiently(served, "the server's end") };
}

/** Echoes; `onRead` sees every piece where it was read: a view of the client's buffer. */
function echoes(onRead: (client: Client, bytes: Uint8Array) => void) {
  return async (client: Client) => {
    for (let bytes; (bytes = await client.read()) !== null;) {
      onRead(client, bytes);
      await client.write(bytes);
    }
  };
}

/** Keeps the ends of the clients, in order. */
function endsTold() {
  const ends: (End | null)[] = [];
  return { ends, observer: { closed: (client: Client) => void ends.push(client.end) } };
}

Deno.test("what a connection takes in many writes is written whole, and counted whole", async () => {
  const counts: number[] = [];
  const observer = {
    closed: ({ bytesRead, bytesWritten }: Client) => void counts.push(bytesRead, bytesWritten),
  };
  const server = start(
    { clients: 1, observer },
    echoes(() => {}),
    (conn) => ({ write: (p) => conn.write(p.subarray(0, 3)) }),
  );
  assertEquals(await talk(server.port, "eleven char"), "eleven char");
  const { bytesWritten } = await server.served();
  assertEquals([...counts, bytesWritten], [11, 11, 11]);
});

// Buffers.

Deno.test("who sends much gets a large buffer, the last of twenty in turn as the first", async () => {
  const largest: number[] = [];
  const server = start(
    { clients: 20 },
    echoes(({ number }, { buffer }) => {
      largest[number - 1] = Math.max(largest[number - 1] ?? 0, buffer.byteLength);
    }),
  );
  for (let i = 0; i < 20; i++) await talk(server.port, "x".repeat(3000));
  await server.served();
  assert(largest[0] >= MIB, `the first had ${largest[0]} bytes`);
  assertEquals(largest, largest.map(() => largest[0]));
});

Deno.test("who is quiet again gives its large buffer back: there is one for each of twenty who stay", async () => {
  const largest: number[] = [];
  const last: number[] = [];
  const server = start(
    { clients: 20, concurrent: 20 },
    echoes(({ number }, { buffer }) => {
      last[number - 1] = buffer.byteLength;
      largest[number - 1] = Math.max(largest[number - 1] ?? 0, buffer.byteLength);
    }),
  );
  const conns: Deno.TcpConn[] = [];
  for (let i = 0; i < 20; i++) {
    const conn = await connect(server.port);
    conns.push(conn);
    for (const text of ["x".repeat(3000), "quiet", "again"]) {
      assertEquals(await echo(conn, text), text);
    }
  }
  assertEquals(largest, largest.map(() => largest[0]));
  assert(last.every((bytes) => bytes < largest[0]));
  for (const conn of conns) conn.close();
  await server.served();
});

Deno.test("a hundred clients in turn have a few buffers between them, hung up on or not", async () => {
  for (const hangsUp of [false, true]) {
    const pieces = new Set<ArrayBufferLike>();
    const server = start({ clients: 100 }, async (client) => {
      while (await client.read() !== null) if (hangsUp) await client.hangUp();
    }, (conn) => ({ read: (p) => (pieces.add(p.buffer), conn.read(p)) }));
    for (let i = 0; i < 100; i++) await talk(server.port, "x");
    await server.served();
    // At the sight of its end one may come while the buffer of the last is still to be given back.
    assert(pieces.size <= (hangsUp ? 4 : 2), `${pieces.size} pieces; hung up on: ${hangsUp}`);
  }
});

// Turns.

/** Turns that know how many take part. */
class CountedTurns extends SharedTurns {
  present = 0;
  override join(): ClientTurn {
    const turn = super.join();
    this.present++;
    const leave = turn.leave.bind(turn);
    turn.leave = () => {
      this.present--;
      leave();
    };
    return turn;
  }
}

Deno.test("who is being served takes part in the turns, and who is gone does not", async () => {
  const turns = new CountedTurns();
  const server = start({ clients: 3, concurrent: 2, turns }, echoes(() => {}));
  using one = await connect(server.port);
  using two = await connect(server.port);
  assertEquals([await echo(one, "1"), await echo(two, "2")], ["1", "2"]);
  assertEquals(turns.present, 2);
  await one.closeWrite();
  await readAll(one);
  await talk(server.port, "3");
  await two.closeWrite();
  await server.served();
  assertEquals(turns.present, 0);
});

Deno.test("who comes and goes with a message is no crowd: of thirty at a time none waits", () => {
  const turns = new SharedTurns();
  const present: ClientTurn[] = [];
  for (let i = 0; i < 5000; i++) {
    const turn = turns.join();
    present.push(turn);
    turn.count(1);
    assertEquals(turn.next(), null, `client ${i} had to wait`);
    if (present.length > 30) present.shift()!.leave();
  }
});

Deno.test("with room for two, two that move bulk data let the event loop look around", async () => {
  // Reads that succeed at once, as those of connections that are always ready.
  const reads: number[] = [];
  let looked = false;
  let lookedInTime = false; // while there was still something to read
  const server = start({ clients: 2, concurrent: 2 }, async (client) => {
    while (await client.read() !== null);
  }, () => {
    let left = 200; // more than both may move in a round
    const who = reads.push(0) - 1;
    return {
      read(p) {
        if (reads.length < 2) return new Promise((resolve) => setTimeout(() => resolve(1), 0));
        if (left === 200) setTimeout(() => looked = true, 0);
        reads[who]++;
        if (left-- > 0) return Promise.resolve(p.length);
        lookedInTime ||= looked;
        return Promise.resolve(null);
      },
    };
  });
  using _one = await connect(server.port);
  using _two = await connect(server.port);
  await server.served();
  assert(lookedInTime);
  assertEquals(reads, [201, 201]);
});

Deno.test("what a client sends unasked before it is hung up on is read in a few pieces", async () => {
  const SIZE = 64 * 1024; // lies in the kernel's buffers until it is read
  const sent = Promise.withResolvers<void>();
  let reads = 0;
  const server = start({ clients: 1 }, async (client) => {
    await sent.promise;
    await client.hangUp();
    assertEquals(client.bytesRead, SIZE);
  }, (conn) => ({
    read(p) {
      reads++;
      return conn.read(p);
    },
  }));
  using conn = await connect(server.port);
  await send(conn, "x".repeat(SIZE));
  await conn.closeWrite();
  sent.resolve();
  await server.served();
  // With a buffer of 1 KiB there are 65, however they come.
  assert(reads < 20, `${reads} reads`);
});

// Ends and faults.

Deno.test("a client that is hung up on while it is read and written is at its end, and no fault", async () => {
  const { ends, observer } = endsTold();
  const came: unknown[] = [];
  const done = Promise.withResolvers<void>(); // the server does not wait for that
  const server = start({ clients: 1, observer }, async (client) => {
    const reading = client.read();
    const writing = client.write(new Uint8Array(1));
    const hungUp = client.hangUp("idle");
    await hungUp; // it never ends its half: close() ends what is under way
    came.push(await reading.catch(String), await writing.catch(String));
    came.push(await client.write(new Uint8Array(1)).catch(String), client.fault);
    done.resolve();
  }, (conn) => {
    const closed = Promise.withResolvers<never>();
    closed.promise.catch(() => {});
    return {
      read: () => closed.promise,
      write: () => closed.promise,
      close() {
        closed.reject(new Deno.errors.BadResource("closed"));
        conn.close();
      },
    };
  });
  using conn = await connect(server.port);
  const { faults } = await server.served(); // conn is still open
  await patiently(done.promise, "the end of all calls");
  assertEquals([faults, ends, came], [0, ["idle"], [null, undefined, undefined, null]]);
  assertEquals((await readAll(conn)).length, 0);
});

Deno.test("the first reason of an end is the one that is told", async () => {
  const { ends, observer } = endsTold();
  const server = start({ clients: 1, observer }, async (client) => {
    const hungUp = client.hangUp("max-duration");
    client.hangUp("stopped");
    await hungUp;
  });
  await talk(server.port);
  await server.served();
  assertEquals(ends, ["max-duration"]);
});

Deno.test("a connection that breaks is one fault with its first error, whatever follows", async () => {
  const faults: unknown[] = [];
  const errors = [new Deno.errors.ConnectionReset("first"), new Deno.errors.BrokenPipe("second")];
  const server = start({
    clients: 1,
    observer: { closed: (client) => void faults.push(client.fault?.error) },
  }, async (client) => {
    await client.read().catch(() => {});
    await client.read();
  }, () => ({ read: () => Promise.reject(errors.shift()) }));
  const [first] = errors;
  await talk(server.port).catch(() => {});
  assertEquals((await server.served()).faults, 1);
  assertEquals(faults, [first]);
});

Deno.test({
  name: "the limits of a client that is gone leave no timer behind",
  sanitizeOps: true,
  async fn() {
    const limits = { idleTimeoutMs: 3_600_000, maxDurationMs: 3_600_000 };
    const server = start({ clients: 3, ...limits }, echoes(() => {}));
    for (let i = 0; i < 3; i++) assertEquals(await talk(server.port, "hello"), "hello");
    await server.served();
  },
});

Deno.test("who is busy all the time is hung up on when it has stayed as long as it may, and no sooner", async () => {
  const { ends, observer } = endsTold();
  const server = start({ clients: 2, maxDurationMs: 400, observer }, echoes(() => {}));
  assertEquals(await talk(server.port, "brief"), "brief");
  using conn = await connect(server.port);
  // Until its end; what is sent behind it is not answered.
  const came = readAll(conn);
  let isOver = false;
  came.then(() => isOver = true);
  while (!isOver) {
    await send(conn, "x").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert((await came).length > 0);
  await conn.closeWrite().catch(() => {});
  await server.served();
  assertEquals(ends, ["served", "max-duration"]);
});
