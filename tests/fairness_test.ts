import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { Turn, Turns } from "../src/net/fairness.ts";
import { compile } from "./server_support.ts";
import { EMULATED, has, runToEnd, start, tcplab } from "./support.ts";

/** So many clients, all of them busy. */
function crowd(turns: Turns, count: number): Turn[] {
  const clients = Array.from({ length: count }, () => new Turn());
  // Two windows of 1024 messages: enough to be seen as a crowd.
  for (let i = 0; i < 2100; i++) turns.count(clients[i % count]);
  return clients;
}

/** Plays messages of one client until it has to wait; that wait. */
function playOut(turns: Turns, client: Turn): Promise<void> {
  for (let i = 0; i < 10_000; i++) {
    const wait = turns.next(client);
    if (wait !== null) return wait;
    turns.count(client);
  }
  throw new Error("a client of a crowd had 10000 messages in one turn");
}

Deno.test("a client alone never waits for its turn", () => {
  const turns = new Turns();
  const [client] = crowd(turns, 1);
  for (let i = 0; i < 10_000; i++) {
    assertEquals(turns.next(client), null);
    turns.count(client);
  }
});

Deno.test("of a hundred busy clients none waits for its turn, however many are connected", () => {
  const turns = new Turns();
  for (const client of crowd(turns, 100)) assertEquals(turns.next(client), null);
});

Deno.test("who comes and goes is no crowd: thirty clients at a time, a message each", () => {
  const turns = new Turns();
  const present: Turn[] = [];
  for (let i = 0; i < 5000; i++) {
    const client = new Turn();
    present.push(client);
    assertEquals(turns.next(client), null);
    turns.count(client);
    assertEquals(turns.next(client), null, `client ${i} had to wait`);
    if (present.length > 30) turns.leave(present.shift()!);
  }
});

Deno.test("in a crowd, a client that had its share waits until the others had theirs", async () => {
  const turns = new Turns();
  const clients = crowd(turns, 600);
  let goneOn = 0;
  for (let round = 0; round < 40; round++) {
    goneOn = 0;
    const waits = clients.map((client) => playOut(turns, client).then(() => goneOn++));
    await Promise.all(waits);
    assertEquals(goneOn, clients.length);
  }
});

Deno.test("a client does not wait for ever when all the others have gone", async () => {
  const turns = new Turns();
  const clients = crowd(turns, 600);
  for (let round = 0; round < 5; round++) {
    await Promise.all(clients.map((client) => playOut(turns, client)));
  }
  // The last round was one of 600; now there is one.
  await playOut(turns, clients[0]);
});

Deno.test("a round is over only when the slow ones had their turn", async () => {
  const turns = new Turns();
  const clients = crowd(turns, 200);
  await Promise.all(clients.map((client) => playOut(turns, client)));
  const waits = clients.slice(1).map((client) => playOut(turns, client));
  let over = false;
  waits[0].then(() => over = true);
  await Promise.resolve();
  assertEquals(over, false);
  await Promise.all([...waits, playOut(turns, clients[0])]);
  assertEquals(over, true);
});

Deno.test({
  name: "of 1000 busy clients the slowest gets at least half as many replies as the fastest",
  // Judged by counts and not by time, so that it is the same on a busy machine.
  ignore: Deno.build.os !== "linux" || !has("gcc"), // load.c is made of epoll
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-fairness-" });
    try {
      const load = await compile("load", folder, "tests/bench/peers");
      await using server = start(
        tcplab("echo_server", "--forever", "--concurrent", "1000", "--backlog", "500", "0"),
      );
      const port = String(await server.port());
      const { code, stdout, stderr } = await runToEnd(
        [load, "share", port, "1000", "100"],
      );
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      const { least, most } = JSON.parse(stdout);
      // A round is over after a while, in which an emulated machine does not get round.
      const part = EMULATED ? 0.3 : 0.5;
      assert(least >= part * most, `the slowest had ${least} replies, the fastest ${most}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "of 1000 connections of bench none starves by bench's own doing",
  // Without turns the slowest had a tenth of the fastest one's, on a busy machine.
  ignore: Deno.build.os !== "linux" || !has("gcc"), // a server that serves all alike is epoll.c
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-fairness-" });
    try {
      await using server = start([await compile("epoll", folder, "tests/bench/peers"), "0"]);
      const port = String(await server.port());
      const { code, stdout, stderr } = await runToEnd(
        tcplab(
          // By messages, a hundred for each: in a second of a busy machine each had one or two.
          ...[
            "bench",
            "127.0.0.1",
            port,
            "--connections",
            "1000",
            "--messages",
            "100000",
            "--json",
          ],
          ...["--connect-timeout", "2m", "--reply-timeout", "2m"],
        ),
      );
      assertEquals({ code, stderr }, { code: 0, stderr: "" }, stdout);
      const { share } = JSON.parse(stdout);
      assert(share >= 0.3, `the slowest had ${share} of the replies of the fastest`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
