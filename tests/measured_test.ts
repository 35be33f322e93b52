/** What counts of a load, and when: src/bench/measured.ts, with times given. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import {
  type Load,
  type Measured,
  Measuring,
  type Share,
  together,
} from "../src/bench/measured.ts";
import { partsOf } from "../src/bench/threads.ts";
import { LOAD } from "./bench_support.ts";

const TEN: Load = { ...LOAD, warmupMs: 10_000, durationMs: 10_000, replyTimeoutMs: 100_000 };

/** Measures from the second 10 to 20 after `startMs`; what came of it, and of the one connection. */
function measured(
  play: (measuring: Measuring, at: (s: number) => number, share: Share) => void,
): { share: Share; result: Measured } {
  const measuring = new Measuring();
  const share = { number: 1, messages: 0, longestMs: 0 };
  const startMs = performance.now();
  const end = measuring.begin(TEN, { all: [], onOver: () => {} });
  play(measuring, (s) => startMs + s * 1000, share);
  end();
  return { share, result: measuring.result([share]) };
}

/** Reply upon reply: when each was sent, and when it was whole, in seconds. */
function replies(...times: [sent: number, came: number][]) {
  const { share, result } = measured((measuring, at, share) => {
    for (const [sent, came] of times) {
      measuring.reply(share, { sentMs: at(sent), nowMs: at(came), bytes: 7 });
    }
  });
  const latencies = result.latencies.total;
  return [share.messages, result.messages, result.bytes, latencies, Math.round(share.longestMs)];
}

Deno.test("what came back before the time that is measured counts for nothing", () => {
  assertEquals(replies([1, 9]), [0, 0, 0, 0, 0]);
});

Deno.test("what was sent before and came back meanwhile counts, and was waited for; its latency does not", () => {
  assertEquals(replies([9, 12]), [1, 1, 7, 0, 3000]);
});

Deno.test("what was sent and came back meanwhile counts", () => {
  assertEquals(replies([11, 12], [12, 14], [14, 15]), [3, 3, 21, 3, 2000]);
});

Deno.test("who was kept waiting beyond the end has waited, but had no reply in time", () => {
  assertEquals(replies([19, 24]), [0, 0, 0, 1, 5000]);
});

Deno.test("what was sent after the end counts for nothing", () => {
  assertEquals(replies([21, 23]), [0, 0, 0, 0, 0]);
});

Deno.test("one that gets no reply has waited for it, which is no latency", () => {
  const { share, result } = measured((measuring, at, share) => {
    // It is over now, ten seconds before the time that is measured; and in that, had it begun.
    measuring.failed(share, at(-1));
  });
  assertEquals([share.longestMs, result.latencies.total], [0, 0]);
});

Deno.test("a message that was due and never sent is told, not as a message; none that was due before it counted, or after the end", () => {
  const { share, result } = measured((measuring, at, share) => {
    for (const s of [-1, 19, 21]) measuring.unsent(share, at(s));
  });
  assertEquals([result.unsent, result.messages, share.messages], [1, 0, 0]);
});

Deno.test("what several threads have measured is one, with all their faults", () => {
  const part = (number: number) => {
    const measuring = new Measuring();
    for (let i = 0; i < 3; i++) measuring.faults.add({ kind: "silent", connection: number });
    measuring.faults.add({ kind: number === 1 ? "wrong" : "reset", connection: number });
    measuring.connected(number);
    return measuring.result([{ number, messages: number, longestMs: number }]);
  };
  const { connections, connects, faults } = together([part(1), part(2)]);
  assertEquals(connections.map(({ number }) => number), [1, 2]);
  assertEquals([connects.total, connects.maxMs], [2, 2]);
  assertEquals(faults, {
    silent: { count: 6, first: { kind: "silent", connection: 1 } },
    wrong: { count: 1, first: { kind: "wrong", connection: 1 } },
    reset: { count: 1, first: { kind: "reset", connection: 2 } },
  });
});

Deno.test("threads have equal parts of a load: no connection, message or time twice, and none left out", () => {
  const rate = { perSecond: 100, first: 0, step: 1 };
  const parts = partsOf({ ...LOAD, connections: 7, messages: 20, rate }, 3);
  assertEquals(parts.map(({ first, connections }) => [first, connections]), [[1, 2], [3, 2], [
    5,
    3,
  ]]);
  assertEquals(parts.map(({ messages }) => messages), [6, 7, 7]);
  assertEquals(
    parts.map(({ rate }) => rate),
    [0, 1, 2].map((first) => ({
      perSecond: 100,
      first,
      step: 3,
    })),
  );
});
