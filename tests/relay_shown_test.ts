/** What a relay shows in a terminal, and in a pipe: how its lines break, and in which order they stand. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { widthOf } from "../src/cli/columns.ts";
import { echoServer } from "../src/echo_server.ts";
import { jsonOf, type RelayHappening } from "../src/relay/events.ts";
import { relay } from "../src/relay/mod.ts";
import { runInside } from "./client_support.ts";
import { relayTo } from "./relay_support.ts";
import { connect, readAll, send, serving } from "./server_support.ts";
import { pathOf } from "./support.ts";

const LESSON = await Deno.readTextFile(pathOf("tests/pictures/relay.jsonl")) +
  JSON.stringify({
    event: "summary",
    time: "2026-01-01T08:00:00.500Z",
    atMs: 500,
    connections: 2,
    toServer: { reads: 3, bytesRead: 37, writes: 3, bytesWritten: 37 },
    toClient: { reads: 3, bytesRead: 37, writes: 9, bytesWritten: 37 },
    signal: "SIGINT",
  }) + "\n";

/** What --replay shows of a recording; on a terminal of so many columns, or in a pipe. */
async function replayed(
  recording: string,
  options: string[],
  columns?: number,
): Promise<{ stdout: string; stderr: string }> {
  const file = await Deno.makeTempFile({ prefix: "tcplab-relay-" });
  const { consoleSize } = Deno;
  Deno.consoleSize = () => ({ columns: columns!, rows: 24 });
  try {
    await Deno.writeTextFile(file, recording);
    const args = ["--replay", file, "--speed", "10000", ...options];
    const it = await runInside(relay, args, { isTerminal: columns !== undefined });
    assertEquals(it.code, 0, it.stderr);
    // deno-lint-ignore no-control-regex -- colours
    return { ...it, stdout: it.stdout.replace(/\x1b\[[0-9]*m/g, "") };
  } finally {
    Deno.consoleSize = consoleSize;
    await Deno.remove(file);
  }
}

Deno.test("--replay --quiet shows the sum alone", async () => {
  const { stdout, stderr } = await replayed(LESSON, ["--quiet"]);
  assertEquals([stdout, stderr.split("\n").length], ["", 2]);
  assertEquals(stderr.startsWith("Relayed 2 connections: "), true);
});

for (const columns of [46, 50, 80]) {
  for (const lang of ["en", "zh"]) {
    Deno.test(`in ${columns} columns lines break at words, and what follows is indented: ${lang}`, async () => {
      const piped = await replayed(LESSON, ["--lang", lang]);
      const shown = await replayed(LESSON, ["--lang", lang], columns);
      for (const stream of ["stdout", "stderr"] as const) {
        for (const row of shown[stream].split("\n")) assert(widthOf(row) <= columns, row);
        // Rows put together again are the lines of the pipe, and no word was cut.
        const lines = shown[stream].replace(/\n {2,}(?! *[0-9.]+ s )/g, lang === "en" ? " " : "");
        const compared = (text: string) => lang === "en" ? text : text.replaceAll(" ", "");
        assertEquals(compared(lines), compared(piped[stream]));
      }
    });
  }
}

Deno.test("a line's rows behind the first stand under its text", async () => {
  const { stdout, stderr } = await replayed(LESSON, [], 50);
  const rows = stdout.split("\n");
  const at = rows.findIndex((row) => row.includes("ended by"));
  const column = rows[at].indexOf("ended by");
  assertEquals(rows[at + 1].search(/\S/), column);
  assertEquals(stderr.split("\n")[1].search(/\S/), 2);
});

Deno.test("a hex dump has 16 bytes a row where they fit, and else 8", async () => {
  const wide = await replayed(LESSON, ["--hex"], 80);
  const narrow = await replayed(LESSON, ["--hex"], 79);
  const dumpIn = (text: string) => text.split("\n").filter((row) => /^ {2}[0-9a-f]{8} /.test(row));
  assertEquals(dumpIn(wide.stdout)[0], `  00000000  ${HELLO} ${REST.padEnd(24)} |Hello TCP/IP.|`);
  assertEquals(dumpIn(narrow.stdout).slice(0, 2), [
    `  00000000  ${HELLO} |Hello TC|`,
    `  00000008  ${REST.padEnd(24)} |P/IP.|`,
  ]);
});

const HELLO = "48 65 6c 6c 6f 20 54 43 ";
const REST = "50 2f 49 50 0a";

/** A recording of one connection. */
function recordingOf(...events: RelayHappening[]): string {
  return events.map((event, atMs) => `${jsonOf({ atMs, ...event }, 1e12)}\n`).join("");
}

const AT = { hostname: "127.0.0.1", port: 1 };
const CLIENT = { connection: 1, direction: "to-server" } as const;
const SERVER = { connection: 1, direction: "to-client" } as const;
const utf8 = new TextEncoder();

Deno.test("the end of a stream stands behind its last piece, at its time, and not where pieces never come", async () => {
  const none = { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 };
  const recording = recordingOf(
    { event: "listening", at: AT, server: AT, seed: 1 },
    { event: "connected", connection: 1, remote: AT },
    { event: "read", ...CLIENT, bytes: 5 },
    { event: "half-close", ...CLIENT },
    { event: "read", ...SERVER, bytes: 9 },
    { event: "half-close", ...SERVER },
    { event: "write", ...CLIENT, data: utf8.encode("he") },
    { event: "write", ...SERVER, data: utf8.encode("stalled") },
    { event: "write", ...CLIENT, data: utf8.encode("llo") },
    {
      event: "closed",
      connection: 1,
      by: "client",
      how: "end",
      toServer: { reads: 1, bytesRead: 5, writes: 2, bytesWritten: 5 },
      toClient: { ...none, reads: 1, bytesRead: 9, writes: 1, bytesWritten: 7 },
      durationMs: 9,
    },
  );
  const { stdout } = await replayed(recording, []);
  assertEquals(stdout.split("\n").slice(1), [
    "   0.006 s  #1   ──▶       2  he",
    "   0.007 s  #1   ◀──       7  stalled",
    "   0.008 s  #1   ──▶       3  llo",
    "   0.008 s  #1   ──▶          end of the stream",
    "   0.009 s  #1       ended by the client: 5 bytes in 2 pieces to the server, " +
    "7 bytes in 1 piece, 2 not handed on to the client",
    "",
  ]);
  assertEquals((await replayed(recording, ["--json"])).stdout, recording); // a script sees what was
});

Deno.test("behind --delay the end of the client's stream is shown after its bytes", async () => {
  await using server = await serving(echoServer, ["--forever"]);
  await using it = await relayTo(server.port, "--delay", "50ms");
  using conn = await connect(it.port);
  await send(conn, "hello");
  await conn.closeWrite();
  assertEquals((await readAll(conn)).length, 5);
  await it.said(/ended by the client/);
  const lines = it.shown.split("\n").filter((line) => line.includes("──▶"));
  assertEquals(lines.map((line) => line.replace(/.* s /, "")), [
    " #1   ──▶       5  hello",
    " #1   ──▶          end of the stream",
  ]);
});
