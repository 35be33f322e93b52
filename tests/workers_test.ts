// --workers: one server in several threads. Linux alone has it.

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { connect, echo, talk } from "./server_support.ts";
import { DENO, pathOf, ROOT, runToEnd, start } from "./support.ts";

const ignore = Deno.build.os !== "linux"; // elsewhere it is refused

/** echo_server with what --workers needs. */
function inThreads(...args: string[]): [string, ...string[]] {
  const allowed = ["-N", `-R=${pathOf("src")}`];
  return [DENO, "run", ...allowed, pathOf("src/echo_server.ts"), "--workers", "3", ...args];
}

Deno.test({
  name: "three threads count their clients as one server, and end with the last of them",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--backlog", "64", "--concurrent", "90", "--clients", "40", "0"),
    );
    const port = await server.port();
    // Thirty at a time: the system deals them out unevenly, but there is room.
    const conns = await Promise.all(Array.from({ length: 30 }, () => connect(port)));
    const replies = await Promise.all(conns.map((conn, i) => echo(conn, `client ${i}`)));
    assertEquals(replies, conns.map((_, i) => `client ${i}`));
    for (const conn of conns) conn.close();
    for (let i = 0; i < 10; i++) assertEquals(await talk(port, `late ${i}`), `late ${i}`);
    const { code, stdout, stderr } = await server.result();
    assertEquals(code, 0);
    const numbers = stdout.match(/[0-9]+/g)!.map(Number).toSorted((a, b) => a - b);
    assertEquals(numbers, Array.from({ length: 40 }, (_, i) => i + 1));
    assertEquals(stderr.match(/^Listening on/gm)?.length, 1);
    assertMatch(stderr, /\nServed 40 clients: 320 bytes read, 320 written, [0-9.]+ s\n$/);
  },
});

Deno.test({
  name: "a signal stops all threads, and who is being served may finish",
  ignore,
  async fn() {
    await using server = start(inThreads("--concurrent", "30", "--forever", "--json", "0"));
    await server.printed(/"listening".*\n/);
    const port = Number(server.stdout.match(/"port":([0-9]+)/)![1]);
    const conns = await Promise.all(Array.from({ length: 9 }, () => connect(port)));
    for (const conn of conns) await echo(conn, "hello");
    server.kill("SIGTERM");
    // No thread listens any more, and all still answer.
    for (let refused = false; !refused;) {
      refused = await connect(port).then((conn) => (conn.close(), false), () => true);
    }
    for (const conn of conns) assertEquals(await echo(conn, "again"), "again");
    for (const conn of conns) conn.close();
    const { code, stdout } = await server.result();
    assertEquals(code, 0);
    const { durationMs, time, clients, refused, ...summary } = JSON.parse(
      stdout.trimEnd().split("\n").at(-1)!,
    );
    assert(durationMs > 0 && time !== undefined && refused === 0);
    // Somebody who asked whether it still listens may have been served.
    assert(clients >= 9, `${clients} clients`);
    assertEquals(summary, {
      event: "summary",
      faults: 0,
      bytesRead: 90,
      bytesWritten: 90,
      signal: "SIGTERM",
    });
  },
});

Deno.test({
  name: "threads share what --grace allows: a client that stays is hung up on, and all end",
  ignore,
  async fn() {
    await using server = start(
      inThreads("--concurrent", "30", "--forever", "--grace", "100ms", "0"),
    );
    const conns = await Promise.all(
      Array.from({ length: 6 }, async () => connect(await server.port())),
    );
    for (const conn of conns) await echo(conn, "hello");
    server.kill("SIGINT");
    for (const conn of conns) {
      assertEquals(await conn.read(new Uint8Array(1)), null);
      conn.close();
    }
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertEquals(stderr.match(/; the server stopped\n/g)?.length, 6);
    assertMatch(stderr, /\nServed 6 clients: 30 bytes read, 30 written, [0-9.]+ s\n$/);
  },
});

Deno.test({
  name: "a port that is taken is refused once, with the way out",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const { code, stderr } = await runToEnd(inThreads("--concurrent", "3", `${port}`));
    assertEquals(code, 1);
    assertEquals(
      stderr,
      `echo_server: Cannot bind 127.0.0.1:${port}: address already in use\n` +
        "  Another program listens there. Give another port, or 0 to take any free one.\n",
    );
  },
});

Deno.test("without what it needs, --workers is refused with a word on how to get it", async () => {
  const args = [pathOf("src/echo_server.ts"), "--workers", "2", "--concurrent", "2", "0"];
  // As from a URL: without the deno.json of the checkout, which turns it on.
  const { imports } = JSON.parse(await Deno.readTextFile(pathOf("deno.json")));
  const map = `--import-map=data:application/json,${
    encodeURIComponent(JSON.stringify({ imports }))
  }`;
  const without = await runToEnd([DENO, "run", "--no-config", map, "-N", ...args]);
  assertEquals(without.code, 1);
  if (ignore) return assertMatch(without.stderr, /Cannot use --workers: only Linux/);
  assertMatch(without.stderr, /Cannot use --workers.*share a port\n.*--unstable-net\.\n$/);
  const unread = await runToEnd([DENO, "run", "-N", ...args]);
  assertEquals(unread.code, 1);
  assertMatch(unread.stderr, /Cannot use --workers.*read the code.*\n.*--allow-read/);
  const few = await runToEnd(inThreads("--concurrent", "2", "0"));
  assertEquals(few.code, 2);
  assertMatch(few.stderr, /Cannot use --workers 3 with --concurrent 2/);
});

Deno.test({
  name: "threads start from a URL too",
  ignore,
  async fn() {
    await using sources = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const path = new URL(request.url).pathname;
        const headers = { "content-type": "text/typescript" };
        return new Response(await Deno.readFile(new URL(`.${path}`, ROOT)), { headers });
      },
    );
    const url = `http://127.0.0.1:${sources.addr.port}`;
    const allowed = ["-N", `--allow-import=127.0.0.1:${sources.addr.port}`, "--unstable-net"];
    await using server = start([
      DENO,
      "run",
      ...allowed,
      "--config",
      pathOf("deno.json"),
      "--no-lock",
      ...[`${url}/src/echo_server.ts`, "--workers", "2", "--concurrent", "2", "--clients", "1"],
      "0",
    ]);
    assertEquals(await talk(await server.port(), "hello"), "hello");
    assertEquals((await server.result()).code, 0);
  },
});
