import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { runInside } from "./client_support.ts";
import {
  compile,
  connect,
  echo,
  file,
  patiently,
  PYTHON,
  readAll,
  Serving,
  serving,
  talk,
} from "./server_support.ts";
import { has, runToEnd, start, tcplab } from "./support.ts";

const TRANSCRIPT = "Connected client 1\nConnected client 2\nConnected client 3\n" +
  "Connected client 4\nConnected client 5\n";

for (
  const [how, command] of [
    ["a file of its own", file("echo_server", "0")],
    ["a program of main.ts", tcplab("echo_server", "0")],
    ["echo-server, as it is typed as well,", tcplab("echo-server", "0")],
  ] as const
) {
  Deno.test(`echo_server as ${how} serves five clients in the book's words and ends`, async () => {
    await using server = start(command);
    const port = await server.port();
    for (let i = 1; i <= 5; i++) assertEquals(await talk(port, `hello ${i}\n`), `hello ${i}\n`);
    const { code, stdout, stderr } = await server.result();
    assertEquals([code, stdout], [0, TRANSCRIPT]);
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines[0], `Listening on 127.0.0.1:${port}`);
    assertMatch(
      lines[5],
      /^Client 5 \(127\.0\.0\.1:[0-9]+\): 8 bytes read, 8 written, [0-9.]+ s; served to its end$/,
    );
    assertMatch(lines[6], /^Served 5 clients: 40 bytes read, 40 written, [0-9.]+ s$/);
    assertEquals(lines.length, 7);
    await assertRejects(() => connect(port), Deno.errors.ConnectionRefused);
  });
}

Deno.test("--clients 2 ends echo_server after two clients", async () => {
  await using server = await serving(echoServer, ["--clients", "2"]);
  for (let i = 0; i < 2; i++) assertEquals(await talk(server.port, "x"), "x");
  assertEquals(await server.end(), 0);
});

Deno.test("--forever serves more than the book's five clients", async () => {
  await using server = await serving(echoServer, ["--forever"]);
  for (let i = 0; i < 12; i++) assertEquals(await talk(server.port, `${i}`), `${i}`);
  assertMatch(server.stdout, /Connected client 12\n$/);
});

Deno.test("--concurrent 3 serves three clients at a time", async () => {
  await using server = await serving(echoServer, ["--concurrent", "3"]);
  using a = await connect(server.port);
  using b = await connect(server.port);
  using c = await connect(server.port);
  for (const conn of [c, b, a, b, c]) assertEquals(await echo(conn, "mine"), "mine");
  assertEquals(server.stdout, "Connected client 1\nConnected client 2\nConnected client 3\n");
});

Deno.test("without --concurrent the second client is announced when the first one has closed", async () => {
  await using server = await serving(echoServer);
  using first = await connect(server.port);
  assertEquals(await echo(first, "1"), "1");
  using second = await connect(server.port);
  for (let i = 0; i < 20; i++) await echo(first, "1");
  assertEquals(server.stdout, "Connected client 1\n");
  await first.closeWrite();
  assertEquals(await echo(second, "2"), "2");
  assertEquals(server.stdout, "Connected client 1\nConnected client 2\n");
});

for (const host of ["127.0.0.1", "127.0.0.2", "0.0.0.0", "localhost"]) {
  Deno.test(`--host ${host} listens there`, async () => {
    await using server = await serving(echoServer, ["--host", host]);
    const at = host === "0.0.0.0" ? "127.0.0.3" : host;
    assertEquals(await talk(server.port, "here", at), "here");
    if (host === "127.0.0.2") {
      await assertRejects(() => connect(server.port), Deno.errors.ConnectionRefused);
    }
  });
}

Deno.test("--host :: listens for IPv6 and says so in brackets; ::1 finds it", async () => {
  for (const host of ["::", "::1"]) {
    await using server = await serving(echoServer, ["--host", host]);
    assertEquals(await talk(server.port, "six", "::1"), "six");
    assertMatch(server.stderr, new RegExp(`^Listening on \\[${host}\\]:${server.port}\n`));
    await server.said(/Client 1 \(\[::1\]:[0-9]+\): 3 bytes read/);
  }
});

const honoursBacklog = !/^2\.[0-4]\./.test(Deno.version.deno);

Deno.test({
  name:
    "--backlog 2 lets four clients connect while nobody is accepted further (Linux, Deno 2.5 on)",
  ignore: Deno.build.os !== "linux" || !honoursBacklog,
  async fn() {
    // One is accepted, and the queue of Linux holds one more than it was told.
    await using server = await serving(echoServer, ["--backlog", "2"]);
    const conns = [];
    for (let i = 0; i < 4; i++) conns.push(await patiently(connect(server.port), "connect()"));
    assertEquals(await echo(conns[0], "first"), "first");
    // The next one is not answered until there is room.
    let connected = false;
    const late = connect(server.port).then((conn) => (connected = true, conn));
    for (let i = 0; i < 50; i++) await echo(conns[0], "first");
    assertEquals(connected, false);
    conns.forEach((conn) => conn.close());
    conns.push(await patiently(late, "room in the queue"));
    assertEquals(await echo(conns[4], "late"), "late");
    conns[4].close();
  },
});

Deno.test({
  name: "--backlog on a Deno that ignores it is said to be ignored (before 2.5)",
  ignore: honoursBacklog,
  async fn() {
    await using server = await serving(echoServer, ["--backlog", "2"]);
    assertMatch(server.stderr, /^Deno 2\.[0-4]\.[0-9]+ ignores --backlog and takes 128; /);
    await using plain = await serving(echoServer);
    assertMatch(plain.stderr, /^Listening on /);
  },
});

Deno.test("echo_server started again at once takes the same port", async () => {
  await using first = await serving(echoServer, ["--grace", "10ms"]);
  const { port } = first;
  {
    // The server closes first: the port stays in TIME-WAIT.
    using conn = await connect(port);
    assertEquals(await echo(conn, "x"), "x");
    first.stop();
    await readAll(conn);
  }
  assertEquals(await first.end(), 0);
  await using again = new Serving(echoServer, [String(port)]);
  await again.said(new RegExp(`^Listening on 127\\.0\\.0\\.1:${port}\n`));
});

Deno.test("every byte comes back as it was, in any order and number", async () => {
  await using server = await serving(echoServer);
  using conn = await connect(server.port);
  const all = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7) % 256 ^ (i >> 12) % 256);
  const sending = (async () => {
    for (let rest = all; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
    await conn.closeWrite();
  })();
  const back = await readAll(conn);
  await sending;
  assertEquals(back.length, all.length);
  assert(back.every((byte, i) => byte === all[i]));
});

Deno.test("--quiet prints nothing while all goes well", async () => {
  await using server = start(tcplab("echo_server", "--quiet", "--json", "--clients", "1", "0"));
  const [, port] = await server.printed(/"port":([0-9]+)/);
  assertEquals(await talk(Number(port), "x"), "x");
  assertEquals((await server.result()).stderr, "");
});

Deno.test("a second server on the same port says what is wrong and the way out, exit 1", async () => {
  await using server = await serving(echoServer);
  const { code, stdout, stderr } = await runToEnd(tcplab("echo_server", `${server.port}`));
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `echo_server: Cannot bind 127.0.0.1:${server.port}: address already in use\n` +
      "  Another program listens there. Give another port, or 0 to take any free one.\n",
  );
});

Deno.test("an address of another machine cannot be bound: exit 1", async () => {
  const { code, stderr } = await runToEnd(tcplab("echo_server", "--host", "192.0.2.1", "0"));
  assertEquals(code, 1);
  assertMatch(stderr, /^echo_server: Cannot bind 192\.0\.2\.1:0: address not available\n {2}/);
});

Deno.test("a closed stdout ends echo_server quietly", async () => {
  const command = tcplab("echo_server", "--forever", "0");
  await using server = start(command, { closeStdout: true });
  const port = await server.port();
  // The first announcement finds the pipe closed.
  await talk(port, "x").catch(() => {});
  const { stderr } = await server.result();
  assertMatch(stderr, /^Listening on [^\n]*\n(Client 1 [^\n]*\n)?$/);
});

// The book's mistakes: see the list in shared design, "What the book's listings get wrong".

Deno.test("wrong usage names the program, not argv[1]: exit 2", async () => {
  const { code, stdout, stderr } = await runInside(echoServer, []);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    "echo_server: Missing argument <port>\nUsage: echo_server [options] <port>\n",
  );
});

Deno.test("what atoi() takes for a port is refused: exit 2, and nothing is started", async () => {
  const net = { listen: () => assert(false), connect: () => assert(false) };
  for (const port of ["abc", "80x", "-1", "65536", "1.5", "", "0x10", " 80", "1e3"]) {
    await using refused = new Serving(echoServer, ["--", port], net as never);
    assertEquals(await refused.end(), 2, port);
    assertMatch(refused.stderr, /^echo_server: Cannot use port ".*\nUsage: echo_server /);
  }
});

Deno.test("values of options out of range are refused: exit 2, and nothing is started", async () => {
  const net = { listen: () => assert(false), connect: () => assert(false) };
  for (
    const args of [
      ["--clients", "0"],
      ["--concurrent", "0"],
      ["--backlog", "0"],
      ["--backlog", "65536"],
      ["--max-per-address", "x"],
      ["--idle-timeout", "30"],
      ["--max-duration", "-1s"],
      ["--grace", "forever"],
      ["--allow", "10.0.0.0/33"],
      ["--allow", "here"],
      ["--forever", "--clients", "3"],
      ["--backlgo", "5"],
    ]
  ) {
    await using refused = new Serving(echoServer, [...args, "0"], net as never);
    assertEquals(await refused.end(), 2, args.join(" "));
    assertMatch(
      refused.stderr,
      /^echo_server: (Cannot use|Unknown option) .*\nUsage: echo_server /,
    );
  }
});

Deno.test("the announcement is the client's number, not a format", async () => {
  await using server = await serving(echoServer, ["--clients", "1"]);
  await talk(server.port, "%d %s %n\n");
  assertEquals(await server.end(), 0);
  assertEquals(server.stdout, "Connected client 1\n");
});

// Peers of other makes.

Deno.test({ name: "nc gets its echo", ignore: !has("nc") }, async () => {
  await using server = await serving(echoServer);
  const { stdout, code } = await runToEnd(["nc", "-N", "127.0.0.1", String(server.port)], {
    input: "from nc\nsecond line\n",
  });
  assertEquals([stdout, code], ["from nc\nsecond line\n", 0]);
});

Deno.test({ name: "socat gets its echo", ignore: !has("socat") }, async () => {
  await using server = await serving(echoServer);
  const { stdout, code } = await runToEnd(["socat", "-", `TCP:127.0.0.1:${server.port}`], {
    input: "from socat\n",
  });
  assertEquals([stdout, code], ["from socat\n", 0]);
});

Deno.test({ name: "a Python client gets its echo", ignore: !has("python3") }, async () => {
  await using server = await serving(echoServer);
  const script = `
import socket
with socket.create_connection(("127.0.0.1", ${server.port})) as sock:
    sock.sendall(b"from Python \\x00\\xff")
    sock.shutdown(socket.SHUT_WR)
    print(sock.makefile("rb").read())`;
  const { stdout } = await runToEnd([PYTHON, "-c", script]);
  assertEquals(stdout, "b'from Python \\x00\\xff'\n");
});

Deno.test(
  { name: "a C client in the chapter's manner gets its echo", ignore: !has("gcc") },
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const client = await compile("talk", folder);
      await using server = await serving(echoServer, ["--clients", "2"]);
      for (const text of ["from C\n", "x".repeat(100_000)]) {
        const { stdout, code } = await runToEnd([client, String(server.port), text]);
        assertEquals([stdout, code], [text, 0]);
      }
      assertEquals(await server.end(), 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
