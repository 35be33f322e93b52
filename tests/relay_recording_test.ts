/** A relay's recordings: written while it works, and what is said when that fails. */

import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { echoServer } from "../src/echo_server.ts";
import { relay } from "../src/relay/mod.ts";
import { runInside } from "./client_support.ts";
import { relayTo } from "./relay_support.ts";
import { connect, echo, serving } from "./server_support.ts";
import { DENO, pathOf, runToEnd, within } from "./support.ts";

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

/** Runs --replay on a recording. */
function replayed(file: string, ...options: string[]) {
  return runInside(relay, ["--replay", file, "--speed", "10000", ...options]);
}

const LESSON = await Deno.readTextFile(pathOf("tests/pictures/relay.jsonl"));

Deno.test("a recording that ends within a line is shown as far as it goes, and then said to end there", async () => {
  const file = await Deno.makeTempFile({ prefix: "tcplab-relay-" });
  try {
    const lines = LESSON.split("\n");
    const whole = lines.slice(0, 7).map((line) => `${line}\n`).join("");
    // Wherever line 8 was cut.
    for (let length = 1; length < lines[7].length; length++) {
      await Deno.writeTextFile(file, whole + lines[7].slice(0, length));
      const { code, stdout, stderr } = await replayed(file, "--json");
      assertEquals([code, stdout], [1, whole]);
      assertMatch(stderr, /^relay: Cannot read "[^"]*" to its end: it ends within line 8, .*\n$/);
    }
    await Deno.writeTextFile(file, whole + lines[7]); // an editor may take the last newline away
    assertEquals((await replayed(file, "--json")).code, 0);
    await Deno.writeTextFile(file, "no recording");
    assertMatch((await replayed(file)).stderr, /line 1 is no event of a relay/);
    await Deno.writeTextFile(file, whole + lines[7].slice(0, 9));
    const { stderr } = await replayed(file, "--lang", "zh");
    assertMatch(stderr, /^relay: 未能读完 "[^"]*"：文件在第 8 行中间结束/);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("the page of a recording that ends within a line stays, and the exit code says that it did", async () => {
  const file = await Deno.makeTempFile({ prefix: "tcplab-relay-" });
  try {
    await Deno.writeTextFile(file, LESSON.trimEnd().slice(0, -9));
    const stop = new AbortController();
    const ended = Promise.withResolvers<void>();
    let said = "";
    const world = worldInMemory({
      stop: stop.signal,
      onSay(text) {
        said += text;
        if (/ends within line/.test(said)) ended.resolve();
      },
    });
    const code = relay(["--replay", file, "--speed", "10000", "--web", "0"], world);
    await within(ended.promise, () => `Waited for the end of the recording: ${said}`);
    const [url] = /http:\S+/.exec(said)!;
    const response = await fetch(url);
    await response.body?.cancel();
    assertEquals(response.status, 200);
    stop.abort();
    assertEquals(await code, 1);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a folder is no recording, and is said to be one", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
  try {
    const { code, stderr } = await replayed(folder);
    assertEquals(code, 1);
    assertMatch(stderr, /^relay: Cannot read "[^"]*": it is a folder\n$/);
    assertMatch((await replayed(folder, "--lang", "zh")).stderr, /：这是一个目录\n$/);
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("the help of --replay has its form", async () => {
  for (const lang of ["en", "zh"]) {
    const { stdout } = await runInside(relay, ["--replay", "--help", "--lang", lang]);
    assertMatch(stdout, /^4\.3\.3 relay --replay FILE /m);
  }
});

Deno.test({
  name: "what Deno guards is said to be that, and not to need what was allowed",
  ignore: Deno.build.os === "windows", // no /dev
  async fn() {
    for (const path of ["/dev/null", "/dev/stdout"]) {
      const args = ["run", "-A", pathOf("main.ts"), "relay", "--record", path, "0", "::1", "1"];
      const { code, stderr } = await runToEnd([DENO, ...args]);
      assertEquals(code, 1);
      // Older versions of Deno let it look at what is there.
      assertMatch(
        stderr,
        /^relay: Cannot write "[^"]*": (Deno lets a program|it is no file|it is a)/,
      );
    }
  },
});

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
