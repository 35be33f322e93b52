/** The end of the input is told to the server: when, once, and not after the end of all. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
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

Deno.test("a machine that is always late does not keep the half-close from coming", async () => {
  const { near, far } = await connectedPair(Deno, Deno);
  const half = new HalfClose(near);
  half.watch(true);
  half.came(); // at once: a short pause will do
  half.allSent(true);
  let isDone = false;
  readAll(far).then(() => isDone = true);
  for (let turns = 0; !isDone; turns++) {
    assert(turns < 500, "no half-close");
    // No timer of less than this comes in time.
    for (const sinceMs = performance.now(); performance.now() - sinceMs < 20;);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(half.wasEarly, true);
  near.close();
  far.close();
});

Deno.test("a server that has answered fast is told soon that nothing follows", async () => {
  await using server = serverThat(async (conn, server) => {
    for (let i = 0; i < 20; i++) await say(conn, await server.line(conn));
    await drain(conn);
    await say(conn, "last\n");
  });
  /** Sends a line when the one before is back, and one more. How long that took, in milliseconds. */
  async function last(): Promise<number> {
    const lines = [...Array(20).fill("line\n"), "last\n"];
    let isBack = Promise.withResolvers<void>();
    isBack.resolve();
    let sinceMs = 0;
    const conn = await connect(Number(server.at[1]));
    const { end } = await sendAhead(conn, {
      async next() {
        await isBack.promise;
        isBack = Promise.withResolvers();
        sinceMs = performance.now();
        const line = lines.shift();
        if (line === undefined) return null;
        if (lines.length === 0) isBack.resolve(); // which the server keeps
        return new TextEncoder().encode(line);
      },
    }, {
      onReply: () => Promise.resolve(isBack.resolve()),
      replyTimeoutMs: 60_000,
      lingerMs: 10_000,
    });
    assertEquals(end, "complete");
    return performance.now() - sinceMs;
  }
  let ms = await last();
  // Of one that has answered nothing yet it waits for 300 ms. A busy machine answers late.
  for (let tries = 20; ms >= 300 && tries > 0; tries--) ms = await last();
  assert(ms < 300, `${ms} ms`);
});
