import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoClient } from "../src/echo_client.ts";
import { helloClient } from "../src/hello_client.ts";
import { runInside } from "./client_support.ts";
import { CHILD_ENV, peer, runToEnd, start, tcplab } from "./support.ts";

async function echo(conn: Deno.TcpConn, change = (bytes: Uint8Array) => bytes): Promise<void> {
  const buffer = new Uint8Array(1024);
  for (let n; (n = await conn.read(buffer)) !== null;) {
    // As the chapter's server: it reads nothing while it writes.
    for (let bytes = change(buffer.subarray(0, n)); bytes.length > 0;) {
      bytes = bytes.subarray(await conn.write(bytes));
    }
  }
}

function client(port: string, input: string, ...options: string[]) {
  return runInside(echoClient, [...options, "127.0.0.1", port], { input });
}

Deno.test("piped lines come back in order, the last one without its newline", async () => {
  await using server = peer(echo);
  const command = tcplab("echo_client", "127.0.0.1", server.port);
  assertEquals(await runToEnd(command, { input: "hello world\n\nlast" }), {
    code: 0,
    signal: null,
    stdout:
      "Connected......\nMessage from server: hello world\nMessage from server: \nMessage from server: last",
    stderr: "",
  });
});

Deno.test("20 MB against a server with a 1 KiB buffer that reads nothing while it writes", async () => {
  await using server = peer(echo);
  const input = "a line of twenty b.\n".repeat(1_000_000);
  const { code, stdout, stderr } = await client(server.port, input, "--quiet");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout === input, true);
});

Deno.test("Q or q alone on a line ends the input, and what follows it is an error with its count", async () => {
  for (const quit of ["q\n", "Q\n", "q\r\n"]) {
    await using server = peer(echo);
    const input = `quit\naq\nqq\n q\n${quit}rest\n`;
    const { code, stdout, stderr } = await client(server.port, input, "--quiet");
    assertEquals([code, stdout], [1, "quit\naq\nqq\n q\n"]);
    assertMatch(stderr, /5 bytes not sent/);
  }
});

Deno.test("a Q that comes in a write of its own ends the input", async () => {
  await using server = peer(echo);
  await using running = start(tcplab("echo_client", "--quiet", "127.0.0.1", server.port));
  await running.type("one\n");
  await running.printed("one\n");
  await running.type("q");
  await running.type("\n");
  const { code, stdout, stderr } = await running.result();
  assertEquals([code, stdout, stderr], [0, "one\n", ""]);
});

Deno.test("a reply that differs in one byte is named by its place, with exit code 1", async () => {
  await using server = peer((conn) =>
    echo(conn, (bytes) => {
      bytes[7] ^= 1;
      return bytes;
    })
  );
  const { code, stderr } = await client(server.port, "0123456789\n");
  assertEquals(code, 1);
  assertMatch(stderr, /byte 8 was 0x37 and came back as 0x36/);
});

Deno.test("a server that closes early is told with byte counts, with exit code 1", async () => {
  await using server = peer(async (conn) => {
    const buffer = new Uint8Array(64);
    await conn.read(buffer);
    await conn.write(buffer.subarray(0, 5));
  });
  const { code, stderr } = await client(server.port, "hello world\n");
  assertEquals(code, 1);
  assertMatch(stderr, /closed the connection before its reply was complete \(5 of 12 bytes came\)/);
});

Deno.test("a server that sends more than it was given is told, with exit code 1", async () => {
  await using server = peer(async (conn) => {
    const buffer = new Uint8Array(64);
    const n = await conn.read(buffer);
    await conn.write(buffer.subarray(0, n! + 3));
  });
  const { code, stderr } = await client(server.port, "hello\n");
  assertEquals(code, 1);
  assertMatch(stderr, /3 bytes more/);
});

Deno.test("a silent server is given up after --reply-timeout, by both clients", async () => {
  for (const program of [echoClient, helloClient]) {
    const given = Promise.withResolvers<void>();
    await using server = peer(() => given.promise); // neither reads, writes nor closes
    const args = ["--reply-timeout", "200ms", "127.0.0.1", server.port];
    const { code, stderr } = await runInside(program, args, { input: "hello\n" });
    given.resolve();
    assertEquals(code, 1);
    assertMatch(stderr, /silent for 0\.2 s/);
  }
});

Deno.test("any byte passes unchanged: NUL, 0xff, escape codes, half a character", async () => {
  await using server = peer(echo);
  const bytes = Uint8Array.from({ length: 1024 }, (_, i) => i % 256);
  const command = tcplab("echo_client", "--quiet", "127.0.0.1", server.port);
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    env: CHILD_ENV,
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(bytes);
  await writer.close();
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  assertEquals(stdout, bytes);
});

Deno.test("hello_client prints a greeting that comes in one-byte pieces whole", async () => {
  await using server = peer(async (conn) => {
    for (const byte of new TextEncoder().encode("Hello World!")) {
      await conn.write(Uint8Array.of(byte));
    }
  });
  const { code, stdout } = await runInside(helloClient, ["127.0.0.1", server.port]);
  assertEquals([code, stdout], [0, "Message from server: Hello World! \n"]);
});
