import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { helloServer } from "../src/hello_server.ts";
import type { ListenOptions } from "../src/net/net.ts";
import { connect, echo, python, readAll, readText, send, Serving, talk } from "./server_support.ts";
import { has, type Running, runToEnd, start, tcplab } from "./support.ts";

const onWindows = Deno.build.os === "windows";

type Event = Record<string, string | number | null>;

function eventsOf(stdout: string): Event[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The events without what changes from run to run. */
function steady(events: Event[]): Event[] {
  return events.map(({ time: _time, durationMs: _duration, ...rest }) => {
    if (rest.port !== undefined) rest.port = "<port>";
    return rest;
  });
}

/** An echo_server that stays and prints events, and its port. */
async function eventful(...options: string[]): Promise<{ server: Running; port: number }> {
  const server = start(tcplab("echo_server", "--json", "--forever", ...options, "0"));
  const [, port] = await server.printed(/"event":"listening".*"port":([0-9]+)/);
  return { server, port: Number(port) };
}

Deno.test({
  name: "--json prints every event as one object a line, and nothing else anywhere",
  ignore: onWindows || !has("python3"),
  async fn() {
    const { server, port } = await eventful("--max-per-address", "2", "--concurrent", "9");
    await using _ = server;
    assertEquals(await talk(port, "hello"), "hello");
    await server.printed(/"closed","time".*"client":1,/);
    await runToEnd(python("reset.py", port, "idle"));
    await server.printed(/"closed","time".*"client":2,/);
    using third = await connect(port);
    await echo(third, "3");
    using fourth = await connect(port);
    await echo(fourth, "4");
    using refused = await connect(port);
    await readAll(refused);
    await server.printed(/"refused"/);
    await third.closeWrite();
    await server.printed(/"closed","time".*"client":3,/);
    await fourth.closeWrite();
    await server.printed(/"closed","time".*"client":4,/);
    server.kill("SIGTERM");
    const { code, stdout, stderr } = await server.result();
    assertEquals([code, stderr], [0, ""]);
    const events = eventsOf(stdout);
    const client = (client: number) => ({ client, address: "127.0.0.1", port: "<port>" });
    assertEquals(steady(events), [
      { event: "listening", address: "127.0.0.1", port: "<port>" },
      { event: "connected", ...client(1) },
      { event: "closed", ...client(1), bytesRead: 5, bytesWritten: 5, reason: "served" },
      { event: "connected", ...client(2) },
      {
        event: "closed",
        ...client(2),
        bytesRead: 1,
        bytesWritten: 1,
        reason: "fault",
        error: "connection reset by the other side",
      },
      { event: "connected", ...client(3) },
      { event: "connected", ...client(4) },
      { event: "refused", address: "127.0.0.1", port: "<port>", reason: "max-per-address" },
      { event: "closed", ...client(3), bytesRead: 1, bytesWritten: 1, reason: "served" },
      { event: "closed", ...client(4), bytesRead: 1, bytesWritten: 1, reason: "served" },
      {
        event: "summary",
        clients: 4,
        refused: 1,
        faults: 1,
        bytesRead: 8,
        bytesWritten: 8,
        signal: "SIGTERM",
      },
    ]);
    for (const { time, durationMs } of events) {
      assertMatch(String(time), /^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-9:]{8}\.[0-9]{3}Z$/);
      assert(durationMs === undefined || (durationMs as number) >= 0);
    }
  },
});

Deno.test({
  name: "--json tells a failing accept() as an error",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const command = tcplab(
      "echo_server",
      "--json",
      "--forever",
      "--concurrent",
      "99",
      "--backlog",
      "60",
      "0",
    );
    await using server = start(["sh", "-c", 'ulimit -n 40; exec "$@"', "sh", ...command]);
    const [, port] = await server.printed(/"event":"listening".*"port":([0-9]+)/);
    const conns = await Promise.all(Array.from({ length: 40 }, () => connect(Number(port))));
    await server.printed(/"error".*"message":"Cannot accept a client: Too many open files"/);
    conns.forEach((conn) => conn.close());
  },
});

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test({
    name: `${signal} ends a waiting server at once, with a summary and exit code 0`,
    ignore: onWindows,
    async fn() {
      await using server = start(tcplab("echo_server", "0"));
      assertEquals(await talk(await server.port(), "x"), "x");
      await server.said(/Client 1 /);
      server.kill(signal);
      const { code, stderr, signal: killedBy } = await server.result();
      assertEquals([code, killedBy], [0, null]);
      assertMatch(
        stderr,
        new RegExp(`\n${signal}: no more clients; .*\nServed 1 client: 1 byte.*\n$`),
      );
    },
  });

  Deno.test({
    name: `${signal} lets a client finish, and takes no other`,
    ignore: onWindows,
    async fn() {
      await using server = start(tcplab("echo_server", "--grace", "20s", "0"));
      const port = await server.port();
      using conn = await connect(port);
      assertEquals(await echo(conn, "before"), "before");
      server.kill(signal);
      await server.said(/no more clients/);
      assertEquals(await echo(conn, "after"), "after");
      assertEquals(
        await connect(port).then(() => "connected", () => "refused"),
        "refused",
      );
      await conn.closeWrite();
      assertEquals((await server.result()).code, 0);
    },
  });

  Deno.test({
    name: `a second ${signal} ends a server at once with ${exitCode}`,
    ignore: onWindows,
    async fn() {
      await using server = start(tcplab("echo_server", "--grace", "25s", "0"));
      using conn = await connect(await server.port());
      assertEquals(await echo(conn, "x"), "x");
      server.kill(signal);
      await server.said(/no more clients/);
      server.kill(signal);
      assertEquals((await server.result()).code, exitCode);
    },
  });
}

Deno.test({
  name: "--grace ends the clients that do not finish: they get their replies and the end, no reset",
  ignore: onWindows,
  async fn() {
    await using server = start(tcplab("echo_server", "--grace", "100ms", "0"));
    using conn = await connect(await server.port());
    const text = "x".repeat(20_000);
    await send(conn, text);
    // The replies lie in this machine's buffers, unread, while the server ends.
    await server.printed("Connected client 1\n");
    assertEquals(await readText(conn, 1), "x");
    server.kill("SIGTERM");
    await server.said(/; the server stopped\n/);
    assertEquals((await server.result()).code, 0);
    assertEquals((await readAll(conn)).length, text.length - 1);
  },
});

Deno.test({ name: "a signal ends a hello server that waits", ignore: onWindows }, async () => {
  for (const name of ["hello_server", "hello_server_iterative"]) {
    await using server = start(tcplab(name, "0"));
    await server.port();
    server.kill("SIGTERM");
    const { code, stdout, stderr } = await server.result();
    assertEquals([code, stdout], [0, ""]);
    assertMatch(stderr, /Served 0 clients: /);
  }
});

Deno.test("--quiet leaves stdout and stderr empty, but for a port that nobody else could tell", async () => {
  // A server on "port 9190" gets any free one, as that may be taken.
  const netOf = (listening: (port: number) => void) => ({
    connect: Deno.connect,
    listen: (options: ListenOptions) => {
      const listener = Deno.listen({ ...options, port: 0 });
      listening(listener.addr.port);
      return listener;
    },
  });
  for (const program of [echoServer, helloServer]) {
    for (const asked of ["9190", "0"]) {
      const listening = Promise.withResolvers<number>();
      const args = ["--quiet", "--clients", "1", asked];
      await using server = new Serving(program, args, netOf(listening.resolve));
      const port = await listening.promise;
      await talk(port);
      const said = asked === "0" ? `Listening on 127.0.0.1:${port}\n` : "";
      assertEquals([await server.end(), server.stdout, server.stderr], [0, "", said]);
    }
  }
});
