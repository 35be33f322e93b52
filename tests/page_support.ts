/**
 * A page in a real browser: Debian's chromium, driven by playwright-core. To look at it
 * yourself, keep the screenshots:
 *
 *     deno test -A tests/labs_page_test.ts -- --screenshots FOLDER
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import type { Browser, BrowserContextOptions, Page } from "npm:playwright-core@1.60.0";
import type { Lang } from "../src/draw/figure.ts";
import { runToEnd, tcplab } from "./support.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Is there no browser here? */
export const ignore = !(await exists(CHROMIUM));
/** What a test's name says of it. */
export const needs = ignore ? ` (skipped: no ${CHROMIUM}; Debian's package chromium has it)` : "";

/** Windows that a page has to look well in. */
export const SIZES = {
  desk: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
};

/** Starts the browser. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await import("npm:playwright-core@1.60.0");
  return await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** A test with a browser, and a folder for the pages that it looks at. */
export function browserTest(
  name: string,
  fn: (t: Deno.TestContext, it: { browser: Browser; folder: string }) => Promise<void>,
): void {
  Deno.test({
    name: `${name}${needs}`,
    ignore,
    async fn(t) {
      const folder = await Deno.makeTempDir();
      const browser = await launchBrowser();
      try {
        await fn(t, { browser, folder });
      } finally {
        await browser.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** Lets `labs` write its page; the file. */
export async function labsPage(folder: string, lang: Lang, ...options: string[]): Promise<string> {
  const file = `${folder}/${lang}.html`;
  const [run, ...args] = tcplab("labs", "--lang", lang, ...options, "--html", file);
  args.splice(args.indexOf("-N") + 1, 0, `--allow-write=${folder}`);
  const { code, stderr } = await runToEnd([run, ...args]);
  assert(code === 0 && stderr.includes(file), stderr);
  return file;
}

/** Opens the page; whatever it says on the console or asks of a network is a fault. */
export async function withPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      if (request.url() !== `file://${file}` && !request.url().startsWith("data:")) {
        faults.push(request.url());
      }
    });
    await page.goto(`file://${file}`);
    await look(page);
    assertEquals(faults, []);
  } finally {
    await context.close();
  }
}

/** Elements that stand out over the right edge, if they do not scroll by themselves. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("body *:not(.skip)")]
    .filter((it) => {
      const around = it.parentElement.closest(".scroll");
      return around === null || getComputedStyle(around).overflowX !== "auto";
    })
    .filter((it) => it.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((it) => it.outerHTML.slice(0, 120))`);
}

/** Texts of pictures that stand out of the picture, over one another or across a box. */
export function cutOffInPictures(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg.figure")].flatMap((svg) => {
    const { left, right, top, bottom } = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")]
      .map((it) => ({ text: svg.id + it.textContent, box: it.getBoundingClientRect() }));
    const out = texts.filter(({ box }) => box.left < left - 1 || box.right > right + 1 ||
      box.top < top - 1 || box.bottom > bottom + 1);
    const over = texts.filter((one, i) => texts.slice(i + 1).some((other) =>
      one.box.left + 1 < other.box.right && other.box.left + 1 < one.box.right &&
      one.box.top + 4 < other.box.bottom && other.box.top + 4 < one.box.bottom));
    // A text stands in a box, or beside it.
    const boxes = [...svg.querySelectorAll("rect.tint")].map((it) => it.getBoundingClientRect());
    const across = texts.filter(({ box }) => boxes.some((it) =>
      box.top + 4 < it.bottom && it.top + 4 < box.bottom &&
      box.left + 1 < it.right && it.left + 1 < box.right &&
      (box.left < it.left - 1 || box.right > it.right + 1)));
    return [...out, ...over, ...across].map(({ text }) => text);
  })`);
}

/** WCAG 2: 4.5 for text, of what is painted where it is painted. */
export async function readableColours(page: Page): Promise<void> {
  const poor = await page.evaluate(`(() => {
    const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (a, b) => {
      const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
      return (high + 0.05) / (low + 0.05);
    };
    const behind = (it) => {
      for (; it !== null; it = it.parentElement) {
        const colour = getComputedStyle(it).backgroundColor;
        if (numbers(colour)[3] !== 0) return numbers(colour);
      }
      return [255, 255, 255];
    };
    const poor = [];
    for (const it of document.querySelectorAll("h1,h2,h3,p,td,th,text,a,span,blockquote p,footer p")) {
      const style = getComputedStyle(it);
      const ratio = contrast(numbers(it.matches("text") ? style.fill : style.color), behind(it));
      if (ratio < 4.5) poor.push(ratio.toFixed(2) + " " + it.textContent.slice(0, 40));
    }
    return poor;
  })()`);
  assertEquals(poor, []);
}

/** Keeps a picture of it, if that was asked for. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const at = Deno.args.indexOf("--screenshots");
  if (at === -1) return;
  await page.screenshot({ path: `${Deno.args[at + 1]}/${name}.png`, fullPage: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
