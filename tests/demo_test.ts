import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { demo } from "../src/labs/demo.ts";
import type { Net } from "../src/net/net.ts";
import { has, onTerminal, runToEnd, tcplab } from "./support.ts";

Deno.test("the demo sees every claim, in two columns that fit a terminal", async () => {
  const { code, stdout, stderr } = await runToEnd(tcplab("demo"));
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.match(/ {2}seen {2}/g)?.length, 5);
  for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  // The server's calls stand on the left, the client's on the right.
  assertMatch(stdout, /\nlisten\(backlog 5\)\n/);
  assertMatch(stdout, /\n {40}write\(12 bytes\) = 12 bytes\n/);
  assertMatch(stdout, /\n {40}> Message from server: hello world\n/);
  // A dialogue: the next line goes out when the reply to the one before is there.
  const client = stdout.split("\n").map((line) => line.slice(40));
  const places = [
    "write(12 bytes) = 12 bytes",
    "> Message from server: hello world",
    "write(4 bytes) = 4 bytes",
    "> Message from server: hi!",
  ].map((line) => client.indexOf(line));
  assert(places[0] !== -1, stdout);
  assertEquals(places, places.toSorted((a, b) => a - b), stdout);
});

for (const [columns, most] of [[50, 50], [30, 40], [120, 80]]) {
  Deno.test({
    name: `on a terminal of ${columns} columns the demo takes up to ${most} (needs script)`,
    ignore: !has("script"),
    async fn() {
      const [sh, c, line] = ["sh", "-c", `stty cols ${columns}; exec "$@"`];
      const { stdout } = await runToEnd(onTerminal([sh, c, line, sh, ...tcplab("demo")]));
      // What is to be typed stays whole: a line of it may be copied.
      const [told] = stdout.split("Now by hand");
      const widths = told.split(/\r?\n/).map((line) => line.length);
      assert(Math.max(...widths) <= most && Math.max(...widths) > most - 8, `${widths}`);
    },
  });
}

Deno.test("the demo says no, and exits with 1, when the echo is not what was sent", async () => {
  let said = "";
  // A network that turns every byte that the server reads into an "x", but for the newline.
  const lying: Net = {
    connect: (options) => Deno.connect(options),
    listen(options) {
      const listener = Deno.listen(options);
      return {
        addr: listener.addr,
        close: () => listener.close(),
        async accept() {
          const conn = await listener.accept();
          return {
            localAddr: conn.localAddr,
            remoteAddr: conn.remoteAddr,
            async read(p) {
              const n = await conn.read(p);
              for (let i = 0; i < (n ?? 0); i++) if (p[i] !== 0x0a) p[i] = 0x78;
              return n;
            },
            write: (p) => conn.write(p),
            closeWrite: () => conn.closeWrite(),
            close: () => conn.close(),
          };
        },
      };
    },
  };
  const world = worldInMemory({ net: lying, onSay: (text) => said += text });
  assertEquals(await demo([], world), 1);
  assertMatch(said, /Not everything was seen/);
});
