import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { allowList } from "../src/cli/allow.ts";
import { UsageError } from "../src/cli/failure.ts";
import { echoServer } from "../src/echo_server.ts";
import { helloServerIterative } from "../src/hello_server_iterative.ts";
import {
  connect,
  echo,
  patiently,
  PYTHON,
  python,
  readAll,
  send,
  serving,
  talk,
} from "./server_support.ts";
import { DENO, has, ROOT, runToEnd, start, tcplab } from "./support.ts";

const FOREVER = ["--forever", "--concurrent", "100"];

Deno.test("--idle-timeout hangs up on a client that is silent, and on no other", async () => {
  await using server = await serving(echoServer, [...FOREVER, "--idle-timeout", "1s"]);
  const startedMs = performance.now();
  using silent = await connect(server.port);
  using talking = await connect(server.port);
  let lasted = 0;
  const ended = readAll(silent).then((bytes) => {
    lasted = performance.now() - startedMs;
    return bytes.length;
  });
  while (lasted === 0) {
    assertEquals(await echo(talking, "still here"), "still here");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals(await ended, 0); // FIN, not a reset
  assert(lasted > 950, `${lasted} ms`);
  assertEquals(await echo(talking, "still here"), "still here");
  await silent.closeWrite();
  await server.said(/Client 1 \(.*: 0 bytes read, 0 written, .*; idle for too long\n/);
});

Deno.test({
  name: "--idle-timeout hangs up on a client that takes nothing (needs python3)",
  ignore: !has("python3"),
  async fn() {
    await using server = await serving(echoServer, [...FOREVER, "--idle-timeout", "200ms"]);
    await using _client = start(python("flood.py", server.port, 200_000_000));
    await server.said(/Client 1 \(.*; idle for too long\n/);
  },
});

Deno.test({
  name: "ten clients that take nothing leave no descriptor when they are hung up on " +
    "(Deno 2.9.5 on: before, close() ends no write(); Linux, python3)",
  ignore: !closeEndsWrite(Deno.version.deno) || Deno.build.os !== "linux" || !has("python3"),
  async fn() {
    await using server = start(
      tcplab("echo_server", ...FOREVER, "--idle-timeout", "200ms", "0"),
    );
    const port = await server.port();
    const sockets = () =>
      [...Deno.readDirSync(`/proc/${server.pid}/fd`)]
        .filter(({ name }) => linkOf(`/proc/${server.pid}/fd/${name}`).startsWith("socket:"))
        .length;
    const before = sockets();
    const clients = Array(10).keys().map(() => start(python("flood.py", port, 200_000_000)));
    await using all = new AsyncDisposableStack();
    for (const client of clients) all.use(client);
    await server.said(/(; idle for too long\n[^]*){10}/);
    for (let i = 0; sockets() !== before; i++) {
      assert(i < 1000, `${sockets()} sockets instead of ${before}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },
});

/** What a link in /proc names; nothing, if it is gone by now. */
function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

function closeEndsWrite(version: string): boolean {
  const [major, minor, patch] = version.split(".").map(Number);
  return major > 2 || minor > 9 || minor === 9 && patch >= 5;
}

Deno.test("--idle-timeout frees the iterative server from a client that sends nothing", async () => {
  await using server = await serving(echoServer, ["--idle-timeout", "1s"]);
  using _silent = await connect(server.port);
  assertEquals(await talk(server.port, "at last"), "at last");
});

Deno.test("--max-duration hangs up on a client that is busy all the time, with all its replies", async () => {
  await using server = await serving(echoServer, [...FOREVER, "--max-duration", "300ms"]);
  using conn = await connect(server.port);
  let echoes = 0;
  try {
    for (; echoes < 500_000; echoes++) assertEquals(await echo(conn, "busy"), "busy");
  } catch (error) {
    assertMatch(String(error), /The stream ended after ""/);
  }
  assert(echoes > 0);
  await conn.closeWrite();
  await server.said(/Client 1 \(.*; here for too long\n/);
});

Deno.test("--max-per-address refuses the third client of an address, and takes it when one has left", async () => {
  await using server = await serving(
    echoServer,
    [...FOREVER, "--host", "0.0.0.0", "--max-per-address", "2"],
  );
  using first = await connect(server.port);
  using second = await connect(server.port);
  assertEquals(await echo(first, "1"), "1");
  assertEquals(await echo(second, "2"), "2");
  using third = await connect(server.port);
  assertEquals((await readAll(third)).length, 0);
  await server.said(/Refused a client \(127\.0\.0\.1:[0-9]+\): too many from its address\n/);
  await first.closeWrite();
  await server.said(/Client 1 /);
  assertEquals(await talk(server.port, "now"), "now");
  // "Connected client" is not said of one that was refused.
  assertEquals(server.stdout, "Connected client 1\nConnected client 2\nConnected client 3\n");
  await second.closeWrite();
  await server.said(/Client 2 /);
  // The last one of its address has left, and is forgotten.
  for (let i = 0; i < 4; i++) assertEquals(await talk(server.port, "again"), "again");
});

Deno.test({
  name: "--max-per-address counts each address on its own (Linux: all of 127.0.0.0/8 is local)",
  ignore: Deno.build.os !== "linux" || !has("python3"),
  async fn() {
    await using server = await serving(echoServer, [...FOREVER, "--max-per-address", "1"]);
    using mine = await connect(server.port);
    assertEquals(await echo(mine, "mine"), "mine");
    assertEquals(await from("127.0.0.2", server.port), "b'hello'\n");
    assertEquals(await from("127.0.0.1", server.port), "b''\n");
  },
});

/** What an echo server sends to a client with this address. */
async function from(address: string, port: number): Promise<string> {
  const script = `
import socket
with socket.create_connection(("127.0.0.1", ${port}), source_address=("${address}", 0)) as sock:
    try:
        sock.sendall(b"hello")
        sock.shutdown(socket.SHUT_WR)
        print(sock.makefile("rb").read())
    except OSError: # the refusal may be a reset
        print(b"")`;
  await using client = start([PYTHON, "-c", script]);
  return (await client.result()).stdout;
}

Deno.test({
  name: "--allow 127.0.0.2 refuses 127.0.0.1 before a byte is read, and counts it apart (Linux)",
  ignore: Deno.build.os !== "linux" || !has("python3"),
  async fn() {
    await using server = await serving(echoServer, ["--clients", "1", "--allow", "127.0.0.2"]);
    for (let i = 0; i < 3; i++) assertEquals(await from("127.0.0.1", server.port), "b''\n");
    assertEquals(await from("127.0.0.2", server.port), "b'hello'\n");
    assertEquals(await server.end(), 0);
    assertMatch(server.stderr, /Served 1 client, 3 refused: 5 bytes read, 5 written, /);
    assertEquals(server.stdout, "Connected client 1\n");
  },
});

Deno.test("--allow may be given again, and judges IPv6 and IPv4-mapped clients too", async () => {
  await using dual = await serving(echoServer, ["--host", "::", "--allow", "127.0.0.0/8"]);
  // Windows keeps `::` to IPv6.
  const isDual = Deno.build.os !== "windows";
  if (isDual) assertEquals(await talk(dual.port, "mapped"), "mapped");
  await talk(dual.port, "six", "::1").then((text) => assertEquals(text, ""), () => {});
  await dual.said(/Refused a client \(\[::1\]:[0-9]+\): its address is not allowed\n/);
  await using both = await serving(
    echoServer,
    ["--host", "::", "--allow", "127.0.0.0/8", "--allow", "::1"],
  );
  assertEquals(await talk(both.port, "six", "::1"), "six");
  if (isDual) assertEquals(await talk(both.port, "four"), "four");
});

Deno.test("allowList() knows networks and addresses of both kinds", () => {
  const cases: [network: string, inside: string[], outside: string[]][] = [
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "::1"]],
    ["10.1.2.3/8", ["10.9.9.9"], ["9.255.255.255"]],
    ["192.168.1.128/25", ["192.168.1.128", "192.168.1.255"], ["192.168.1.127", "192.168.2.128"]],
    ["127.0.0.1", ["127.0.0.1", "::ffff:127.0.0.1"], ["127.0.0.2"]],
    ["0.0.0.0/0", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1", "2001:db8::1"]],
    ["::/0", ["::1", "2001:db8::1", "fe80::1"], ["1.2.3.4", "::ffff:1.2.3.4"]],
    ["fd00::/8", ["fd12::1", "fdff:ffff::"], ["fe00::1", "fc00::1"]],
    ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1"]],
    ["::ffff:10.0.0.0/104", ["10.1.1.1", "::ffff:10.1.1.1"], ["11.1.1.1", "::1"]],
    ["::ffff:10.0.0.1", ["10.0.0.1"], ["10.0.0.2"]],
  ];
  for (const [network, inside, outside] of cases) {
    const isAllowed = allowList([network]);
    for (const address of inside) assert(isAllowed(address), `${address} in ${network}`);
    for (const address of outside) assert(!isAllowed(address), `${address} not in ${network}`);
  }
});

Deno.test("allowList() refuses what is no network", () => {
  const texts = ["", "here", "10/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "010.0.0.0/8"];
  texts.push("0x7f.0.0.1", "127.1", "::1/129", "10.0.0.0/8/8", " 10.0.0.0/8", "::ffff:10.0.0.0/64");
  for (const text of texts) {
    let refused = false;
    try {
      allowList([text]);
    } catch (error) {
      refused = error instanceof UsageError;
    }
    assert(refused, text);
  }
});

Deno.test("the library of --allow is imported only when it is asked for", async () => {
  const { stdout } = await runToEnd([
    DENO,
    "info",
    "--json",
    new URL("src/echo_server.ts", ROOT).href, // `Z:\\…` it would take for a scheme
  ]);
  const { modules } = JSON.parse(stdout) as {
    modules: { specifier: string; dependencies?: { specifier: string; isDynamic?: boolean }[] }[];
  };
  const importers = modules.flatMap(({ specifier, dependencies = [] }) =>
    dependencies.filter((d) => d.specifier.endsWith("/allow.ts")).map((d) => [
      specifier.replace(/.*\/src\//, ""),
      d.isDynamic,
    ])
  );
  assert(importers.length > 0);
  for (const [importer, isDynamic] of importers) {
    assertEquals([importer, isDynamic], [importer, true]);
  }
});

Deno.test("limits hold for the hello servers too", async () => {
  await using server = await serving(helloServerIterative, ["--allow", "10.0.0.0/8"]);
  await talk(server.port).then((text) => assertEquals(text, ""), () => {});
  assertEquals(server.stdout, "");
});

Deno.test("a client that is refused after it has sent is not answered", async () => {
  await using server = await serving(echoServer, ["--allow", "::1"]);
  using conn = await connect(server.port);
  await send(conn, "hello").catch(() => {});
  const came = await patiently(readAll(conn).catch(() => new Uint8Array(0)), "the end");
  assertEquals(came.length, 0);
});
