/** A limit that is called off is off: it ends nothing later, and sets no timer for ever. */

import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { Output } from "../src/cli/output.ts";
import { connectedPair } from "../src/labs/stage.ts";
import { dial } from "../src/net/dial.ts";
import { sendAhead } from "../src/net/pipeline.ts";
import { serve } from "../src/net/serve.ts";
import { patient } from "../src/net/silence.ts";
import { drain, echoing, serverThat } from "./client_support.ts";
import { connect, talk } from "./server_support.ts";

const AT = { hostname: "127.0.0.1", port: 9 };

/** Does `play`; how many timers are set in the time in which those that it left would come. */
async function timersSetAfter(play: () => Promise<void>): Promise<number> {
  const { timeout } = AbortSignal;
  let set = 0;
  AbortSignal.timeout = (ms) => (set++, timeout.call(AbortSignal, ms));
  try {
    await play();
    assert(set > 0, "no timer at all");
    set = 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return set;
  } finally {
    AbortSignal.timeout = timeout;
  }
}

Deno.test("dial() that is connected sets no timer more, nor does one that fails", async () => {
  await using server = serverThat(drain);
  const to = { hostname: "127.0.0.1", port: Number(server.at[1]), timeoutMs: 20 };
  const set = await timersSetAfter(async () => {
    const conn = await dial({ listen: Deno.listen, connect: () => Deno.connect(to) }, {
      ...to,
      timeoutMs: 60,
    });
    conn.close();
    const failing = {
      listen: Deno.listen,
      connect: () => Promise.reject(new Deno.errors.ConnectionRefused()),
    };
    await assertRejects(
      () => dial(failing, { ...AT, timeoutMs: 60 }),
      Deno.errors.ConnectionRefused,
    );
  });
  assertEquals(set, 0);
});

Deno.test({
  name: "a dial() that is given up between two tries leaves no timer, and tries nothing more",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    let tries = 0;
    const net = {
      listen: Deno.listen,
      connect() {
        tries++;
        return Promise.reject(new Error("failed to lookup address information"));
      },
    };
    const options = { ...AT, timeoutMs: 50, wait: true };
    await assertRejects(() => dial(net, options), Deno.errors.TimedOut);
    const before = tries;
    await new Promise((resolve) => setTimeout(resolve, 150));
    assertEquals(tries, before);
  },
});

Deno.test("a try that fails when dial() is given up is the last one", async () => {
  const failed = Promise.withResolvers<never>();
  let tries = 0;
  const net = { listen: Deno.listen, connect: () => (tries++, failed.promise) };
  const options = { ...AT, timeoutMs: 20, wait: true };
  await assertRejects(() => dial(net, options), Deno.errors.TimedOut);
  failed.reject(new Deno.errors.ConnectionRefused());
  await new Promise((resolve) => setTimeout(resolve, 250)); // tries are 100 ms apart
  assertEquals(tries, 1);
});

Deno.test("a name is asked for less often than an address that refuses; that it waits is told once", async () => {
  await using server = serverThat(drain);
  const { setTimeout } = globalThis;
  const pauses: (number | undefined)[] = [];
  globalThis.setTimeout = ((call: () => void, ms?: number) => {
    pauses.push(ms);
    return setTimeout(call, 0);
  }) as typeof setTimeout;
  try {
    const errors = [
      new Deno.errors.ConnectionRefused(),
      new Deno.errors.ConnectionRefused(),
      new Error("failed to lookup address information"),
    ];
    let told = 0;
    const to = { hostname: "127.0.0.1", port: Number(server.at[1]) };
    const conn = await dial({
      listen: Deno.listen,
      connect: () => errors.length > 0 ? Promise.reject(errors.shift()) : Deno.connect(to),
    }, { ...to, wait: true, onWait: () => told++ });
    conn.close();
    assertEquals([told, pauses.length], [1, 3]);
    assert(pauses[2]! >= 5 * pauses[1]!, `pauses of ${pauses} ms`);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

Deno.test("a patient connection that is closed sets no timer more", async () => {
  const set = await timersSetAfter(async () => {
    const { near, far } = await connectedPair(Deno, Deno);
    const conn = patient(near, 20);
    await conn.write(new Uint8Array(1));
    await far.write(new Uint8Array(1));
    await conn.read(new Uint8Array(1));
    conn.close();
    far.close();
  });
  assertEquals(set, 0);
});

Deno.test("an exchange that is over sets no timer more", async () => {
  await using server = echoing();
  const set = await timersSetAfter(async () => {
    const pieces = [new Uint8Array(100)];
    await sendAhead(await connect(Number(server.at[1])), {
      next: () => Promise.resolve(pieces.shift() ?? null),
    }, { onReply: () => Promise.resolve(), replyTimeoutMs: 100, lingerMs: 100 });
  });
  assertEquals(set, 0);
});

Deno.test({
  name: "a server that has ended sets no timer more, not even when it is stopped afterwards",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const stop = new AbortController();
    const set = await timersSetAfter(async () => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const options = { clients: 1, keepAliveAfterMs: 20, stop: stop.signal };
      const served = serve(listener, (client) => client.hangUp(), options);
      assertEquals(await talk(listener.addr.port), "");
      await served;
      stop.abort();
    });
    assertEquals(set, 0);
  },
});

Deno.test({
  name: "a program that was to end and has printed all leaves no timer",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const output = new Output(worldInMemory());
    output.giveUp(60_000);
    await output.print("done\n");
    await output.printed();
  },
});

Deno.test("a slow stdout that has taken all in the end keeps no program from ending", async () => {
  const taken = Promise.withResolvers<void>();
  const world = worldInMemory();
  world.stdout.write = async (p) => (await taken.promise, p.length);
  const output = new Output(world);
  const { timeout } = AbortSignal;
  let listeners = 0; // a signal keeps a program as long as somebody listens to it
  AbortSignal.timeout = (ms) => {
    const signal = timeout.call(AbortSignal, ms);
    for (const [name, one] of [["addEventListener", 1], ["removeEventListener", -1]] as const) {
      const call = signal[name].bind(signal) as (...given: unknown[]) => void;
      signal[name] = (...given: unknown[]) => {
        listeners += one;
        call(...given);
      };
    }
    return signal;
  };
  try {
    output.print("late\n");
    const printed = output.printed();
    assert(listeners > 0);
    taken.resolve();
    await printed;
    assertEquals(listeners, 0);
  } finally {
    AbortSignal.timeout = timeout;
  }
});

for (
  const [graceMs, takesAtMs, what] of [
    [5000, null, "when the grace is over"],
    [100, 500, "when it has taken nothing for a second"],
  ] as const
) {
  Deno.test(`a stdout that takes nothing is given up ${what}, not before, and no timer is left`, async () => {
    const taking = Promise.withResolvers<number>();
    let writes = 0;
    const stdin = { read: () => Promise.resolve(null), isTerminal: () => false };
    const stdout = {
      write: () => writes++ === 0 ? taking.promise : new Promise<number>(() => {}),
      isTerminal: () => false,
    };
    const { setInterval, clearInterval } = globalThis;
    const timers = new Map<number, { call: () => void; everyMs: number }>();
    globalThis.setInterval = ((call: () => void, everyMs: number) => {
      timers.set(timers.size + 1, { call, everyMs });
      return timers.size;
    }) as unknown as typeof setInterval;
    globalThis.clearInterval = (id) => void timers.delete(Number(id));
    try {
      const output = new Output({ stdin, stdout, stderr: stdout });
      const printed = ["one\n", "two\n"].map((text) => output.print(text));
      let isGivenUp = false;
      printed[1].catch(() => isGivenUp = true);
      if (takesAtMs === null) printed[0].catch(() => {});
      output.giveUp(graceMs);
      const [{ call, everyMs }] = timers.values();
      let nowMs = 0;
      while (!isGivenUp && nowMs < 60_000) {
        nowMs += everyMs;
        if (nowMs === takesAtMs) {
          taking.resolve(4);
          await printed[0];
        }
        call();
        for (let i = 0; i < 10; i++) await Promise.resolve();
      }
      const dueMs = takesAtMs === null ? graceMs : takesAtMs + 1000;
      assert(nowMs >= dueMs && nowMs <= dueMs + 2 * everyMs, `${nowMs} ms, due after ${dueMs}`);
      await output.said();
      assertEquals(timers.size, 0);
    } finally {
      Object.assign(globalThis, { setInterval, clearInterval });
    }
  });
}
