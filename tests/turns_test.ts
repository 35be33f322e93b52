/** Whose turn it is, look by look: the looks around and the clock are the test's. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { BulkTurn, BulkTurns } from "../src/net/bulk.ts";
import { Turn, Turns } from "../src/net/fairness.ts";
import { SharedTurns } from "../src/net/turns.ts";

const MIB = 1024 * 1024;

/** Looks (timers) that happen when the test says so, and a clock that goes when it says so. */
async function byHand(
  play: (
    hand: { look(): Promise<void>; lookCalledOff(): void; pass(ms: number): void },
  ) => Promise<void>,
): Promise<void> {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = performance;
  const looks = new Map<number, () => void>();
  let last = 0;
  let nowMs = 1000;
  let calledOff = () => {};
  globalThis.setTimeout = ((call: () => void) => (looks.set(++last, call), last)) as never;
  globalThis.clearTimeout = ((timer: number) => {
    calledOff = looks.get(timer) ?? calledOff;
    looks.delete(timer);
  }) as never;
  performance.now = () => nowMs;
  try {
    await play({
      async look() {
        assertEquals(looks.size, 1, "one look is due at a time");
        const [[timer, call]] = looks;
        looks.delete(timer);
        call();
        await turnOfTheLoop();
      },
      lookCalledOff() {
        calledOff();
        for (const [timer, call] of looks) {
          looks.delete(timer);
          call();
        }
      },
      pass: (ms) => void (nowMs += ms),
    });
  } finally {
    globalThis.setTimeout = setTimeout;
    globalThis.clearTimeout = clearTimeout;
    performance.now = now;
  }
}

/** So long that all who may go on have gone on: without a timer. */
async function turnOfTheLoop(): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) =>
      (globalThis as unknown as { setImmediate(call: (_: unknown) => void): void })
        .setImmediate(resolve)
    );
  }
}

/** So many clients, all of them busy: seen as a crowd after two windows of messages. */
function crowd(turns: Turns, count: number): Turn[] {
  const clients = Array.from({ length: count }, () => new Turn());
  for (let i = 0; i < 2100; i++) turns.count(clients[i % count]);
  return clients;
}

/** Messages of a client until it has to wait, and how many they were; tells when it goes on. */
function playOut(turns: Turns, client: Turn, goesOn: () => void): number {
  for (let i = 0; i < 1000; i++) {
    const wait = turns.next(client);
    if (wait !== null) {
      wait.then(goesOn);
      return i;
    }
    turns.count(client);
  }
  throw new Error("a client of a crowd had 1000 messages in one turn");
}

/** All but the last client have had their turn and wait. */
function allButOne(turns: Turns, count = 200) {
  const clients = crowd(turns, count);
  const last = clients.pop()!;
  let goneOn = 0;
  for (const client of clients) playOut(turns, client, () => goneOn++);
  return {
    get isOver() {
      return goneOn === clients.length;
    },
    /** So many messages of the one who still has its turn. */
    messages(count: number) {
      for (let i = 0; i < count; i++) turns.count(last);
    },
  };
}

Deno.test("who waited first goes on first, all of them, a few in each turn of the event loop", async () => {
  // Whatever is left over for the last turn: one, too.
  for (let count = 168; count <= 200; count++) {
    const turns = new Turns();
    const order: number[] = [];
    const clients = crowd(turns, count);
    await byHand(async ({ look }) => {
      clients.forEach((client, i) => playOut(turns, client, () => order.push(i)));
      while (order.length === 0) await look();
      await turnOfTheLoop();
    });
    assertEquals(order, [...clients.keys()]);
  }
});

Deno.test("two looks in a row that find nobody end a round, and two that are apart do not", async () => {
  await byHand(async ({ look }) => {
    const round = allButOne(new Turns());
    await look(); // finds those who play
    for (let i = 0; i < 5; i++) {
      await look();
      assert(!round.isOver, `over after a single look, ${i}`);
      round.messages(100);
      await look();
      assert(!round.isOver, `over though somebody played, ${i}`);
    }
    await look();
    await look();
    assert(round.isOver);
  });
});

Deno.test("a few messages between two looks keep nobody waiting", async () => {
  await byHand(async ({ look }) => {
    const round = allButOne(new Turns());
    await look();
    for (let i = 0; i < 2; i++) {
      round.messages(3);
      await look();
    }
    assert(round.isOver);
  });
});

Deno.test("who never stops playing keeps nobody waiting for long", async () => {
  await byHand(async ({ look, pass }) => {
    const round = allButOne(new Turns());
    for (let i = 0; i < 10; i++) {
      pass(3);
      round.messages(100);
      await look();
      assert(!round.isOver);
    }
    pass(30);
    round.messages(100);
    await look();
    assert(round.isOver);
  });
});

Deno.test("of a thousand each may take longer, before those who wait go on without it", async () => {
  await byHand(async ({ look, pass }) => {
    const round = allButOne(new Turns(), 1000);
    pass(90);
    round.messages(100);
    await look();
    assert(!round.isOver);
    pass(20);
    round.messages(100);
    await look();
    assert(round.isOver);
  });
});

Deno.test("bulk data that goes both ways is that of one, who waits for nobody", () => {
  const turns = new SharedTurns();
  const there = turns.join();
  const back = there.beside();
  for (let i = 0; i < 100; i++) {
    for (const way of [there, back]) {
      assertEquals(way.next(), null);
      way.count(MIB);
    }
  }
});

Deno.test("who has played while others still begin is not forgotten when those do not play", async () => {
  await byHand(async ({ look }) => {
    const turns = new Turns();
    let again = 0;
    crowd(turns, 200).forEach((client, i) => {
      playOut(turns, client, () => {
        if (i < 10) playOut(turns, client, () => again++);
      });
    });
    for (let i = 0; i < 20 && again < 10; i++) await look();
    assertEquals(again, 10);
  });
});

Deno.test("a look that was called off and comes all the same ends no round that begins", async () => {
  await byHand(async ({ look, lookCalledOff }) => {
    const turns = new Turns();
    const clients = crowd(turns, 200);
    let goneOn = 0;
    const all = () => clients.forEach((client) => playOut(turns, client, () => goneOn++));
    all();
    while (goneOn < 200) await look();
    all(); // as many as the last time: the round ends with the last of them, and its look is called off
    lookCalledOff();
    await turnOfTheLoop();
    assertEquals(goneOn, 400);
  });
});

Deno.test("a round's time begins with the round", async () => {
  await byHand(async ({ look, pass }) => {
    const turns = new Turns();
    const clients = crowd(turns, 200);
    const last = clients.pop()!;
    for (let round = 0; round < 4; round++) {
      clients.splice(-15); // fewer than in the round before: so that it ends by looking around
      let goneOn = 0;
      for (const client of clients) playOut(turns, client, () => goneOn++);
      pass(20);
      for (let i = 0; i < 20; i++) turns.count(last);
      await look();
      assertEquals(goneOn, 0, `round ${round}`);
      for (let i = 0; goneOn < clients.length; i++) {
        assert(i < 10);
        await look();
      }
    }
  });
});

Deno.test("a round in which it is known how many they are has about 512 messages, as many for each", async () => {
  for (const [count, each] of [[128, 4], [200, 3], [300, 2], [600, 1]]) {
    await byHand(async ({ look }) => {
      const turns = new Turns();
      const clients = crowd(turns, count);
      let played: number[] = [];
      for (let round = 0; round < 3; round++) {
        let goneOn = 0;
        played = clients.map((client) => playOut(turns, client, () => goneOn++));
        await turnOfTheLoop();
        while (goneOn < count) await look();
      }
      assertEquals(played, clients.map(() => each), `of ${count}`);
    });
  }
});

Deno.test("who comes later to a crowd is waited for, too, after a while", async () => {
  await byHand(async ({ look }) => {
    const turns = new Turns();
    const clients = crowd(turns, 300);
    const [fast, slow] = [clients.slice(0, 200), clients.slice(200)];
    for (let i = 0; i < 2; i++) { // so that it is known: they are two hundred
      let goneOn = 0;
      for (const client of fast) playOut(turns, client, () => goneOn++);
      await turnOfTheLoop();
      while (goneOn < fast.length) await look();
    }
    let rounds = 0;
    let isWaitedFor = false;
    let inARow = 0;
    for (; rounds < 60 && !isWaitedFor; rounds++) {
      let goneOn = 0;
      for (const client of fast) playOut(turns, client, () => goneOn++);
      await turnOfTheLoop();
      if (goneOn === fast.length) {
        inARow = 0;
        continue;
      }
      inARow++;
      for (const client of slow) playOut(turns, client, () => {});
      await turnOfTheLoop();
      while (goneOn < fast.length) await look();
      // The first one in which all are waited for looks around; the next one knows how many they are.
      if (inARow > 1) isWaitedFor = true;
    }
    assert(isWaitedFor, `never, in ${rounds} rounds`);
  });
});

Deno.test("of clients that move bulk data slowly, nobody waits for long", async () => {
  await byHand(async ({ look, pass }) => {
    const turns = new BulkTurns();
    const clients = [new BulkTurn(), new BulkTurn()];
    for (let i = 0; i < 16; i++) turns.count(clients[i % 2], MIB);
    while (turns.next(clients[0]) === null) turns.count(clients[0], MIB);
    let over = false;
    const wait = turns.next(clients[0])!.then(() => over = true);
    for (let i = 0; i < 3; i++) {
      pass(20);
      turns.count(clients[1], 2 * MIB); // it is still at it
      await look();
      assert(!over, `over after ${i + 1} looks`);
    }
    pass(60);
    turns.count(clients[1], 1.5 * MIB);
    await look();
    await wait;
  });
});
