// Who may come in: the same rules for a server alone and for threads together.

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { OwnAdmission } from "../src/net/serve.ts";
import type { Admission } from "../src/net/service.ts";
import { shareAdmission, SharedAdmission, type SharedState } from "../src/net/shared_admission.ts";
import { DENO, EMULATED, pathOf, runToEnd } from "./support.ts";

/** One thread of several, told what the others tell. */
function threads(count: number, state: SharedState): SharedAdmission[] {
  const all = Array.from({ length: count }, () =>
    new SharedAdmission(state, {
      onReturned: () => all.forEach((one) => one.look()),
      onEnough() {},
    }));
  return all;
}

Deno.test("room goes to the client that waits longest, in whichever thread it is", async () => {
  const limits = { concurrent: 2, maxPerAddress: Infinity, clients: Infinity };
  const [one, two, three, four] = threads(4, shareAdmission(limits));
  assertEquals(one.takeRoom(), null);
  assertEquals(one.takeRoom(), null);
  const order: string[] = [];
  const waiting = Object.entries({ two, three, four }).map(([name, thread]) => {
    const room = thread.takeRoom();
    assert(room !== null, name);
    return room.then(() => order.push(name));
  });
  one.returnRoom();
  await waiting[0];
  assertEquals(order, ["two"]);
  two.returnRoom();
  two.returnRoom();
  await Promise.all(waiting);
  assertEquals(order, ["two", "three", "four"]);
});

Deno.test("a thread whose own client waits gives it the room that it returns, asking nobody", async () => {
  const state = shareAdmission({ concurrent: 1, maxPerAddress: Infinity, clients: Infinity });
  let told = 0;
  const thread = new SharedAdmission(state, { onReturned: () => told++, onEnough() {} });
  assertEquals(thread.takeRoom(), null);
  const room = thread.takeRoom();
  thread.returnRoom();
  await room;
  assertEquals(told, 0);
});

Deno.test("the last number is told once, and there is none after it", () => {
  let enough = 0;
  const state = shareAdmission({ concurrent: 1, maxPerAddress: Infinity, clients: 3 });
  const all = Array.from(
    { length: 2 },
    () => new SharedAdmission(state, { onReturned() {}, onEnough: () => enough++ }),
  );
  assertEquals([0, 1, 0].map((i) => all[i].takeNumber()), [1, 2, 3]);
  assertEquals(enough, 1);
  assertEquals(all[1].takeNumber(), null);
});

Deno.test("a server alone and threads together count addresses alike, whatever their order", () => {
  const limits = { concurrent: 40, maxPerAddress: 3, clients: Infinity };
  const shared = threads(3, shareAdmission(limits));
  const own = new OwnAdmission(limits.concurrent, limits.maxPerAddress);
  const texts = [
    "127.0.0.1",
    "127.0.0.10",
    "::1",
    "fe80::1%eth0",
    "fe80::1%eth01",
    "::ffff:1.2.3.4",
  ];
  const present: string[] = [];
  let random = 1; // the same each time
  const below = (n: number) => (random = random * 48271 % 2147483647) % n;
  for (let i = 0; i < 20_000; i++) {
    const thread = shared[below(3)];
    if (present.length === limits.concurrent || below(5) < 2 && present.length > 0) {
      const [text] = present.splice(below(present.length), 1);
      thread.countOut(text);
      own.countOut(text);
      continue;
    }
    const text = below(2) === 0 ? texts[below(texts.length)] : `10.0.${below(9)}.${below(9)}`;
    const may = own.countIn(text);
    assertEquals(thread.countIn(text), may, `step ${i}: ${text}`);
    assertEquals(may, present.filter((one) => one === text).length < limits.maxPerAddress);
    if (may) present.push(text);
  }
});

Deno.test("no two threads at the same moment are both let in for an address with one place", async () => {
  const program = pathOf("tests/peers/contenders.ts");
  const times = EMULATED ? 300 : 30_000;
  const command = [DENO, "run", `-R=${pathOf(".")}`, program, String(times)] as const;
  const { stdout, stderr } = await runToEnd([...command]);
  assertEquals(stderr, "");
  const { letIn, beside, left } = JSON.parse(stdout);
  assertEquals({ beside, left }, { beside: 0, left: [] });
  assert(letIn > 0);
});

Deno.test("a server alone has room again only when one has left", () => {
  const own: Admission = new OwnAdmission(2);
  assertEquals([own.isFull(), own.takeRoom(), own.isFull(), own.takeRoom()], [
    false,
    null,
    false,
    null,
  ]);
  assertEquals(own.isFull(), true);
  own.returnRoom();
  assertEquals(own.isFull(), false);
});
