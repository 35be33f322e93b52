/**
 * Faults that a server survives, each one really produced. The list in
 * .github/RELIABILITY.md names these tests.
 *
 * @module
 */

import { assert, assertEquals, assertLess, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import {
  connect,
  echo,
  patiently,
  python,
  readAll,
  readText,
  send,
  serving,
  talk,
} from "./server_support.ts";
import { startServer } from "./relay_in_front.ts";
import { has, type Running, runToEnd, start, tcplab } from "./support.ts";

const onLinux = Deno.build.os === "linux";
const canReset = has("python3"); // Deno cannot send a reset

/** An echo_server that stays, as a process of its own. */
function echoServerProcess(...options: string[]): Running {
  return startServer(tcplab("echo_server", "--forever", ...options, "0"));
}

/** Open descriptors of a process. Linux. */
function descriptors(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/** Its open descriptors without a client. Asked while one is there for certain: it may go late. */
async function descriptorsAlone(pid: number, port: number): Promise<number> {
  using conn = await connect(port);
  assertEquals(await echo(conn, "warm"), "warm");
  return descriptors(pid) - 1;
}

/** Resident memory of a process in bytes. Linux. */
function residentBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(status.match(/VmRSS:\s+([0-9]+) kB/)![1]) * 1024;
}

/** CPU time that a process has used, in seconds. Linux, 100 ticks a second. */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Waits until it holds. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert(i < 10_000, `Waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (
  const [when, what] of [
    ["idle", "while it is idle"],
    ["unread", "with bytes unread"],
    ["blocked", "while the server is blocked in a write (the book's dies of SIGPIPE)"],
  ]
) {
  Deno.test({
    name: `echo_server serves the next client after one that resets ${what}`,
    ignore: !canReset,
    async fn() {
      await using server = echoServerProcess();
      const port = await server.port();
      const reset = await runToEnd(python("reset.py", port, when, 1, server.pid));
      assertEquals([reset.code, reset.stderr], [0, ""]);
      assertEquals(await talk(port, "next"), "next");
      await server.said(/Client 1 \(.*; connection reset by the other side\n/);
      await server.said(/Client 2 \(.*: 4 bytes read, 4 written, .*; served to its end\n/);
    },
  });

  Deno.test({
    name: `echo_server survives fifty clients at once that reset ${what}`,
    ignore: !canReset,
    async fn() {
      await using server = echoServerProcess("--concurrent", "60", "--backlog", "60");
      const port = await server.port();
      using other = await connect(port);
      assertEquals(await echo(other, "before"), "before");
      const reset = await runToEnd(python("reset.py", port, when, 50, server.pid));
      assertEquals([reset.code, reset.stderr], [0, ""]);
      assertEquals(await echo(other, "after"), "after");
      const told = () => server.stderr.match(/; connection reset by the other side\n/g)?.length;
      await until(() => told() === 50, "fifty lines");
      assertEquals(await talk(port, "next"), "next");
    },
  });
}

Deno.test({
  name: "accept() that throws, because clients reset before it, does not end echo_server",
  // Behind a relay their turn may come before their resets do.
  ignore: !canReset || !onLinux || Deno.env.has("TCPLAB_RELAY"),
  async fn() {
    await using server = echoServerProcess();
    const port = await server.port();
    using first = await connect(port);
    assertEquals(await echo(first, "served"), "served");
    // These wait in the queue, and are gone when their turn comes.
    const reset = await runToEnd(python("reset.py", port, "before-accept", 4));
    assertEquals([reset.code, reset.stderr], [0, ""]);
    await first.closeWrite();
    await server.said("echo_server: Cannot accept a client: the other side was gone already\n");
    assertEquals(await talk(port, "next"), "next");
    assertEquals(server.stderr.match(/Cannot accept/g)?.length, 1);
  },
});

Deno.test("all bytes come back to a client that half-closes before, between and after its reading", async () => {
  const text = "x".repeat(500_000);
  await using server = await serving(echoServer, ["--forever"]);
  // At once, before the server has accepted it.
  using first = await connect(server.port);
  using early = await connect(server.port);
  await send(early, "early");
  await early.closeWrite();
  await first.closeWrite();
  assertEquals(new TextDecoder().decode(await readAll(early)), "early");
  // Without a byte sent.
  assertEquals(await talk(server.port, ""), "");
  // With the echo still under way.
  assertEquals(await talk(server.port, text), text);
  // After a part of the echo was read.
  using late = await connect(server.port);
  await send(late, text.slice(0, 1000));
  assertEquals(await readText(late, 500), text.slice(0, 500));
  await late.closeWrite();
  assertEquals((await readAll(late)).length, 500);
});

Deno.test({
  name: "a 200 MB sender that never reads costs no memory, and the others are served",
  ignore: !onLinux || !has("python3"),
  async fn() {
    await using server = echoServerProcess("--concurrent", "10");
    const port = await server.port();
    using other = await connect(port);
    assertEquals(await echo(other, "before"), "before");
    const before = residentBytes(server.pid);
    await using sender = start(python("flood.py", port, 200_000_000));
    const [, sent] = await sender.printed(/^([0-9]+)\n/);
    // It got stuck when the kernel's buffers were full: the server reads no more.
    assertLess(Number(sent), 100_000_000);
    assertEquals(await echo(other, "x".repeat(100_000)), "x".repeat(100_000));
    assertLess(residentBytes(server.pid) - before, 64 * 1024 * 1024);
    await sender.endInput();
    await server.said(/Client 2 \(.*; connection reset by the other side\n/);
  },
});

Deno.test("a client that sends nothing does not keep others from being served in --concurrent", async () => {
  await using server = await serving(echoServer, ["--concurrent", "3", "--forever"]);
  using _silent = await connect(server.port);
  using _alsoSilent = await connect(server.port);
  for (let i = 0; i < 5; i++) assertEquals(await talk(server.port, "me"), "me");
});

Deno.test({
  name: "64 MiB without a newline come back, in memory that does not grow with them",
  ignore: !onLinux,
  async fn() {
    await using server = echoServerProcess();
    const port = await server.port();
    assertEquals(await talk(port, "warm"), "warm");
    const before = residentBytes(server.pid);
    using conn = await connect(port);
    const SIZE = 64 * 1024 * 1024;
    const sending = (async () => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x61);
      for (let sent = 0; sent < SIZE;) {
        sent += await conn.write(chunk.subarray(0, Math.min(chunk.length, SIZE - sent)));
      }
      await conn.closeWrite();
    })();
    const buffer = new Uint8Array(1024 * 1024);
    let came = 0;
    for (let n; (n = await patiently(conn.read(buffer), "the echo")) !== null; came += n) {
      assert(buffer.subarray(0, n).every((byte) => byte === 0x61));
    }
    await sending;
    assertEquals(came, SIZE);
    assertLess(residentBytes(server.pid) - before, 32 * 1024 * 1024);
  },
});

Deno.test("garbage, NULs and terminal escapes come back as they are and leave no trace in the report", async () => {
  await using server = await serving(echoServer);
  using conn = await connect(server.port);
  const garbage = new Uint8Array(70_000);
  for (let i = 0; i < garbage.length; i += 35_000) {
    crypto.getRandomValues(garbage.subarray(i, i + 35_000));
  }
  garbage.set(new TextEncoder().encode("\x1b[2J\x1b]0;title\x07\0\0\0%n%s\r\r\n"));
  const sending = (async () => {
    for (let rest = garbage; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
    await conn.closeWrite();
  })();
  assertEquals(await readAll(conn), garbage);
  await sending;
  await server.said(/Client 1 /);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(server.stdout + server.stderr));
});

/** So many connect at once, and wait: Deno before 2.5 has a queue of 128. */
const MANY = /^2\.[0-4]\./.test(Deno.version.deno) ? 150 : 200;

/** An echo_server with a small descriptor table. */
function cramped(...options: string[]): Running {
  const command = tcplab(
    "echo_server",
    "--forever",
    "--concurrent",
    "1000",
    "--backlog",
    "300",
    ...options,
    "0",
  );
  return startServer(["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ...command]);
}

Deno.test({
  name:
    "a full descriptor table is reported once, costs no CPU, and serves again as soon as there is room",
  ignore: !onLinux,
  async fn() {
    await using server = cramped();
    const port = await server.port();
    const before = await descriptorsAlone(server.pid, port);
    const conns = await Promise.all(Array.from({ length: MANY }, () => connect(port)));
    await server.said("echo_server: Cannot accept a client: Too many open files\n");
    // Full, it tries ten times a second.
    const cpuBefore = cpuSeconds(server.pid);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assertLess(cpuSeconds(server.pid) - cpuBefore, 0.3);
    // Each that leaves makes room for one that waits: all are served.
    for (const conn of conns) {
      assertEquals(await echo(conn, "hello"), "hello");
      conn.close();
    }
    assertEquals(await talk(port, "after"), "after");
    assertEquals(server.stderr.match(/Cannot accept/g)?.length, 1);
    await until(() => descriptors(server.pid) === before, "the descriptors to come back");
    server.kill("SIGTERM");
    assertEquals((await server.result()).code, 0);
  },
});

Deno.test({
  name: "twenty servers with a full descriptor table all end in order, none in a panic",
  ignore: !onLinux,
  async fn() {
    const endsInOrder = async (stop: Deno.Signal) => {
      await using server = cramped("--grace", "10ms");
      const port = await server.port();
      const conns = await Promise.all(Array.from({ length: 80 }, () => connect(port)));
      await server.said("Too many open files\n");
      server.kill(stop);
      await server.said(/no more clients/);
      // Those in the queue are reset, those being served see the end.
      for (const conn of conns) {
        await readAll(conn).catch(() => {});
        conn.close();
      }
      const { code, signal, stderr } = await server.result();
      assertEquals([code, signal], [0, null], stderr);
      assertMatch(stderr, /\nServed [0-9]+ clients: /);
    };
    // Two at a time.
    for (let i = 0; i < 10; i++) await Promise.all([endsInOrder("SIGTERM"), endsInOrder("SIGINT")]);
  },
});

Deno.test({
  name: "after a thousand good and bad clients no descriptor is left open",
  ignore: !onLinux || !canReset,
  async fn() {
    await using server = echoServerProcess(
      "--concurrent",
      "100",
      "--backlog",
      "100",
      "--quiet",
      "--json",
    );
    const [, port] = await server.printed(/"port":([0-9]+)/);
    const before = await descriptorsAlone(server.pid, Number(port));
    for (let i = 0; i < 5; i++) {
      const resets = ["idle", "unread", "before-accept"].map((when) =>
        runToEnd(python("reset.py", port, when, 30, server.pid))
      );
      for (let j = 0; j < 110; j++) {
        using conn = await connect(Number(port));
        if (j % 5 > 0) assertEquals(await echo(conn, "good"), "good");
      }
      for (const { code, stderr } of await Promise.all(resets)) {
        assertEquals([code, stderr], [0, ""]);
      }
    }
    assertEquals(await talk(Number(port), "last"), "last");
    await until(() => descriptors(server.pid) === before, "the descriptors to come back");
  },
});
