/**
 * Programs that are stopped (SIGSTOP) for longer than a limit, and go on: as after Ctrl-Z and fg, in
 * a container that was frozen, on a laptop that slept. Their standstill is nobody's silence.
 *
 * All scenes of a test play at the same time, since each takes as long as the standstill.
 */

import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { pause } from "../src/net/silence.ts";
import { echoes, serverThat } from "./bench_support.ts";
import { echo, patiently, python, readText, send } from "./server_support.ts";
import { has, type Running, start, tcplab } from "./support.ts";

/** Long, so that a busy machine comes to the standstill within it. */
const LIMIT = "4s";
const STANDSTILL_MS = 5000;

const canStop = Deno.build.os !== "windows";

/** Stops the program, lets `meanwhile` happen and the limit pass, and lets it go on. */
async function standStill(program: Running, meanwhile: () => Promise<unknown>): Promise<void> {
  program.kill("SIGSTOP");
  try {
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, STANDSTILL_MS));
  } finally {
    program.kill("SIGCONT");
  }
}

const SERVER_LIMITS: [options: string[], beforehand?: (server: Running) => Promise<unknown>][] = [
  [["--idle-timeout", LIMIT]],
  [["--max-duration", LIMIT]],
  [["--grace", LIMIT], (server) => {
    server.kill("SIGTERM");
    return server.said("SIGTERM");
  }],
];

Deno.test({
  name: "an echo_server that was stopped for longer than a limit answers what came meanwhile",
  ignore: !canStop,
  async fn() {
    await Promise.all(SERVER_LIMITS.map(async ([options, beforehand]) => {
      const words = ["echo_server", "--clients", "10", "--concurrent", "10", ...options, "0"];
      await using server = start(tcplab(...words));
      const port = await server.port();
      const conns = await Promise.all(Array(10).keys().map(() => Deno.connect({ port })));
      for (const conn of conns) assertEquals(await echo(conn, "before"), "before");
      await beforehand?.(server);
      await standStill(server, () => Promise.all(conns.map((conn) => send(conn, "meanwhile"))));
      const replies = conns.map((conn) => readText(conn, 9).catch((error) => String(error)));
      assertEquals(await Promise.all(replies), Array(10).fill("meanwhile"), options[0]);
      conns.forEach((conn) => conn.close());
      const { code, stderr } = await server.result();
      assertEquals(code, 0);
      assertEquals(stderr.match(/served to its end/g)?.length, 10, stderr);
    }));
  },
});

/** A server that answers a client when the test says so. */
function answering(answer: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    at: ["127.0.0.1", `${listener.addr.port}`],
    /** The next client, and what it sends first if it is to send something. */
    async client(expected: string) {
      const conn = await patiently(listener.accept(), "a client");
      assertEquals(await readText(conn, expected.length), expected);
      return {
        answer: () => send(conn, answer),
        async [Symbol.asyncDispose]() {
          await conn.closeWrite();
          conn.close();
        },
      };
    },
    [Symbol.dispose]: () => listener.close(),
  };
}

Deno.test({
  name: "a client that was stopped for longer than --reply-timeout takes what came meanwhile",
  ignore: !canStop,
  async fn() {
    await Promise.all([
      (async () => {
        using server = answering("Hello World!");
        const words = ["hello_client", "--trace", "--reply-timeout", LIMIT, ...server.at];
        await using client = start(tcplab(...words));
        {
          await using served = await server.client("");
          await client.said(/connect\(.* = from /); // and now it reads
          await standStill(client, served.answer);
        }
        const { code, stdout } = await client.result();
        assertEquals([code, stdout], [0, "Message from server: Hello World! \n"]);
      })(),
      ...Array(5).keys().map(async () => {
        using server = answering("line\n");
        const words = ["echo_client", "--quiet", "--reply-timeout", LIMIT, ...server.at];
        await using client = start(tcplab(...words));
        await client.type("line\n");
        await using served = await server.client("line\n");
        await standStill(client, served.answer);
        await client.printed("line\n");
        await client.endInput();
        assertEquals((await client.result()).stderr, "");
      }),
    ]);
  },
});

Deno.test({
  name:
    "a client that was stopped while it was accepted is connected, whatever --connect-timeout " +
    "(Linux, needs python3)",
  ignore: Deno.build.os !== "linux" || !has("python3"),
  async fn() {
    await using server = start(python("full_queue.py"));
    const port = Number((await server.printed(/^([0-9]+)\n/))[1]);
    const others = connecting(port);
    const words = ["--connect-timeout", LIMIT, "127.0.0.1", `${port}`];
    await using client = start(tcplab("hello_client", ...words));
    let mine: number[] = [];
    while (mine.length === 0) {
      mine = connecting(port).filter((port) => !others.includes(port));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await standStill(client, async () => {
      await server.type("go on\n");
      await server.printed(new RegExp(`\n${mine[0]}\n`));
    });
    const { code, stdout, stderr } = await client.result();
    assertEquals([code, stdout, stderr], [0, "Message from server: Hello World! \n", ""]);
  },
});

/** The ports of those who have called connect() for this port of 127.0.0.1 and wait. */
function connecting(port: number): number[] {
  const to = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return [...Deno.readTextFileSync("/proc/net/tcp").matchAll(/: 0100007F:(\w{4}) (\S+) 02 /g)]
    .filter(([, , remote]) => remote === to)
    .map(([, local]) => parseInt(local, 16));
}

Deno.test({
  name: "the standstill of the other side is its silence: it is given up, by server and client",
  ignore: !canStop,
  async fn() {
    const options = ["--forever", "--concurrent", "2", "--idle-timeout", "2s"];
    await using server = start(tcplab("echo_server", ...options, "0"));
    const at = ["127.0.0.1", `${await server.port()}`];
    await using stopped = start(tcplab("echo_client", ...at));
    await stopped.printed("Connected");
    stopped.kill("SIGSTOP");
    await server.said(/Client 1 \(.*; idle for too long\n/);
    stopped.kill("SIGCONT");

    await using client = start(tcplab("echo_client", "--reply-timeout", "500ms", ...at));
    await client.printed("Connected");
    server.kill("SIGSTOP");
    await client.type("hello\n");
    const { code, stderr } = await client.result();
    server.kill("SIGCONT");
    assertEquals(code, 1);
    assertMatch(stderr, /^echo_client: Server was silent for 0\.5 s \(0 of 6 bytes came back\)\n/);
  },
});

Deno.test({
  name: "a bench that was stopped for longer than its patience finds nobody silent",
  ignore: !canStop,
  async fn() {
    let messages = 0;
    const begun = Promise.withResolvers<void>();
    // Slow, so that the bench waits for replies when it is stopped, and finds them afterwards.
    await using server = serverThat(echoes(async (bytes) => {
      if (++messages === 100) begun.resolve();
      await pause(100);
      return bytes;
    }));
    await using bench = start(tcplab(
      "bench",
      ...["--connections", "20", "--duration", "7s", "--reply-timeout", LIMIT, "--json"],
      ...["127.0.0.1", `${server.port}`],
    ));
    await begun.promise;
    await standStill(bench, () => Promise.resolve());
    const { code, stdout, stderr } = await bench.result();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout).faults, {});
  },
});
