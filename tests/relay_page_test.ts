/**
 * The page of the relay in a real browser, with real traffic: Debian's chromium, driven by
 * playwright-core. To look at it yourself, keep the screenshots:
 *
 *     deno test -A tests/relay_page_test.ts -- --screenshots FOLDER
 *
 * @module
 */

import { assert, assertEquals, assertLess, assertMatch } from "jsr:@std/assert@1.0.19";
import type { Browser, BrowserContextOptions, Page } from "npm:playwright-core@1.60.0";
import { echoServer } from "../src/echo_server.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { writeAll } from "../src/framing.ts";
import { relay } from "../src/relay/mod.ts";
import { serverThat } from "./client_support.ts";
import { type Relaying, relayTo } from "./relay_support.ts";
import { connect, echo, patiently, readAll, readText, send, serving } from "./server_support.ts";
import { freePort, pathOf } from "./support.ts";

const CHROMIUM = "/usr/bin/chromium";
const ignore = !(await exists(CHROMIUM));
const needs = ignore ? ` (skipped: no ${CHROMIUM}; Debian's package chromium has it)` : "";

interface Watching extends AsyncDisposable {
  it: Relaying;
  page: Page;
  /** The page's address, with its token. */
  url: string;
  server: { port: number };
  /** What it said on its console, and was refused. */
  faults: string[];
}

let browser: Browser | null = null;

/** A relay to an echo server, and its page in a browser. */
async function watching(
  options: string[] = [],
  { context: more = {}, isReader = false }: {
    context?: BrowserContextOptions;
    isReader?: boolean;
  } = {},
): Promise<Watching> {
  const { chromium } = await import("npm:playwright-core@1.60.0");
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const server = await serving(echoServer, ["--forever", "--concurrent", "1000"]);
  const it = await relayTo(server.port, "--quiet", "--web", "0", ...options);
  const [, url] = await it.said(/(?:Page at |网页地址：)(\S+)/);
  const context = await browser.newContext(more);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.goto(isReader ? url.split("#")[0] : url);
  // What was before the page was told of all is no event that it could step back over.
  await shows(page, "#place", /./);
  return {
    it,
    page,
    url,
    server,
    faults,
    async [Symbol.asyncDispose]() {
      await context.close();
      await it.stop();
      await server[Symbol.asyncDispose]();
    },
  };
}

function pageTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  // The browser is one for all.
  Deno.test({
    name: `${name}${needs}`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });
}

/** The text of a stream up to these characters; the rest is not read. */
async function readUntil(stream: ReadableStream<Uint8Array>, end: string): Promise<string> {
  let text = "";
  for await (const more of stream.pipeThrough(new TextDecoderStream())) {
    text += more;
    if (text.includes(end)) break;
  }
  return text;
}

/** Waits until this is so in the page. Not by its own eval: the page's policy forbids that. */
async function until(page: Page, expression: string): Promise<void> {
  const began = performance.now();
  while (!await page.evaluate(expression)) {
    if (performance.now() - began > 60_000) {
      throw new Error(
        `Waited for ${expression} in ${await page.evaluate("document.body.innerText")}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Waits until the text of these elements matches. */
function shows(page: Page, selector: string, pattern: RegExp): Promise<void> {
  const texts = `[...document.querySelectorAll(${JSON.stringify(selector)})]`;
  return until(page, `${pattern}.test(${texts}.map((it) => it.textContent).join(" | "))`);
}

pageTest("a lane says in words what goes on, from the first byte to the end", async () => {
  await using watched = await watching();
  const { page, it, faults } = watched;
  await shows(page, "#empty", /Nobody has connected yet/);
  const conn = await connect(it.port);
  await shows(page, ".state", /^connected, and no byte yet$/);
  await echo(conn, "hello\n");
  await shows(page, ".state", /^the server has spoken last$/);
  await shows(page, ".counts", /^6 B to the server, 6 B back$/);
  await conn.closeWrite();
  await shows(page, ".state", /^closed, by the client first$/);
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
  assertEquals(faults, []);
});

pageTest("a lane that waits for its reply says since when, and counts on", async () => {
  await using server = serverThat(async (conn) => {
    await readText(conn, 6);
    await over.promise;
  });
  const over = Promise.withResolvers<void>();
  await using it = await relayTo(server.port, "--quiet", "--web", "0");
  const [, url] = await it.said(/(?:Page at |网页地址：)(\S+)/);
  await using watched = await watching();
  await watched.page.goto(url);
  using conn = await connect(it.port);
  await send(conn, "hello\n");
  await shows(watched.page, ".state", /^has waited for a reply for \d/);
  // Beside it one of which nothing is new: what somebody marks of it stays marked.
  using other = await connect(it.port);
  await shows(watched.page, ".state", / \| connected, and no byte yet$/);
  const quiet = 'document.querySelectorAll(".state")[1].firstChild';
  await watched.page.evaluate(`${quiet}.isMarked = true`);
  const before = await watched.page.textContent(".state");
  await until(
    watched.page,
    `document.querySelector(".state").textContent !== ${JSON.stringify(before)}`,
  );
  const isMarked = await watched.page.evaluate(`${quiet}.isMarked`);
  await conn.closeWrite();
  await shows(watched.page, ".state", /waited.*; the client has sent all \(half-closed\)/);
  await send(other, "hello\n"); // its turn comes
  over.resolve();
  assertEquals(isMarked, true);
});

pageTest(
  "message 2 begins within a read: marks above and below the bytes, one colour a message",
  async () => {
    await using watched = await watching(["--cut", "4", "--only", "to-client", "--gap", "1ms"]);
    const { page, it, faults } = watched;
    using conn = await connect(it.port);
    assertEquals(await echo(conn, "ab\ncdefg\n"), "ab\ncdefg\n");
    await shows(page, ".counts", /9 B back/);
    const back = page.locator(".way").nth(1);
    assertEquals(await back.locator(".mark.write").allTextContents(), ["4", "4", "1"]);
    assertEquals(await back.locator(".byte").allTextContents(), [..."ab↵cdefg↵"]);
    const colours = await back.locator(".byte").evaluateAll((cells: { className: string }[]) =>
      cells.map(({ className }) => className)
    );
    assertEquals(new Set(colours.slice(0, 3)).size, 1);
    assert(colours[3] !== colours[2] && colours[3] === colours[8]);
    // The fourth byte, the first of message 2, stands over the end of the first piece handed on.
    const right = (selector: string, n: number) =>
      back.locator(selector).nth(n).evaluate((it: { getBoundingClientRect(): { right: number } }) =>
        Math.round(it.getBoundingClientRect().right)
      );
    assertEquals(await right(".mark.write", 0), await right(".byte", 3));
    await back.locator(".mark.write").nth(1).click();
    await shows(page, "#piece-text", /^defg$/);
    await shows(page, "#piece-hex", /64 65 66 67/);
    await page.keyboard.press("Escape");
    assertEquals(faults, []);
  },
);

pageTest(
  "what peers send is shown and does nothing: a script, a terminal's escapes, any byte",
  async () => {
    await using watched = await watching();
    const { page, it, faults } = watched;
    using conn = await connect(it.port);
    const bad = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e中é\0\n";
    const bytes = new TextEncoder().encode(bad + "\xff");
    await writeAll(conn, Uint8Array.of(...bytes, 0xff, 0xc3));
    await shows(
      page,
      ".counts",
      new RegExp(`^${bytes.length + 2} B to the server, ${bytes.length + 2} B back$`),
    );
    await page.locator(".mark.write").first().click();
    await shows(page, "#piece-text", /<script>.*\\u001b\[31m\\u\{202e\}中é\\u0000\\n/);
    assertEquals(await page.locator("main script, main img, dialog script, dialog img").count(), 0);
    assertMatch(
      (await page.locator(".way").first().locator(".byte").allTextContents()).join(""),
      /中/,
    );
    assertEquals(faults, []);
  },
);

pageTest(
  "the keyboard alone pauses, steps back and forth and goes live again; focus stays",
  async () => {
    await using watched = await watching();
    const { page, it, faults } = watched;
    using conn = await connect(it.port);
    await echo(conn, "one\n");
    await shows(page, ".counts", /^4 B to the server, 4 B back$/);
    await page.keyboard.press("ArrowLeft");
    await shows(page, ".counts", /^4 B to the server, 0 B back$/);
    await echo(conn, "two\n");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await shows(page, ".counts", /^0 B to the server, 0 B back$/);
    // More may still be on its way to the page.
    const [, step] = (await page.textContent("#place"))!.match(/^(\d+) of \d+$/)!;
    await page.keyboard.press("ArrowRight");
    await shows(page, ".counts", /^4 B to the server, 0 B back$/);
    await shows(page, "#place", new RegExp(`^${Number(step) + 1} of \\d+$`));
    await page.keyboard.press(" ");
    await shows(page, ".counts", /^8 B to the server, 8 B back$/);
    await shows(page, "#place", /^live$/);
    // A mark that has the focus keeps it while its lane is drawn anew.
    await page.locator(".mark.write").first().focus();
    await echo(conn, "three\n");
    await shows(page, ".counts", /^14 B/);
    assertMatch(await page.evaluate(`document.activeElement.className`), /mark write/);
    assertEquals(faults, []);
  },
);

pageTest(
  "the controls need the token: with it they cut, delay and end the next reply",
  async () => {
    await using watched = await watching();
    const { page, it, url, faults } = watched;
    assertEquals(await page.evaluate(`location.hash`), "");
    await page.fill("#cut", "3");
    await page.click("#cut-toggle");
    await shows(page, "#cut-now", /^cut: 3$/);
    using conn = await connect(it.port);
    await echo(conn, "hello\n");
    await shows(page, ".counts", /6 B back/);
    assertEquals(await page.locator(".way").nth(1).locator(".mark.write").allTextContents(), [
      "3",
      "3",
    ]);
    await page.click("#cut-toggle");
    await shows(page, "#cut-now", /^not cut$/);
    await page.click("#delay-toggle");
    await shows(page, "#delay-now", /^100 ms late$/);
    await page.click(".reset");
    await send(conn, "again\n");
    assertEquals((await readAll(conn)).length, 0);
    await shows(page, ".state", /^closed by the relay$/);
    assertEquals(faults, []);

    const [base] = url.split("/#");
    const ask = async (headers: HeadersInit, body = '{"cut":1}') => {
      const response = await fetch(`${base}/control`, { method: "POST", headers, body });
      await response.body?.cancel();
      return response.status;
    };
    const token = url.split("#")[1];
    assertEquals(await ask({}), 403);
    assertEquals(await ask({ "x-token": "0".repeat(16) }), 403);
    assertEquals(await ask({ "x-token": token }, '{"cut":0}'), 400);
    assertEquals(await ask({ "x-token": token }, '{"rate":1}'), 400);
    assertEquals(await ask({ "x-token": token }), 204);
  },
);

pageTest("who has no token reads, and sees no controls", async () => {
  await using watched = await watching([], { isReader: true });
  const { page, it } = watched;
  using conn = await connect(it.port);
  await echo(conn, "hello\n");
  await shows(page, ".counts", /6 B back/);
  assertEquals(await page.locator("#controls").isVisible(), false);
  assertEquals(await page.locator(".reset").count(), 0);
});

Deno.test("the page has a strict policy, refuses names that are not its own, and knows GET alone", async () => {
  await using server = await serving(echoServer, ["--forever"]);
  await using it = await relayTo(server.port, "--quiet", "--web", "0");
  const [, url] = await it.said(/Page at (http:\S+)\/#/);
  const port = Number(url.split(":")[2]);
  const response = await fetch(`${url}/`);
  assertMatch(response.headers.get("content-security-policy")!, /default-src 'none'/);
  const html = await response.text();
  assertEquals(/ style=| on[a-z]+=|<script>/.test(html), false);
  for (
    const [head, status] of [
      ["GET / HTTP/1.1\r\nHost: evil.example", 421],
      ["GET /events HTTP/1.1\r\nHost: evil.example", 421],
      ["GET / HTTP/1.1\r\nHost: localhost", 200],
      ["GET /else HTTP/1.1\r\nHost: 127.0.0.1", 404],
      ["DELETE / HTTP/1.1\r\nHost: 127.0.0.1", 405],
    ] as const
  ) {
    using conn = await connect(port);
    await send(conn, `${head}\r\nConnection: close\r\n\r\n`);
    assertEquals(await readText(conn, 12), `HTTP/1.1 ${status}`, head);
  }
});

Deno.test("why a connection ended is told in the language of the page", async () => {
  for (const [lang, reason] of [["en", "connection refused"], ["zh", "连接被拒绝"]]) {
    await using it = await relayTo(freePort(), "--quiet", "--web", "0", "--lang", lang);
    const [, url] = await it.said(/(http:\S+)\/#/);
    using conn = await connect(it.port);
    assertEquals((await readAll(conn)).length, 0);
    const { body } = await fetch(`${url}/events`);
    const [, data] = (await readUntil(body!, "\n\n")).match(/^event: all\ndata: (.*)$/m)!;
    const { how, error } = JSON.parse(data).lanes[0];
    assertEquals([how, error.includes(reason)], ["unreachable", true], error);
    assertEquals(/[a-z]{2}/.test(error), lang === "en", error);
  }
});

Deno.test("a viewer that does not read costs nothing, and does not keep the relay from its end", async () => {
  await using server = await serving(echoServer, ["--forever"]);
  await using it = await relayTo(server.port, "--quiet", "--web", "0");
  const [, port] = await it.said(/Page at http:\/\/127.0.0.1:(\d+)/);
  using viewer = await connect(Number(port));
  await send(viewer, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await readText(viewer, 12);
  const before = Deno.memoryUsage().rss;
  using conn = await connect(it.port);
  const text = "x".repeat(20_000) + "\n";
  for (let i = 0; i < 1500; i++) await patiently(echo(conn, text), "an echo");
  assertLess(Deno.memoryUsage().rss - before, 150e6);
});

for (const count of [30, 300]) {
  pageTest(
    `${count} connections are usable: each has its lane, in as much room as there is`,
    async () => {
      await using watched = await watching(["--lang", "zh"], {
        context: { viewport: { width: 1920, height: 1080 } },
      });
      const { page, it, faults } = watched;
      const conns = [];
      for (let i = 0; i < count; i++) {
        const conn = await connect(it.port);
        conns.push(conn);
        if (i % 3 !== 0) await echo(conn, `学生 ${i}\nhello\n`);
      }
      await until(page, `document.querySelectorAll(".lane").length === ${count}`);
      await shows(page, "#count", new RegExp(`^${count} `));
      assertEquals(await overflowing(page), []);
      // A class of thirty needs no scrolling.
      if (count === 30) assert(await fits(page));
      await keepScreenshot(page, `zh-${count}`);
      await page.locator(".open").nth(1).click();
      await until(page, `document.querySelectorAll(".strip").length === 2`);
      // Only a lane with news is drawn.
      await page.evaluate(
        `document.querySelectorAll(".lane").forEach((it) => it.dataset.old = "1")`,
      );
      await echo(conns[4], "news\n");
      await until(page, `document.querySelectorAll(".lane:not([data-old])").length === 1`);
      await keepScreenshot(page, `zh-${count}`);
      for (const conn of conns) conn.close();
      assertEquals(faults, []);
    },
  );
}

pageTest("a line of 64 KiB, and megabytes: the lane says what it no longer shows", async () => {
  await using watched = await watching();
  const { page, it, faults } = watched;
  using conn = await connect(it.port);
  const line = "y".repeat(65_535) + "\n";
  for (let i = 0; i < 50; i++) assertEquals((await echo(conn, line)).length, line.length);
  await shows(page, ".counts", /^3,276,800 B to the server, 3,276,800 B back$/);
  await shows(page, ".before", /^3,276,[67]\d\d B before/);
  // The end of the stream stands there, however long its last piece was.
  const back = await page.locator(".way").nth(1).locator(".byte").allTextContents();
  assertMatch(back.join(""), /^y{15,71}↵$/);
  await page.locator(".mark.write").last().click();
  await shows(page, "#piece-more", /more bytes of it are not kept/);
  assertEquals(faults, []);
});

pageTest(
  "when the relay is away the page says so, and goes on when there is one again",
  async () => {
    await using server = await serving(echoServer, ["--forever"]);
    await using watched = await watching();
    const { page } = watched;
    const first = await relayTo(server.port, "--quiet", "--web", "0");
    const [, url, port] = await first.said(/Page at (http:\/\/127.0.0.1:(\d+)\/\S*)/);
    await page.goto(url);
    await shows(page, "#empty", /Nobody/);
    await first.stop();
    await shows(page, "#problem", /The relay is away/);
    await using second = await relayTo(server.port, "--quiet", "--web", port);
    await shows(page, "#problem", /^$/);
    using conn = await connect(second.port);
    await echo(conn, "back\n");
    await shows(page, ".counts", /5 B back/);
  },
);

pageTest("one conversation is to be read from far away, and its end from a phone", async () => {
  for (const [width, least] of [[1920, 24], [1280, 16], [390, 12]]) {
    await using watched = await watching([], { context: { viewport: { width, height: 800 } } });
    const { page, it } = watched;
    using conn = await connect(it.port);
    await echo(conn, "The quick brown fox jumps over the lazy dog and does so again and again.\n");
    await shows(page, ".way:nth-of-type(2) .byte", /n\.↵$|n \| \. \| ↵$/);
    await until(page, `document.querySelector(".before") !== null`);
    const size: number = await page.evaluate(`(() => {
      const last = [...document.querySelectorAll(".byte")].at(-1);
      const { left, right } = last.getBoundingClientRect();
      return left >= 0 && right <= innerWidth ? parseFloat(getComputedStyle(last).fontSize) : 0;
    })()`);
    assert(size >= least, `${size} px in a window of ${width}`);
    // As many as there is room for, also when that changes.
    const cells = () =>
      page.locator(".strip").first().evaluate(
        (it: { style: { getPropertyValue(name: string): string } }) =>
          it.style.getPropertyValue("--cells"),
      );
    const before = await cells();
    await page.setViewportSize({ width: width + 300, height: 800 });
    await until(
      page,
      `document.querySelector(".strip").style.getPropertyValue("--cells") !== "${before}"`,
    );
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  for (
    const [size, viewport] of [
      ["phone", { width: 390, height: 800 }],
      ["old projector", { width: 1280, height: 720 }],
      ["projector", { width: 1920, height: 1080 }],
    ] as const
  ) {
    for (const lang of ["en", "zh"]) {
      pageTest(
        `nothing stands over, and everything has a name: ${size}, ${colorScheme}, ${lang}`,
        async () => {
          await using watched = await watching(["--lang", lang, "--cut", "5", "--gap", "1ms"], {
            context: { viewport, colorScheme },
          });
          const { page, it, faults } = watched;
          const conns = await Promise.all(Array.from({ length: 8 }, () => connect(it.port)));
          for (const [i, conn] of conns.entries()) {
            if (i % 4 !== 3) await echo(conn, `hello, I am ${i}\n我是客户端 ${i}\n`);
          }
          await conns[0].closeWrite();
          await until(page, `document.querySelectorAll(".lane").length === 8`);
          await until(page, `document.querySelectorAll(".mark.write").length >= 48`);
          await keepScreenshot(page, `${lang}-${colorScheme}-${size}`);
          assertEquals(await overflowing(page), []);
          assertEquals(await nameless(page), []);
          if (size !== "phone") {
            // Eight connections need no scrolling.
            assert(await fits(page));
          }
          for (const conn of conns) conn.close();
          assertEquals(faults, []);
        },
      );
    }
  }
}

for (const [lang, ending] of [["en", ""], ["zh", ".zh"]] as const) {
  pageTest(`the recorded scene is drawn as tests/pictures/relay${ending}.txt says`, async () => {
    // Written anew, with the pictures of the README, by: … -- --update
    await using replaying = await replayed(lang);
    await using watched = await watching();
    const { page, faults } = watched;
    await page.setViewportSize({ width: 1000, height: 480 });
    await page.goto(replaying.url);
    await until(page, `document.querySelectorAll(".lane.over").length === 1`);
    const drawn: string = await page.evaluate(`
      [...document.querySelectorAll(".title, .lane header, .way")].map((it) => it.matches(".way")
        ? [...it.children].map((child) => child.matches(".strip") ? rows(child) : child.textContent)
            .flat().join("\\n  ")
        : [...it.children].map((child) => child.textContent).join("  ")).join("\\n") + "\\n";
      function rows(strip) {
        const row = (selector) => [...strip.querySelectorAll(selector)].map((it) =>
          it.style.gridColumn.replaceAll(" ", "") + ":" + it.textContent +
            (it.className.match(/\\bm\\d/)?.[0] ?? "")).join(" ");
        return [row(".mark.read"), row(".byte"), row(".mark.write")];
      }`);
    const file = pathOf(`tests/pictures/relay${ending}.txt`);
    if (Deno.args.includes("--update")) {
      await Deno.writeTextFile(file, drawn);
      await page.screenshot({ path: file.replace(".txt", ".png"), fullPage: true });
    }
    assertEquals(drawn, await Deno.readTextFile(file));
    assertEquals(faults, []);
  });
}

/** The recorded scene on a page. */
async function replayed(lang: string): Promise<{ url: string } & AsyncDisposable> {
  const stop = new AbortController();
  const url = Promise.withResolvers<string>();
  const world = worldInMemory({
    stop: stop.signal,
    onSay(text) {
      const match = /(?:Page at |网页地址：)(\S+)/.exec(text);
      if (match !== null) url.resolve(match[1]);
    },
  });
  const file = pathOf("tests/pictures/relay.jsonl");
  const ended = relay(
    ["--replay", file, "--speed", "10000", "--web", "0", "--quiet", "--lang", lang],
    world,
  );
  return {
    url: await patiently(url.promise, "the page"),
    async [Symbol.asyncDispose]() {
      stop.abort();
      assertEquals(await ended, 0);
    },
  };
}

Deno.test({
  name: "the browser is closed",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => await browser?.close(),
});

function fits(page: Page): Promise<boolean> {
  return page.evaluate(`document.documentElement.scrollHeight <= innerHeight`);
}

/** Elements that stand out over the right edge, if what they are in does not scroll by itself. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("body *")]
    .filter((it) => it.closest(".strip") === null || it.matches(".strip"))
    .filter((it) => it.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((it) => it.outerHTML.slice(0, 120))`);
}

/** Buttons, inputs and pictures that a screen reader has no name for. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("button,input,[role=img],section")]
    .filter((it) => !(it.getAttribute("aria-label") || it.textContent.trim() ||
      it.closest("label")?.textContent.trim()))
    .map((it) => it.outerHTML.slice(0, 120))`);
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
  const at = Deno.args.indexOf("--screenshots");
  if (at === -1) return;
  await page.screenshot({ path: `${Deno.args[at + 1]}/${name}.png` });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
