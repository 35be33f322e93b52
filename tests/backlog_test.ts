/** The listen queue: the book's five, and as many as come at once to a server with room for many. */

import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { helloServerIterative } from "../src/hello_server_iterative.ts";
import type { Net } from "../src/net/net.ts";
import type { Program } from "../src/cli/command.ts";
import { connect, patiently, readText, send, serving } from "./server_support.ts";
import { DENO, has, pathOf, runToEnd, start, tcplab } from "./support.ts";

const [major, minor] = Deno.version.deno.split(".").map(Number);
const honoursBacklog = major > 2 || minor >= 5;

/** What a program asks listen() for. */
async function askedFor(program: Program, ...args: string[]): Promise<number | undefined> {
  let asked: number | undefined;
  const net: Net = {
    connect: Deno.connect,
    listen(options) {
      asked = options.tcpBacklog;
      return Deno.listen(options);
    },
  };
  await using _ = await serving(program, args, net);
  return asked;
}

Deno.test("with --concurrent above 1 the queue is 511, without it the book's 5, with --backlog its own", async () => {
  for (const program of [echoServer, helloServerIterative]) {
    assertEquals(await askedFor(program), 5);
    assertEquals(await askedFor(program, "--concurrent", "1"), 5);
    assertEquals(await askedFor(program, "--concurrent", "2"), 511);
    assertEquals(await askedFor(program, "--concurrent", "1000", "--backlog", "5"), 5);
    assertEquals(await askedFor(program, "--backlog", "7"), 7);
  }
});

for (const clients of [30, 200]) {
  Deno.test({
    name: `${clients} clients at once are in the queue of --concurrent while it cannot accept`,
    // Deno before 2.5 takes 128, as do other systems.
    ignore: Deno.build.os === "windows" ||
      clients > 100 && (Deno.build.os !== "linux" || !honoursBacklog),
    async fn() {
      await using server = start(tcplab("echo_server", "--forever", "--concurrent", "1000", "0"));
      const port = await server.port();
      // While it is stopped the system alone answers: with a queue of five it lets six in.
      server.kill("SIGSTOP");
      const conns = await patiently(
        Promise.all(Array.from({ length: clients }, () => connect(port))),
        `${clients} clients in the queue`,
      );
      server.kill("SIGCONT");
      await Promise.all(conns.map((conn, i) => send(conn, `${i}\n`)));
      for (const [i, conn] of conns.entries()) {
        assertEquals(await readText(conn, `${i}\n`.length), `${i}\n`);
        conn.close();
      }
    },
  });
}

/** The command in a network of its own, where the system allows a queue of `most`. */
function withQueueOf(most: number, ...command: string[]): [string, ...string[]] {
  const asRoot = Deno.uid() === 0 ? [] : ["--map-root-user"];
  const script = `ip link set lo up && echo ${most} > /proc/sys/net/core/somaxconn && exec "$@"`;
  return ["unshare", ...asRoot, "--net", "sh", "-c", script, "sh", ...command];
}

const canUnshare = has("unshare") && has("ip") &&
  (await runToEnd(withQueueOf(64, "true"))).code === 0;

Deno.test({
  name: "a queue that the system cuts is told where Deno may know it (Linux, needs unshare and ip)",
  ignore: !canUnshare,
  async fn() {
    const runs: [permission: string, args: string[], note: string][] = [
      [
        "-A",
        ["--concurrent", "2"],
        "The system cuts the listen queue from 511 to 64; " +
        "sysctl net.core.somaxconn=511 would let it be\n",
      ],
      ["-A", ["--backlog", "64"], ""],
      ["-A", ["--quiet", "--concurrent", "2"], ""],
      ["-N", ["--concurrent", "2"], ""],
    ];
    for (const [permission, args, note] of runs) {
      // By its own file: main.ts gives up what is all in --allow-all.
      const command = [DENO, "run", "--no-prompt", permission, pathOf("src/echo_server.ts")];
      // A port that is in use would end it as well: it listens, and a signal ends it.
      await using server = start(withQueueOf(64, ...command, "--trace", ...args, "0"));
      await server.said("accept() waits");
      const said = server.stderr.replace(/^ .* ms .*\n/gm, "").replace(/^Listening.*\n/m, "")
        .replace(/^Deno .* ignores --backlog .*\n/m, "");
      assertEquals(said, note, `${permission} ${args.join(" ")}`);
      assertMatch(server.stderr, /listen\(backlog (511|64)\)/);
    }
  },
});
