/** Much through a relay: every byte of it, and thousands of connections. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { writeAll } from "../src/framing.ts";
import { serverThat } from "./client_support.ts";
import { compile, connect, patiently } from "./server_support.ts";
import { freePort, has, start, tcplab } from "./support.ts";

const SENT = 100_000_000;

/** Bytes without a pattern, again and again: so long that what is lost does not go unseen. */
function endless(seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: 1_000_003 }, () => (state = state * 48271 % 0x7fffffff) >> 8);
}

/** Sends so many of these bytes, then nothing more. */
async function sendAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < SENT;) {
    const piece = bytes.subarray(0, SENT - sent);
    await patiently(writeAll(conn, piece), "room for what is sent");
    sent += piece.length;
  }
  await conn.closeWrite();
}

/** Compares all that comes with these bytes: how many came that are right. */
async function compareAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<number> {
  const buffer = new Uint8Array(256 * 1024);
  let came = 0;
  for (let n; (n = await patiently(conn.read(buffer), "what was sent")) !== null; came += n) {
    for (let i = 0; i < n; i++) {
      if (buffer[i] !== bytes[(came + i) % bytes.length]) return came + i;
    }
  }
  return came;
}

for (const options of [[], ["--cut", "1-500000", "--gap", "1ms"]]) {
  const what = options.length === 0 ? "" : ", cut at random";
  Deno.test(`100 MB pass each way at the same time${what}, and every byte is the one that was sent`, async () => {
    const [out, back] = [endless(1), endless(2)];
    const arrived = Promise.withResolvers<number>();
    await using server = serverThat(async (conn) => {
      const [came] = await Promise.all([compareAll(conn, out), sendAll(conn, back)]);
      arrived.resolve(came);
    });
    await using relay = start(
      tcplab("relay", "--quiet", ...options, "0", "127.0.0.1", String(server.port)),
    );
    using conn = await connect(await relay.port());
    const [came] = await Promise.all([compareAll(conn, back), sendAll(conn, out)]);
    assertEquals([await arrived.promise, came], [SENT, SENT]);
  });
}

/** The load of the benches, and its echo server. */
async function built(folder: string): Promise<void> {
  for (const name of ["load", "epoll"]) await compile(name, folder, "tests/bench/peers");
}

/** Two connections each, and some more. */
const DESCRIPTORS = 5000;
const mayOpen = Deno.build.os === "linux" && has("gcc") &&
  new Deno.Command("sh", { args: ["-c", `ulimit -n ${DESCRIPTORS}`], stderr: "null" })
    .outputSync().success;

/** With so many descriptors allowed, however few a shell has. */
function roomy(...command: string[]): [string, ...string[]] {
  return ["sh", "-c", `ulimit -n ${DESCRIPTORS}; exec "$@"`, "sh", ...command];
}

/** Deno before 2.5 has a listen queue of 128: of a thousand at once some get in seconds late. */
const hasQueue = !/^2\.[0-4]\./.test(Deno.version.deno);

for (
  const [name, load, isRight] of [
    [
      "2000 connections at a time through a relay have all their replies",
      ["many", "2000", "5"],
      ({ replies }) => replies === 10_000,
    ],
    [
      "of 1000 busy connections through a relay the slowest gets 0.4 of the fastest one's replies at least",
      ["share", "1000", "100"],
      ({ least, most }) => least >= 0.4 * most,
    ],
  ] as [string, string[], (counts: Record<string, number>) => boolean][]
) {
  Deno.test({
    name: `${name} (needs gcc, ${DESCRIPTORS} descriptors, Deno 2.5)`,
    ignore: !mayOpen || !hasQueue,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-load-" });
      try {
        await built(folder);
        const echoPort = String(freePort());
        await using echo = start(roomy(`${folder}/epoll`, echoPort));
        await echo.said(/Listening/);
        const options = ["--quiet", "--concurrent", "2000", "--backlog", "2000"];
        await using relay = start(
          roomy(...tcplab("relay", ...options, "0", "127.0.0.1", echoPort)),
        );
        const [mode, ...rest] = load;
        await using client = start(
          roomy(`${folder}/load`, mode, String(await relay.port()), ...rest),
        );
        if (mode === "many") {
          await client.printed("quiet\n"); // all are connected, and had a reply
          await client.type("\n");
        }
        const { code, stdout, stderr } = await client.result(120_000);
        assertEquals([code, stderr], [0, ""]);
        const counts = JSON.parse(stdout.replace("quiet\n", ""));
        assert(isRight(counts), stdout);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
