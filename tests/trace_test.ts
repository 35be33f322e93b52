import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "jsr:@std/assert@1.0.19";
import { cutTextOfBytes } from "../src/cli/bytes.ts";
import { widthOf } from "../src/cli/columns.ts";
import { echoServer } from "../src/echo_server.ts";
import { writeAll } from "../src/framing.ts";
import { helloClient } from "../src/hello_client.ts";
import { helloServer } from "../src/hello_server.ts";
import { chopped } from "../src/net/chop.ts";
import { type Call, formatCall, traced } from "../src/net/trace.ts";
import { connect, echo, readAll, send, Serving, serving, talk } from "./server_support.ts";
import { relayTo } from "./relay_support.ts";
import { DENO, freePort, has, onTerminal, pathOf, runToEnd, start, tcplab } from "./support.ts";

/** The calls in a trace, with their arguments: `["socket()", "bind(127.0.0.1:0)", …]`. */
function callsIn(stderr: string): string[] {
  return [...stderr.matchAll(/^ *[0-9]+\.[0-9] ms {2}(.*)$/gm)].map(([, call]) => call);
}

/** Addresses of this run as `<server>` and `<client>`. */
function named(calls: string[], port: number): string[] {
  return calls.map((call) =>
    call.replaceAll(`127.0.0.1:${port}`, "<server>").replace(/127\.0\.0\.1:[0-9]+/g, "<client>")
  );
}

Deno.test("hello_server --trace shows the order of 4.2.1: socket, bind, listen, accept, write, close", async () => {
  await using server = start(tcplab("hello_server", "--trace", "0"));
  const port = await server.port();
  assertEquals(await talk(port), "Hello World!");
  const { stderr, code } = await server.result();
  assertEquals(code, 0);
  assertEquals(named(callsIn(stderr), port), [
    "socket()",
    "bind(<server>)",
    "listen(backlog 5)",
    "accept() waits",
    "accept() = <client>",
    "write(<client>, 12 bytes) = 12 bytes",
    "shutdown(<client>, write)",
    "read(<client>) = 0, end of stream",
    "close(<client>)",
    "close(<server>)",
  ]);
});

Deno.test("echo_server --trace shows 4.3.1: read, write, close, and accept again, in turn", async () => {
  await using server = start(tcplab("echo_server", "--trace", "--clients", "2", "0"));
  const port = await server.port();
  using first = await connect(port);
  assertEquals(await echo(first, "1"), "1");
  // It stands in the queue, and no accept() is called for it yet.
  using second = await connect(port);
  await send(second, "22");
  assertEquals(await echo(first, "1"), "1");
  await first.closeWrite();
  await second.closeWrite();
  const { stderr } = await server.result();
  const echoes = (text: string) => [
    `read(<client>) = ${text}`,
    `write(<client>, ${text}) = ${text}`,
  ];
  assertEquals(named(callsIn(stderr), port), [
    "socket()",
    "bind(<server>)",
    "listen(backlog 5)",
    "accept() waits",
    "accept() = <client>",
    ...echoes("1 byte"),
    ...echoes("1 byte"),
    "read(<client>) = 0, end of stream",
    "close(<client>)",
    "accept() waits",
    "accept() = <client>",
    ...echoes("2 bytes"),
    "read(<client>) = 0, end of stream",
    "close(<client>)",
    "close(<server>)",
  ]);
});

Deno.test("hello_client --trace shows the order of 4.2.5: socket, connect, read, close", async () => {
  await using server = start(tcplab("hello_server", "0"));
  const port = await server.port();
  const { stderr } = await runToEnd(tcplab("hello_client", "--trace", "127.0.0.1", `${port}`));
  const calls = named(callsIn(stderr), port);
  // bind() is not called: the client's address comes with connect().
  assertEquals(calls[0], "socket()");
  assertEquals(calls[1], "connect(<server>) = from <client>");
  const reads = calls.slice(2, -1);
  assert(reads.length >= 2 && reads.every((call) => call.startsWith("read(<client>) = ")));
  assertEquals(reads.at(-1), "read(<client>) = 0, end of stream");
  assertEquals(calls.at(-1), "close(<client>)");
});

Deno.test("4.2.7: connect() succeeds after listen() alone, and accept() waits for connect()", async () => {
  const calls: string[] = [];
  const net = traced(Deno, (call) => calls.push(formatCall(call)));
  // Before listen() a client is refused.
  const port = freePort();
  await assertRejects(
    () => net.connect({ hostname: "127.0.0.1", port }),
    Deno.errors.ConnectionRefused,
  );
  // After it, connect() returns although nobody has called accept().
  const listener = net.listen({ hostname: "127.0.0.1", port, tcpBacklog: 5 });
  const early = await net.connect({ hostname: "127.0.0.1", port });
  const accepted = await listener.accept();
  // The server may call accept() first: then that waits.
  const waiting = listener.accept();
  const late = await net.connect({ hostname: "127.0.0.1", port });
  for (const conn of [early, accepted, late, await waiting]) conn.close();
  listener.close();
  assertEquals(named(calls, port).slice(0, 11), [
    "socket()",
    "connect(<server>) = ConnectionRefused",
    "socket()",
    "bind(<server>)",
    "listen(backlog 5)",
    "socket()",
    "connect(<server>) = from <client>",
    "accept() waits",
    "accept() = <client>",
    "accept() waits",
    "socket()",
  ]);
  // Which of the two hears of it first, nobody can tell.
  assertEquals(named(calls, port).slice(11, 13).sort(), [
    "accept() = <client>",
    "connect(<server>) = from <client>",
  ]);
});

Deno.test("server and client of one trace are in the order of 4.2.7", async () => {
  const calls: Call[] = [];
  const net = traced(Deno, (call) => calls.push(call));
  await using server = await serving(helloServer, [], net);
  await using client = new Serving(helloClient, ["127.0.0.1", String(server.port)], net);
  assertEquals(await client.end(), 0);
  assertEquals(await server.end(), 0);
  const at = (name: string) => calls.findIndex((call) => call.name === name);
  assert(at("listen") < at("connect"));
  assert(at("connect") < at("read") && at("write") < calls.findLastIndex((c) => c.name === "read"));
  for (let i = 1; i < calls.length; i++) assert(calls[i - 1].atUs <= calls[i].atUs);
});

Deno.test("a call that fails is told with its error", async () => {
  const calls: Call[] = [];
  const net = traced(Deno, (call) => calls.push(call));
  const listener = net.listen({ hostname: "127.0.0.1", port: 0 });
  assertThrows(() => net.listen({ hostname: "127.0.0.1", port: listener.addr.port }));
  assertEquals(calls.slice(-2).map(({ name, result }) => [name, result]), [
    ["socket", ""],
    ["bind", "AddrInUse"],
  ]);
  const client = await net.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const conn = await listener.accept();
  await conn.closeWrite();
  // Windows has no class for it: a plain Error with this code.
  const broken = Deno.build.os === "windows" ? "EPIPE" : "BrokenPipe";
  await assertRejects(() => conn.write(new Uint8Array(5)));
  const peer = `127.0.0.1:${conn.remoteAddr.port}`;
  const { name, args, result, bytes, peer: told } = calls.at(-1)!;
  assertEquals([name, args, result, bytes, told], ["write", "5 bytes", broken, 0, peer]);
  client.close();
  conn.close();
  listener.close();
});

Deno.test("a read() and an accept() that our own close() ends are not told", async () => {
  const calls: string[] = [];
  const net = traced(Deno, (call) => calls.push(call.name));
  const listener = net.listen({ hostname: "127.0.0.1", port: 0 });
  using _client = await connect(listener.addr.port);
  const conn = await listener.accept();
  const reading = conn.read(new Uint8Array(1)).catch(() => {});
  const accepting = listener.accept().catch(() => {});
  conn.close();
  listener.close();
  await reading;
  await accepting;
  assertEquals(calls.slice(-3), ["accept", "close", "close"]);
});

Deno.test("--trace tells byte counts and both addresses, and leaves stdout alone", async () => {
  await using server = await serving(echoServer, ["--trace", "--clients", "1"]);
  const text = "x".repeat(1500);
  assertEquals(await talk(server.port, text), text);
  assertEquals(await server.end(), 0);
  assertEquals(server.stdout, "Connected client 1\n");
  const calls = callsIn(server.stderr);
  const sum = (name: string) =>
    calls.reduce(
      (sum, call) => sum + Number(call.match(`^${name}\\(.*\\) = ([0-9]+) byte`)?.[1] ?? 0),
      0,
    );
  assertEquals([sum("read"), sum("write")], [1500, 1500]);
});

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.()]/g, "\\$&"));
}

Deno.test("every call on a connection names it by its client, on both sides alike", async () => {
  await using server = await serving(echoServer, ["--trace", "--concurrent", "3", "--forever"]);
  using first = await connect(server.port);
  using second = await connect(server.port);
  const nameOf = ({ localAddr }: Deno.TcpConn) => `127.0.0.1:${localAddr.port}`;
  for (const conn of [second, first]) await echo(conn, "hello");
  await server.said(literally(`write(${nameOf(first)}, 5 bytes) = 5 bytes`));
  const moved = callsIn(server.stderr).filter((call) => /^(read|write)/.test(call));
  assertEquals(
    moved,
    [second, first].flatMap((conn) => [
      `read(${nameOf(conn)}) = 5 bytes`,
      `write(${nameOf(conn)}, 5 bytes) = 5 bytes`,
    ]),
  );
  // The client names it so, too.
  const calls: Call[] = [];
  const net = traced(Deno, (call) => calls.push(call));
  const third = await net.connect({ hostname: "127.0.0.1", port: server.port });
  await writeAll(third, new Uint8Array(1));
  third.close();
  const name = `127.0.0.1:${third.localAddr.port}`;
  assertEquals(calls.map(({ on }) => on), ["", "", name, name]);
  await server.said(literally(`close(${name})`));
});

/** Text of two languages, bytes that are none, what acts on a terminal, and a backslash. */
const MIXED = new TextEncoder().encode("a\\b\tä中文\x1b[2J\u202e\n\0").with(1, 0xff);

Deno.test("of a write that takes less than it was given, what it took is shown", async () => {
  const moved: string[] = [];
  const decoder = new TextDecoder();
  const net = traced(chopped(Deno, 3), (_, bytes) => moved.push(decoder.decode(bytes)));
  await using server = await serving(echoServer);
  const conn = await net.connect({ hostname: "127.0.0.1", port: server.port });
  await writeAll(conn, new TextEncoder().encode("hello"));
  conn.close();
  assertEquals(moved.filter((text) => text !== ""), ["hel", "lo"]);
});

Deno.test("--trace=bytes shows what was read and written as the relay shows it", async () => {
  await using server = await serving(echoServer, ["--trace=bytes", "--forever"]);
  await using it = await relayTo(server.port);
  using conn = await connect(it.port);
  await writeAll(conn, MIXED);
  await conn.closeWrite();
  assertEquals((await readAll(conn)).length, MIXED.length);
  const [, bytes] = await it.said(/#1 {3}──▶ +[0-9]+ {2}(.*)\n/);
  assertEquals(bytes, "a\\xffb\\tä中文\\x1b[2J\\u202e\\n\\0");
  const [, read] = await server.said(/ read\(.*\) = [0-9]+ bytes {2}(.*)\n/);
  const [, written] = await server.said(/ write\(.*\) = [0-9]+ bytes {2}(.*)\n/);
  assertEquals([read, written], [bytes, bytes]);
  await server.said(/ read\(.*\) = 0, end of stream\n/); // and nothing behind it
});

Deno.test({
  name: "on a terminal --trace=bytes cuts the bytes to its width, and colours them by direction",
  ignore: Deno.build.os !== "linux" || !has("script"),
  async fn() {
    await using server = await serving(echoServer, ["--forever"]);
    const client = tcplab("echo_client", "--trace=bytes", "127.0.0.1", String(server.port));
    // Not a person at it: the line comes from a pipe, and stderr is the terminal.
    const shownWith = async (noColor: string) => {
      const line = `stty cols 90; printf '%0300d\\n' 7 | NO_COLOR=${noColor} ${client.join(" ")}`;
      return (await runToEnd(onTerminal(["sh", "-c", line]))).stdout;
    };
    // deno-lint-ignore no-control-regex
    assert(!/\x1b\[3/.test(await shownWith("1")));
    const stdout = await shownWith("");
    const lines = stdout.split("\r\n").filter((line) => /(read|write)\(.*[1-9]/.test(line));
    const of = (name: string) => lines.find((line) => line.includes(` ${name}(`))!;
    // deno-lint-ignore no-control-regex
    const plain = (line: string) => line.replace(/\x1b\[[0-9]+m/g, "");
    for (const [name, colour] of [["write", 36], ["read", 33]] as const) {
      assertMatch(of(name), new RegExp(`^\x1b\\[${colour}m.* bytes {2}0+…\x1b\\[0m$`));
      assertEquals(widthOf(plain(of(name))), 90);
    }
  },
});

Deno.test("bytes are cut where a character ends, and never show more than their room", () => {
  for (let width = 2; width < 40; width++) {
    const text = cutTextOfBytes(MIXED, width);
    assert(widthOf(text) <= width, text);
    if (text.endsWith("…")) assert(cutTextOfBytes(MIXED, 40).startsWith(text.slice(0, -1)), text);
  }
});

Deno.test({
  name: "the threads of --workers name their clients and show bytes, too",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const program = [pathOf("src/echo_server.ts"), "--workers", "2", "--concurrent", "4"];
    const allowed = ["-N", `-R=${pathOf("src")},${pathOf("node_modules")}`];
    await using server = start(
      [DENO, "run", ...allowed, ...program, "--trace=bytes", "--forever", "0"],
    );
    const port = await server.port();
    const conns = await Promise.all(Array.from({ length: 4 }, () => connect(port)));
    for (const [i, conn] of conns.entries()) {
      await echo(conn, `client ${i}\n`);
      const name = `127.0.0.1:${conn.localAddr.port}`;
      await server.said(`read(${name}) = 9 bytes  client ${i}\\n\n`);
      await server.said(`write(${name}, 9 bytes) = 9 bytes  client ${i}\\n\n`);
      conn.close();
    }
    server.kill("SIGTERM");
    assertEquals((await server.result()).code, 0);
  },
});
