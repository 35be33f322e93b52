import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { helloServer } from "../src/hello_server.ts";
import { helloServerIterative } from "../src/hello_server_iterative.ts";
import { runInside } from "./client_support.ts";
import {
  compile,
  connect,
  file,
  patiently,
  PYTHON,
  python,
  readAll,
  readText,
  send,
  serving,
  talk,
} from "./server_support.ts";
import { has, runToEnd, start, tcplab } from "./support.ts";

const PROGRAMS = [["hello_server", helloServer], [
  "hello_server_iterative",
  helloServerIterative,
]] as const;

for (const command of [file("hello_server", "0"), tcplab("hello_server", "0")]) {
  Deno.test(`${command.at(-2)!.replace(/.*\//, "")} greets one client in the book's words and ends`, async () => {
    await using server = start(command);
    const port = await server.port();
    assertEquals(await talk(port), "Hello World!");
    const { code, stdout } = await server.result();
    assertEquals([code, stdout], [0, "New Client connected...\n"]);
    await assertRejects(() => connect(port), Deno.errors.ConnectionRefused);
  });
}

for (const command of [file("hello_server_iterative"), tcplab("hello_server_iterative")]) {
  Deno.test(`${command.at(-1)!.replace(/.*\//, "")} greets client after client and ends after --clients 3`, async () => {
    await using server = start([...command, "--clients", "3", "0"]);
    const port = await server.port();
    for (let i = 0; i < 3; i++) assertEquals(await talk(port), "Hello World!");
    const { code, stdout } = await server.result();
    assertEquals([code, stdout], [0, "New Client connected...\n".repeat(3)]);
  });
}

Deno.test("hello_server_iterative has no end of its own", async () => {
  await using server = await serving(helloServerIterative);
  for (let i = 0; i < 20; i++) assertEquals(await talk(server.port), "Hello World!");
});

Deno.test("hello_client prints the greeting of hello_server, and both end", async () => {
  await using server = start(tcplab("hello_server", "0"));
  const port = await server.port();
  const client = await runToEnd(tcplab("hello_client", "127.0.0.1", String(port)));
  assertEquals(client, {
    code: 0,
    signal: null,
    stdout: "Message from server: Hello World! \n",
    stderr: "",
  });
  const ended = await server.result();
  assertEquals([ended.code, ended.stdout], [0, "New Client connected...\n"]);
});

for (const [name, program] of PROGRAMS) {
  Deno.test(`a client of ${name} that has sent something gets the greeting, not a reset`, async () => {
    // The book's close() with bytes unread would reset it.
    await using server = await serving(program, ["--clients", "1"]);
    using conn = await connect(server.port);
    await send(conn, "GET / HTTP/1.0\r\n\r\n");
    assertEquals(await readText(conn, 12), "Hello World!");
    await conn.closeWrite();
    assertEquals((await readAll(conn)).length, 0);
    assertEquals(await server.end(), 0);
    assertMatch(server.stderr, /: 18 bytes read, 12 written, /);
  });

  Deno.test(`a client of ${name} that never closes is left behind after a second`, async () => {
    await using server = await serving(program, ["--clients", "1"]);
    using conn = await connect(server.port);
    assertEquals(await server.end(), 0);
    assertEquals(await readText(conn, 12), "Hello World!");
    assertEquals(await patiently(conn.read(new Uint8Array(1)), "the end"), null);
  });

  Deno.test({
    name: `a client of ${name} that resets before its greeting is no end of the server`,
    ignore: !has("python3"),
    async fn() {
      await using server = await serving(program, ["--forever"]);
      const reset = await runToEnd(python("reset.py", server.port, "before-accept", 3));
      assertEquals(reset.code, 0, reset.stderr);
      assertEquals(await talk(server.port), "Hello World!");
    },
  });

  Deno.test(
    { name: `nc, socat and a C client are greeted by ${name}`, ignore: !hasAll() },
    async () => {
      const folder = await Deno.makeTempDir();
      try {
        await using server = await serving(program, ["--forever"]);
        const { port } = server;
        const peers: [string, ...string[]][] = [
          ["nc", "-N", "127.0.0.1", `${port}`],
          ["socat", "-", `TCP:127.0.0.1:${port}`],
          [await compile("talk", folder), `${port}`, "unasked for"],
        ];
        for (const peer of peers) {
          const { stdout, code } = await runToEnd(peer);
          assertEquals([stdout, code], ["Hello World!", 0], peer[0]);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}

function hasAll(): boolean {
  return ["nc", "socat", "gcc"].every(has);
}

Deno.test({ name: "a Python client is greeted", ignore: !has("python3") }, async () => {
  await using server = await serving(helloServer);
  const script = `
import socket
with socket.create_connection(("127.0.0.1", ${server.port})) as sock:
    print(sock.makefile().read())`;
  assertEquals((await runToEnd([PYTHON, "-c", script])).stdout, "Hello World!\n");
  assertEquals(await server.end(), 0);
});

Deno.test("the queue of hello_server_iterative is served in order, one at a time", async () => {
  await using server = await serving(helloServerIterative);
  const conns = [];
  for (let i = 0; i < 5; i++) conns.push(await connect(server.port));
  for (const conn of conns) {
    assertEquals(await readText(conn, 12), "Hello World!");
    conn.close();
  }
});

Deno.test("wrong usage of a hello server names the program: exit 2", async () => {
  for (const [name] of PROGRAMS) {
    const { code, stdout, stderr } = await runInside(main, [name, "1", "2"]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `${name}: Unexpected argument "2"\nUsage: ${name} [options] <port>\n`);
  }
});
