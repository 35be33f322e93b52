/** The accept loop where something ends, fails or comes too much. */

import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { echoServer } from "../src/echo_server.ts";
import { helloServer } from "../src/hello_server.ts";
import type { Listener } from "../src/net/net.ts";
import { serve } from "../src/net/serve.ts";
import { pause } from "../src/net/silence.ts";
import type { Client } from "../src/net/served_client.ts";
import type { Admission, ServeOptions } from "../src/net/service.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { assertRefused, connect, echo, patiently, readAll, talk } from "./server_support.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 };

async function echoes(client: Client): Promise<void> {
  for (let bytes; (bytes = await client.read()) !== null;) await client.write(bytes);
}

function start(options: ServeOptions, change?: (inner: Listener) => Partial<Listener>) {
  const listener = wrapped(Deno, { listener: change }).listen(LOCAL);
  const served = serve(listener, echoes, options);
  return { port: listener.addr.port, served: () => patiently(served, "the server's end") };
}

/** An admission that has room and numbers for everybody, but for what is different. */
function admitting(change: Partial<Admission>): Admission {
  let last = 0;
  return {
    isFull: () => false,
    takeRoom: () => null,
    returnRoom() {},
    countIn: () => true,
    countOut() {},
    takeNumber: () => ++last,
    ...change,
  };
}

Deno.test("a client that comes when there were enough is closed, and not served", async () => {
  let told = 0;
  const admission = admitting({ takeNumber: () => null });
  const server = start({ admission, observer: { connected: () => void told++ } });
  using conn = await connect(server.port);
  assertEquals((await readAll(conn)).length, 0);
  assertEquals([(await server.served()).clients, told], [0, 0]);
});

Deno.test("a client that still waits for room when the server is stopped is closed, and not served", async () => {
  const stop = new AbortController();
  const asked = Promise.withResolvers<void>();
  const admission = admitting({
    takeRoom() {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const server = start({ admission, stop: stop.signal });
  using conn = await connect(server.port);
  await patiently(asked.promise, "the question for room");
  stop.abort();
  assertEquals((await readAll(conn)).length, 0);
  assertEquals((await server.served()).clients, 0);
});

Deno.test("a client that is refused gives its room back", async () => {
  let room = 0;
  const admission = admitting({
    takeRoom: () => (room++, null),
    returnRoom: () => void room--,
    countIn: () => room > 2, // the third of those who came at the same time
  });
  const server = start({ admission, clients: 0 });
  await server.served();
  const stop = new AbortController();
  const refusing = start({
    admission: { ...admission, countIn: () => false },
    stop: stop.signal,
  });
  for (let i = 0; i < 3; i++) await talk(refusing.port).catch(() => {}); // perhaps reset
  stop.abort();
  assertEquals((await refusing.served()).refused, 3);
  assertEquals(room, 0);
});

Deno.test({
  name: "a failure in the grace does not begin it again, and none of its timers is left",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const stop = new AbortController();
    const server = start({
      concurrent: 2,
      stop: stop.signal,
      graceMs: 3_600_000,
      observer: {
        closed: ({ number }) => {
          if (number === 2) throw new RangeError("cannot be told");
        },
      },
    });
    const [one, two] = [await connect(server.port), await connect(server.port)];
    assertEquals([await echo(one, "1"), await echo(two, "2")], ["1", "2"]);
    const failed = assertRejects(server.served, RangeError, "cannot be told");
    stop.abort();
    await two.closeWrite();
    await readAll(two);
    assertEquals(await echo(one, "still"), "still");
    await one.closeWrite();
    await failed;
    one.close();
    two.close();
  },
});

Deno.test("a failure of accept() is told when it is new, and again only after a while without it", async () => {
  const { now } = performance;
  let laterMs = 0;
  performance.now = () => now.call(performance) + laterMs;
  try {
    const told: string[] = [];
    const failing: [name: string, afterMs: number][] = [
      ["full", 0],
      ["full", 8000],
      ["full", 8000], // it lasts
      ["broken", 0],
      ["full", 0],
      ["full", 60_000],
    ];
    const server = start({
      clients: 1,
      observer: { acceptFailed: (error) => void told.push((error as Error).message) },
    }, (inner) => ({
      accept() {
        const next = failing.shift();
        if (next === undefined) return inner.accept();
        laterMs += next[1];
        return Promise.reject(new Error(next[0]));
      },
    }));
    assertEquals(await talk(server.port, "hello"), "hello");
    await server.served();
    assertEquals(told, ["full", "broken", "full", "full"]);
  } finally {
    performance.now = now;
  }
});

Deno.test("clients that are gone before accept() are no reason to wait", async () => {
  let calls = 0;
  let paused: boolean | undefined;
  let isLater = false;
  let later: Promise<void> | undefined;
  const gone = [
    Deno.errors.NotConnected,
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
  ];
  const server = start({ clients: 1 }, (inner) => ({
    accept() {
      later ??= pause(0).then(() => void (isLater = true));
      if (calls < 12) return Promise.reject(new gone[calls++ % 3]("gone"));
      paused = isLater;
      return inner.accept();
    },
  }));
  assertEquals(await talk(server.port, "hello"), "hello");
  await server.served();
  assertEquals(paused, false);
  await later;
});

Deno.test("who is served when a mistake of ours ends the server has ended as stopped, not as served", async () => {
  const ends: unknown[] = [];
  const listener = Deno.listen(LOCAL);
  const served = serve(listener, () => Promise.reject(new RangeError("ours")), {
    observer: { closed: ({ end, fault }) => void ends.push(end, fault) },
  });
  const failed = assertRejects(() => served, RangeError, "ours");
  await talk(listener.addr.port).catch(() => {});
  await failed;
  assertEquals(ends, ["stopped", null]);
});

Deno.test("a server that cannot say where it listens leaves no socket open", async () => {
  for (const [program, args] of [[echoServer, ["--json"]], [helloServer, ["--json"]]] as const) {
    let port = 0;
    let open = 0;
    const net = wrapped(Deno, {
      listener(listener) {
        port = listener.addr.port;
        open++;
        return {
          close() {
            open--;
            listener.close();
          },
        };
      },
    });
    const world = worldInMemory({ net, stop: new AbortController().signal });
    world.stdout.write = () => Promise.reject(new Error("No space left on device"));
    const code = await patiently(program([...args, "0"], world), "the end of a server");
    assert(port > 0);
    assertEquals([code, open], [1, 0]);
    await assertRefused(port);
  }
});
