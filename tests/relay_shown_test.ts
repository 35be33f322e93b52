/** What a relay shows in a terminal, and in a pipe: how its lines break, and in which order they stand. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { widthOf } from "../src/cli/columns.ts";
import { relay } from "../src/relay/mod.ts";
import { runInside } from "./client_support.ts";
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
