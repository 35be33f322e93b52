/** The end of the input is told to the server: when, once, and not after the end of all. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { connectedPair } from "../src/labs/stage.ts";
import type { Conn } from "../src/net/net.ts";
import { HalfClose } from "../src/net/half_close.ts";
import { sendAhead } from "../src/net/pipeline.ts";
import { drain, echoing, say, type Server, serverThat } from "./client_support.ts";
import { connect, patiently, readAll, send } from "./server_support.ts";

/** Sends a text; the exchange and what came. */
async function exchange(server: Server, text: string) {
  let came = "";
  const pieces = [new TextEncoder().encode(text)];
  const conn = await connect(Number(server.at[1]));
  const { end, surplus, halfClosedEarly } = await sendAhead(
    conn,
    { next: () => Promise.resolve(pieces.shift() ?? null) },
    {
      onReply: (bytes) => Promise.resolve(void (came += new TextDecoder().decode(bytes))),
      replyTimeoutMs: 60_000,
      lingerMs: 10_000,
    },
  );
  return { end, surplus, halfClosedEarly, came };
}

Deno.test("when all is back the server is told, and what it says then is heard", async () => {
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn));
    await drain(conn); // to the end of the input
    await say(conn, "bye");
  });
  const { end, surplus, came } = await exchange(server, "hello\n");
  assertEquals([end, surplus, came], ["surplus", 3, "hello\nbye"]);
});

Deno.test("a server that answers nothing before the end of the input is told of it", async () => {
  await using server = serverThat(async (conn, server) => {
    await server.line(conn);
    await drain(conn);
    await say(conn, server.received);
  });
  const { end, halfClosedEarly, came } = await exchange(server, "hello\n");
  assertEquals([end, halfClosedEarly, came], ["complete", true, "hello\n"]);
});

Deno.test("of an input that is one empty piece the end is told at once, and not as early", async () => {
  await using server = echoing();
  const { end, halfClosedEarly } = await patiently(exchange(server, ""), "the end");
  assertEquals([end, halfClosedEarly], ["complete", false]);
});

Deno.test("the half-close comes once, and never before all is sent or after the end", async () => {
  const { near, far } = await connectedPair(Deno, Deno);
  let calls = 0;
  const counted = () => (calls++, near.closeWrite());
  const conn: Conn = {
    ...near,
    closeWrite: counted,
    localAddr: near.localAddr,
    remoteAddr: near.remoteAddr,
  };

  const half = new HalfClose(conn);
  half.watch(true); // due, and nothing comes; but more is to be sent
  await new Promise((resolve) => setTimeout(resolve, 400)); // the longest pause is 300
  assertEquals(calls, 0);
  await send(near, "more");
  half.allSent(true);
  assertEquals(await patiently(readAll(far), "the half-close"), new TextEncoder().encode("more"));
  assertEquals([calls, half.wasEarly], [1, true]);
  half.allBack();
  assertEquals([calls, half.wasEarly], [1, true]);

  const over = new HalfClose(conn);
  over.stop();
  over.allBack();
  over.allSent(true);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assertEquals([calls, over.wasEarly], [1, false]);
  near.close();
  far.close();
});

/** Timers and a clock that go by hand: `pass` lets time pass, and calls those that are due. */
async function byHand(play: (pass: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  const { timeout } = AbortSignal;
  const { now } = performance;
  let nowMs = 1000;
  let timers: { dueMs: number; controller: AbortController }[] = [];
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    timers.push({ dueMs: nowMs + ms, controller });
    return controller.signal;
  };
  performance.now = () => nowMs;
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  try {
    await play(async (ms) => {
      await settle();
      nowMs += ms;
      const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
      timers = timers.filter(({ dueMs }) => dueMs > nowMs);
      for (const { controller } of due) controller.abort();
      await settle();
    });
  } finally {
    AbortSignal.timeout = timeout;
    performance.now = now;
  }
}

const ADDRESS = { hostname: "127.0.0.1", port: 1 };

/** One end of a connection in memory, which gives what it is told to give. */
function inMemory() {
  const told: (Uint8Array | null)[] = [];
  let wake = Promise.withResolvers<void>();
  const it = {
    halfClosed: 0,
    give(text: string | null) {
      told.push(text === null ? null : new TextEncoder().encode(text));
      wake.resolve();
    },
    conn: {
      localAddr: ADDRESS,
      remoteAddr: ADDRESS,
      async read(p: Uint8Array) {
        while (told.length === 0) {
          await wake.promise;
          wake = Promise.withResolvers();
        }
        const bytes = told.shift()!;
        p.set(bytes ?? []);
        return bytes?.length ?? null;
      },
      write: (p: Uint8Array) => Promise.resolve(p.length),
      closeWrite: () => Promise.resolve(void it.halfClosed++),
      close: () => {},
    },
  };
  return it;
}

for (const [waitMs, pauseMs] of [[0, 5], [40, 120], [200, 300]]) {
  Deno.test(`a server that has replied after ${waitMs} ms is given ${pauseMs} ms, and told then`, async () => {
    await byHand(async (pass) => {
      const server = inMemory();
      const first = Promise.withResolvers<void>();
      const pieces = [
        () => Promise.resolve(new TextEncoder().encode("one\n")),
        () => first.promise.then(() => new TextEncoder().encode("two\n")),
        () => Promise.resolve(null),
      ];
      const exchange = sendAhead(server.conn, { next: () => pieces.shift()!() }, {
        onReply: () => Promise.resolve(first.resolve()),
        replyTimeoutMs: 60_000,
      });
      await pass(waitMs);
      server.give("one\n");
      await pass(0);
      await pass(pauseMs - 1);
      assertEquals(server.halfClosed, 0);
      await pass(1);
      assertEquals(server.halfClosed, 1);
      server.give("two\n");
      server.give(null);
      const { end, halfClosedEarly } = await exchange;
      assertEquals([end, halfClosedEarly], ["complete", true]);
    });
  });
}

Deno.test("a timer that comes late is no pause, but where all of them do the half-close comes, too", async () => {
  await byHand(async (pass) => {
    const server = inMemory();
    const half = new HalfClose(server.conn);
    half.allSent(true);
    for (let times = 0; times < 3; times++) {
      await pass(400);
      assertEquals(server.halfClosed, 0, `after ${times + 1} late ones`);
    }
    await pass(400);
    assertEquals([server.halfClosed, half.wasEarly], [1, true]);
  });
});
