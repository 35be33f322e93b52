import { assertEquals, assertThrows } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { helloServer } from "../src/hello_server.ts";
import { helloServerIterative } from "../src/hello_server_iterative.ts";
import { chopped } from "../src/net/chop.ts";
import type { Conn } from "../src/net/net.ts";
import { connect, echo, readText, send, serving, talk } from "./server_support.ts";

/** A pair of connected sockets: one through `chopped(Deno, n)`, one as it is. */
async function pair(n: number): Promise<{ cut: Conn; whole: Deno.TcpConn }> {
  const listener = chopped(Deno, n).listen({ hostname: "127.0.0.1", port: 0 });
  const whole = await connect(listener.addr.port);
  const cut = await listener.accept();
  listener.close();
  return { cut, whole };
}

Deno.test("chopped(net, 3) reads at most 3 bytes at a time, and loses none", async () => {
  const { cut, whole } = await pair(3);
  await send(whole, "eight by");
  await whole.closeWrite();
  const pieces: string[] = [];
  const buffer = new Uint8Array(100);
  for (let n; (n = await cut.read(buffer)) !== null;) {
    pieces.push(new TextDecoder().decode(buffer.subarray(0, n)));
  }
  assertEquals(pieces, ["eig", "ht ", "by"]);
  cut.close();
  whole.close();
});

Deno.test("chopped(net, 3) takes at most 3 bytes a write, on both sides of a connection", async () => {
  const { cut, whole } = await pair(3);
  assertEquals(await cut.write(new TextEncoder().encode("eight by")), 3);
  await cut.closeWrite();
  assertEquals(await readText(whole, 3), "eig");
  assertEquals(await whole.read(new Uint8Array(1)), null);
  cut.close();
  whole.close();

  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const client = await chopped(Deno, 3).connect({
    hostname: "127.0.0.1",
    port: listener.addr.port,
  });
  assertEquals(await client.write(new TextEncoder().encode("eight by")), 3);
  client.close();
  (await accepted).close();
});

Deno.test("chopped() refuses pieces of no bytes, of half a byte and of infinitely many", () => {
  for (const n of [0, -1, 0.5, NaN, Infinity]) assertThrows(() => chopped(Deno, n), RangeError);
});

Deno.test("echo_server echoes every byte through reads and writes of one byte", async () => {
  await using server = await serving(echoServer, [], chopped(Deno, 1));
  using conn = await connect(server.port);
  for (const text of ["a", "hello world\n", "x".repeat(5000)]) {
    assertEquals(await echo(conn, text), text);
  }
});

Deno.test("echo_server delivers all after a half-close through writes of one byte", async () => {
  await using server = await serving(echoServer, ["--clients", "1"], chopped(Deno, 1));
  assertEquals(await talk(server.port, "y".repeat(5000)), "y".repeat(5000));
  assertEquals(await server.end(), 0);
});

Deno.test("hello_server greets whole through writes of one byte", async () => {
  await using server = await serving(helloServer, [], chopped(Deno, 1));
  assertEquals(await talk(server.port), "Hello World!");
  assertEquals(await server.end(), 0);
});

Deno.test("hello_server_iterative greets whole through writes of one byte", async () => {
  await using server = await serving(helloServerIterative, ["--clients", "2"], chopped(Deno, 1));
  for (let i = 0; i < 2; i++) assertEquals(await talk(server.port), "Hello World!");
  assertEquals(await server.end(), 0);
});
