import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { BulkTurn, BulkTurns } from "../src/net/bulk.ts";
import { connect, echo, patiently } from "./server_support.ts";
import { DENO, pathOf, start, tcplab } from "./support.ts";

const MIB = 1024 * 1024;

/** Plays reads of 1 MiB of one client until it has to wait; that wait, and how much it moved. */
function playOut(turns: BulkTurns, turn: BulkTurn): { wait: Promise<void>; bytes: number } {
  for (let bytes = 0; bytes < 1024 * MIB; bytes += MIB) {
    const wait = turns.next(turn);
    if (wait !== null) return { wait, bytes };
    turns.count(turn, MIB);
  }
  throw new Error("a client moved 1 GiB in one turn");
}

/** Reads of 1 MiB by each in turn, until each was seen and has a share. */
function begin(turns: BulkTurns, clients: BulkTurn[]): void {
  for (let i = 0; i < 16; i++) turns.count(clients[i % clients.length], MIB);
}

Deno.test("who alone moves bulk data never waits", () => {
  const turns = new BulkTurns();
  const turn = new BulkTurn();
  for (let i = 0; i < 1000; i++) {
    assertEquals(turns.next(turn), null);
    turns.count(turn, MIB);
  }
});

Deno.test("who moves little never waits, whatever the others do", async () => {
  const turns = new BulkTurns();
  const clients = [new BulkTurn(), new BulkTurn()];
  const little = new BulkTurn();
  for (let round = 0; round < 3; round++) {
    begin(turns, clients);
    for (let i = 0; i < 1000; i++) {
      assertEquals(turns.next(little), null);
      turns.count(little, 64);
    }
    await Promise.all(clients.map((client) => playOut(turns, client).wait));
  }
});

Deno.test("of several that move bulk data, each has the same share of a round", async () => {
  for (const count of [2, 3, 8]) {
    const turns = new BulkTurns();
    const clients = Array.from({ length: count }, () => new BulkTurn());
    begin(turns, clients);
    for (let round = 0; round < 5; round++) {
      const played = clients.map((turn) => playOut(turns, turn));
      const expected = Math.ceil(16 / count) * MIB;
      assertEquals(played.map(({ bytes }) => bytes), clients.map(() => expected), `of ${count}`);
      await Promise.all(played.map(({ wait }) => wait));
    }
  }
});

Deno.test("who alone moves bulk data waits for those who move little, and no longer than they are there", async () => {
  const turns = new BulkTurns();
  const turn = new BulkTurn();
  turns.count(new BulkTurn(), 64);
  for (let i = 0; i < 16; i++) turns.count(turn, MIB);
  turns.count(new BulkTurn(), 64);
  const { wait, bytes } = playOut(turns, turn);
  assertEquals(bytes, 16 * MIB);
  await wait;
  // In the round that has begun there is nobody else.
  await playOut(turns, turn).wait;
  for (let i = 0; i < 1000; i++) {
    assertEquals(turns.next(turn), null);
    turns.count(turn, MIB);
  }
});

Deno.test("what a client leaves of its share is the others'", async () => {
  const turns = new BulkTurns();
  const fast = new BulkTurn();
  const slow = [new BulkTurn(), new BulkTurn(), new BulkTurn()];
  begin(turns, [fast, ...slow]);
  for (let round = 0; round < 3; round++) {
    for (const turn of slow) turns.count(turn, 64 * 1024);
    const { wait, bytes } = playOut(turns, fast);
    assertEquals(bytes, (round === 0 ? 4 : 16) * MIB);
    // Nor does it keep anybody waiting, though it moves on and on.
    let over = false;
    wait.then(() => over = true);
    for (let ticks = 0; !over; ticks++) {
      assert(ticks < 20, "still waiting");
      for (const turn of slow) turns.count(turn, 64 * 1024);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
});

Deno.test("a client's own small reads do not make it wait", () => {
  const turns = new BulkTurns();
  const turn = new BulkTurn();
  turns.count(turn, MIB);
  for (let i = 0; i < 1000; i++) {
    assertEquals(turns.next(turn), null);
    turns.count(turn, i % 8 === 7 ? 5000 : MIB);
  }
});

Deno.test("nobody goes on while another still moves bulk data in its share", async () => {
  const turns = new BulkTurns();
  const clients = [new BulkTurn(), new BulkTurn()];
  begin(turns, clients);
  let over = false;
  const first = playOut(turns, clients[0]).wait.then(() => over = true);
  for (let i = 0; i < 4; i++) {
    assertEquals(turns.next(clients[1]), null);
    turns.count(clients[1], MIB);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(over, false);
  }
  await patiently(first, "the end of a round in which nobody moves anything");
});

Deno.test("four clients that move bulk data do not keep a fifth waiting for the echo of its line", async () => {
  await using server = start(
    tcplab("echo_server", "--forever", "--concurrent", "100", "--backlog", "100", "0"),
  );
  const port = await server.port();
  const bulk = [DENO, "run", "-N", pathOf("tests/peers/bulk.ts"), String(port)] as const;
  await using stack = new AsyncDisposableStack();
  const clients = Array.from({ length: 4 }, () => stack.use(start([...bulk])));
  await Promise.all(clients.map((client) => client.printed("echoed")));

  using conn = await connect(port);
  const echoedMiB = () =>
    clients.reduce((sum, { stdout }) => sum + Number(stdout.trimEnd().split(" ").at(-1)), 0);
  const before = echoedMiB();
  for (let i = 0; i < 50; i++) assertEquals(await echo(conn, "hello\n"), "hello\n");
  const meanMiB = (echoedMiB() - before) / 50;
  // Not the time is judged, which others take too, but what the four were given meanwhile:
  // in turns about a round of 16 MiB, without them 250 and more.
  assert(meanMiB < 64, `a line came back after ${meanMiB} MiB of the others on average`);
});
