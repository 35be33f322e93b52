/** How relayed connections end: in order, by a reset, by a limit; and what is told of it. */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { writeAll } from "../src/framing.ts";
import {
  canReset,
  connectResettable,
  listenResettable,
  type ResettableConn,
} from "../src/net/reset.ts";
import type { RelayEvent } from "../src/relay/events.ts";
import { drain, serverThat } from "./client_support.ts";
import { relayTo } from "./relay_support.ts";
import { connect, echo, patiently, readAll, readText, send, serving } from "./server_support.ts";
import { DENO, has, pathOf, runToEnd } from "./support.ts";

const resets = await canReset();
const needsResets = resets ? "" : " (skipped: needs Deno 2.7)";

for (
  const options of [[], ["--delay", "5ms"], ["--cut", "2", "--gap", "1ms"], ["--gather", "5ms"]]
) {
  for (const first of ["client", "server"] as const) {
    const shaped = options.length === 0 ? "" : ` behind ${options.join(" ")}`;
    Deno.test(`the ${first} ends its half first, and hears the other to its end${shaped}`, async () => {
      const server = Promise.withResolvers<string>();
      const halves = async (conn: Deno.TcpConn, isFirst: boolean, words: string) => {
        const heard = patiently(readAll(conn), "the end of what the other side says");
        // The first one's end comes by itself, while this half is still open.
        if (!isFirst) await heard;
        await writeAll(conn, new TextEncoder().encode(words));
        await conn.closeWrite();
        return new TextDecoder().decode(await heard);
      };
      await using listening = serverThat(async (conn) => {
        server.resolve(await halves(conn, first === "server", "from the server"));
      });
      await using it = await relayTo(listening.port, "--json", ...options);
      using conn = await connect(it.port);
      assertEquals(await halves(conn, first === "client", "from the client"), "from the server");
      assertEquals(await patiently(server.promise, "the server"), "from the client");
      const { by, how, toServer, toClient } = await it.told("closed");
      assertEquals([by, how], [first, "end"]);
      assertEquals([toServer.bytesWritten, toClient.bytesWritten], [15, 15]);
      const order = it.events.flatMap((event) =>
        event.event === "half-close" ? [event.direction] : []
      );
      assertEquals(
        order,
        first === "client" ? ["to-server", "to-client"] : [
          "to-client",
          "to-server",
        ],
      );
    });
  }
}

for (const isPassedOn of [true, false]) {
  const options = isPassedOn ? ["--resets"] : [];
  const seen = isPassedOn ? "a reset" : "an end";
  Deno.test({
    name: `${
      isPassedOn ? "with" : "without"
    } --resets a client's reset is ${seen} to the server${needsResets}`,
    ignore: !resets,
    async fn() {
      const what = Promise.withResolvers<string>();
      await using server = serverThat(async (conn) => {
        await readText(conn, 5);
        what.resolve(await whatComes(conn));
      });
      await using it = await relayTo(server.port, "--json", ...options);
      const conn = await connectResettable({ hostname: "127.0.0.1", port: it.port });
      await send(conn, "hello");
      await it.told("write");
      conn.reset();
      assertEquals(await patiently(what.promise, "the server"), isPassedOn ? "reset" : "end");
      const { by, how, error, passedOnAs } = await it.told("closed");
      assertEquals([by, how, passedOnAs], ["client", "reset", isPassedOn ? "reset" : "end"]);
      assertMatch(error!, /reset/);
    },
  });

  Deno.test({
    name: `${
      isPassedOn ? "with" : "without"
    } --resets a server's reset is ${seen} to the client${needsResets}`,
    ignore: !resets,
    async fn() {
      const listener = await listenResettable({ hostname: "127.0.0.1", port: 0 });
      await using it = await relayTo(listener.addr.port, "--json", ...options);
      using conn = await connect(it.port);
      await send(conn, "hello");
      const server = await listener.accept();
      await readText(server, 5);
      server.reset();
      assertEquals(await whatComes(conn), isPassedOn ? "reset" : "end");
      const { by, how, passedOnAs } = await it.told("closed");
      assertEquals([by, how, passedOnAs], ["server", "reset", isPassedOn ? "reset" : "end"]);
      listener.close();
    },
  });
}

Deno.test({
  name: `--reset-after lets so many bytes pass, and then resets both sides${needsResets}`,
  ignore: !resets,
  async fn() {
    const what = Promise.withResolvers<string>();
    await using server = serverThat(async (conn) => {
      await send(conn, "0123456789");
      what.resolve(await whatComes(conn));
    });
    await using it = await relayTo(server.port, "--json", "--reset-after", "4");
    using conn = await connect(it.port);
    assertEquals(await readText(conn, 4), "0123");
    assertEquals(await whatComes(conn), "reset");
    assertEquals(await patiently(what.promise, "the server"), "reset");
    const { by, how, toClient } = await it.told("closed");
    assertEquals([by, how, toClient.bytesWritten], ["relay", "reset", 4]);
  },
});

Deno.test({
  name: `--refuse resets a client${needsResets}`,
  ignore: !resets,
  async fn() {
    await using server = await serving(echoServer, ["--forever"]);
    await using it = await relayTo(server.port, "--json", "--refuse", "1");
    const conn = await connectResettable({ hostname: "127.0.0.1", port: it.port });
    assertEquals(await whatComes(conn), "reset");
    conn.close();
    await it.told("refused", ({ reason }) => reason === "refuse");
    assertEquals(it.shown.match(/cannot reset/), null);
  },
});

Deno.test({
  name: "where a reset cannot be had, it says so and ends the connection in order",
  ignore: resets,
  async fn() {
    await using server = await serving(echoServer, ["--forever"]);
    await using it = await relayTo(server.port, "--json", "--reset-after", "4");
    await it.said(/cannot reset a connection/);
    using conn = await connect(it.port);
    await send(conn, "0123456789");
    assertEquals(new TextDecoder().decode(await readAll(conn)).length <= 4, true);
    const { by, how } = await it.told("closed");
    assertEquals([by, how], ["relay", "end"]);
  },
});

/** What a side sees of the end: `end` of the stream, or `reset`. */
async function whatComes(conn: Deno.TcpConn | ResettableConn): Promise<string> {
  try {
    const n = await patiently(conn.read(new Uint8Array(10)), "the end of a connection");
    return n === null ? "end" : `${n} bytes`;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return "reset";
    throw error;
  }
}

for (
  const [what, options, reason] of [
    ["a silence", ["--idle-timeout", "300ms"], "idle"],
    ["its time", ["--max-duration", "300ms"], "max-duration"],
    ["a stop and its grace", ["--grace", "1ms"], "stopped"],
  ] as const
) {
  for (const stuck of ["nobody sends", "the server does not read", "the client does not read"]) {
    // Before Deno 2.9.5 close() does not end a write under way: it goes on for a while after the test.
    const sanitize = { sanitizeOps: stuck === "nobody sends", sanitizeResources: false };
    Deno.test(`${what} ends a connection where ${stuck}, and it is told`, sanitize, async () => {
      const over = Promise.withResolvers<void>();
      await using server = serverThat(async (conn) => {
        if (stuck.startsWith("the client")) {
          await writeAll(conn, new Uint8Array(30e6)).catch(() => {});
        } else if (stuck === "nobody sends") await drain(conn).catch(() => {});
        await over.promise;
      });
      const it = await relayTo(server.port, "--json", ...options);
      using conn = await connect(it.port);
      const sending = stuck.startsWith("the server")
        ? writeAll(conn, new Uint8Array(30e6)).catch(() => {})
        : null;
      await it.told("connected");
      if (sending !== null || stuck.startsWith("the client")) await it.told("write");
      if (reason === "stopped") assertEquals(await it.stop(), 0);
      const closed = await it.told("closed");
      assertEquals([closed.by, closed.how, closed.reason], ["relay", "end", reason]);
      over.resolve();
      await it.stop();
      // What is told last is the sum.
      assertEquals(it.events.at(-1)?.event, "summary");
      await sending;
    });
  }
}

Deno.test("a client that gives up behind --stall-after is noticed, and the server told", async () => {
  const ended = Promise.withResolvers<number>();
  await using server = serverThat(async (conn) => {
    await send(conn, "0123456789");
    ended.resolve((await readAll(conn)).length);
  });
  await using it = await relayTo(server.port, "--json", "--stall-after", "4");
  const conn = await connect(it.port);
  assertEquals(await readText(conn, 4), "0123");
  await it.told("write");
  conn.close();
  assertEquals(await patiently(ended.promise, "the server to hear of it"), 0);
  const { by, toClient } = await it.told("closed");
  assertEquals([by, toClient.bytesRead, toClient.bytesWritten], ["client", 10, 4]);
});

Deno.test("--clients ends it after so many, each relayed to its end", async () => {
  await using server = await serving(echoServer, ["--forever", "--concurrent", "9"]);
  const it = await relayTo(server.port, "--json", "--clients", "3");
  const conns = await Promise.all([1, 2, 3].map(() => connect(it.port)));
  for (const conn of conns) assertEquals(await echo(conn, "hello\n"), "hello\n");
  for (const conn of conns) conn.close();
  const { connections, toServer } = await it.told("summary");
  assertEquals([connections, toServer.bytesWritten], [3, 18]);
  assertEquals(await it.stop(), 0);
});

Deno.test("500 connections at a time: each gets its own bytes, while others are broken off", async () => {
  await using server = await serving(echoServer, ["--forever", "--concurrent", "1000"]);
  await using it = await relayTo(server.port, "--quiet", "--close-after", "5000");
  const texts = await Promise.all(Array.from({ length: 500 }, async (_, i) => {
    using conn = await connect(it.port);
    const text = `${i} `.repeat(300);
    const came = [await echo(conn, text), await echo(conn, text)];
    // Every third one sends on until the relay ends it, in the middle of what it sends.
    if (i % 3 === 0) await writeAll(conn, new Uint8Array(20_000)).catch(() => {});
    return came.every((one) => one === text);
  }));
  assertEquals(texts.filter((isRight) => !isRight).length, 0);
});

/** The fields of each event, as events.ts documents them. Those in brackets are not always there. */
const FIELDS: Record<RelayEvent["event"], string> = {
  "listening": "address port server serverPort seed",
  "connected": "connection address port",
  "read": "connection direction bytes",
  "write": "connection direction bytes data",
  "half-close": "connection direction",
  "closed": "connection by how [reason] [error] [passedOnAs] toServer toClient durationMs",
  "unreachable": "connection message",
  "refused": "address port reason",
  "error": "message",
  "summary": "connections toServer toClient signal",
};

Deno.test("--json prints the documented fields, in their order, and --record keeps the same lines", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
  try {
    const file = `${folder}/lesson.jsonl`;
    await using server = await serving(echoServer, ["--forever"]);
    const it = await relayTo(server.port, "--json", "--record", file, "--refuse", "1");
    await connect(it.port).then((conn) => conn.close(), () => {});
    await it.told("refused");
    {
      using conn = await connect(it.port);
      await echo(conn, "hello\n");
    }
    await it.told("closed");
    await it.stop();
    const recorded = (await Deno.readTextFile(file)).trimEnd().split("\n");
    assertEquals(recorded, it.lines);
    const seen = new Set<string>();
    for (const line of it.lines) {
      const { event, time, atMs, ...fields } = JSON.parse(line);
      assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert(atMs >= 0);
      const expected = FIELDS[event as RelayEvent["event"]].split(" ")
        .map((name) => /\[(.*)\]/.exec(name)?.[1] ?? name).filter((name) => name in fields);
      assertEquals(Object.keys(fields), expected);
      for (const name of FIELDS[event as RelayEvent["event"]].split(" ")) {
        if (!name.startsWith("[")) assert(name in fields, `${event} has no ${name}`);
      }
      seen.add(event);
    }
    assertEquals([...seen].sort(), [
      "closed",
      "connected",
      "half-close",
      "listening",
      "read",
      "refused",
      "summary",
      "write",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("events.ts documents every field", async () => {
  const source = await Deno.readTextFile(pathOf("src/relay/events.ts"));
  for (const [event, fields] of Object.entries(FIELDS)) {
    assert(source.includes(`\`${event}\``), event);
    for (const name of fields.replace(/[[\]]/g, "").split(" ")) {
      assert(source.includes(`\`${name}\``), name);
    }
  }
});

Deno.test({
  name: "a recording that cannot be written to its end: the relay goes on, and says so at its end",
  ignore: !has("bash"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
    try {
      await using server = await serving(echoServer, ["--forever"]);
      // A file may have 4 KiB here, as if the disk were full then.
      const program = [DENO, "run", "-A", pathOf("tests/peers/relay_of_lines.ts")].join("' '");
      const script = `trap '' XFSZ; ulimit -f 4; '${program}' ${server.port} ${folder}/full.jsonl`;
      const { code, stdout, stderr } = await runToEnd(["bash", "-c", script]);
      assertEquals(stdout, "all came back\n", stderr);
      assertMatch(stderr, /Cannot write ".*full.jsonl" to its end: .*\(\d+ events are in it, \d+/);
      assertEquals(code, 1);
      const lines = (await Deno.readTextFile(`${folder}/full.jsonl`)).split("\n");
      for (const line of lines.slice(0, -1)) JSON.parse(line);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
