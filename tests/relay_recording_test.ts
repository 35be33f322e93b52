/** A relay's recordings: written while it works, and what is said when that fails. */

import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoServer } from "../src/echo_server.ts";
import { relayTo } from "./relay_support.ts";
import { connect, echo, serving } from "./server_support.ts";

for (
  const [lang, atOnce, atEnd] of [
    [
      "en",
      /^relay: Cannot record any more in "[^"]*": no space left on the disk; the relay goes on$/m,
      /^relay: Cannot write "[^"]*" to its end: no space left on the disk \(3 events are in it, \d+ are not\)$/m,
    ],
    [
      "zh",
      /^relay: 无法继续记录到 "[^"]*"：磁盘空间不足；中继照常工作$/m,
      /^relay: 未能写完 "[^"]*"：磁盘空间不足（其中有 3 个事件，缺少 \d+ 个）$/m,
    ],
  ] as const
) {
  Deno.test(`a disk that is full is told at once and once, the relay goes on, and its end counts: ${lang}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
    try {
      await using server = await serving(echoServer, ["--forever"]);
      const full = fullAfter(3);
      try {
        const file = `${folder}/full.jsonl`;
        const it = await relayTo(server.port, "--quiet", "--record", file, "--lang", lang);
        using conn = await connect(it.port);
        assertEquals(await echo(conn, "hello\n"), "hello\n");
        await it.said(atOnce);
        assertEquals(await echo(conn, "again\n"), "again\n");
        conn.close();
        assertEquals(await it.stop(), 1);
        assertEquals(it.shown.split("\n").filter((line) => atOnce.test(line)).length, 1);
        assertMatch(it.shown, atEnd);
        const lines = (await Deno.readTextFile(file)).split("\n");
        assertEquals(lines.slice(0, -1).map((line) => JSON.parse(line).event), [
          "listening",
          "connected",
          "read",
        ]);
      } finally {
        full.restore();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Lets files take so many writes, and then says what a system says whose disk is full. */
function fullAfter(writes: number): { restore(): void } {
  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = function (p) {
    if (writes-- > 0) return write.call(this, p);
    const error = new Error("No space left on device (os error 28)");
    return Promise.reject(Object.assign(error, { code: "ENOSPC" }));
  };
  return { restore: () => Deno.FsFile.prototype.write = write };
}
