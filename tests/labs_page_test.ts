/**
 * The page of the labs in a real browser: Debian's chromium, driven by
 * playwright-core. To look at it yourself, keep the screenshots:
 *
 *     deno test -A tests/labs_page_test.ts -- --screenshots FOLDER
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import type { Browser, BrowserContextOptions, Page } from "npm:playwright-core@1.60.0";
import { type Lang, LANGUAGES } from "../src/draw/figure.ts";
import { LABS } from "../src/labs/mod.ts";
import { runToEnd, tcplab } from "./support.ts";

const CHROMIUM = "/usr/bin/chromium";
const ignore = !(await exists(CHROMIUM));
const needs = ignore ? ` (skipped: no ${CHROMIUM}; Debian's package chromium has it)` : "";

const SIZES = {
  desk: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
};

Deno.test({
  name: `the page of all labs works in a browser${needs}`,
  ignore,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const { chromium } = await import("npm:playwright-core@1.60.0");
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      for (const lang of LANGUAGES) {
        const file = await pageIn(lang, folder);
        await withPage(browser, file, {}, (page) => lookAt(page, lang, t));
        await t.step(
          `in ${lang}: without a script everything is there, and no button`,
          () =>
            withPage(browser, file, { javaScriptEnabled: false }, async (page) => {
              assertEquals(await page.locator("button").count(), 0);
              assert(await page.locator("#end_of_stream g.step").last().isVisible());
            }),
        );
      }
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Lets the program write the page; the file. */
async function pageIn(lang: Lang, folder: string): Promise<string> {
  const file = `${folder}/${lang}.html`;
  const [run, ...args] = tcplab("labs", "--lang", lang, "--html", file);
  args.splice(args.indexOf("-N") + 1, 0, `--allow-write=${folder}`);
  const { code, stderr } = await runToEnd([run, ...args]);
  assert(code === 0 && stderr.includes(file), stderr);
  return file;
}

async function lookAt(page: Page, lang: Lang, t: Deno.TestContext): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await t.step(`in ${lang}, ${colorScheme}, ${size}: nothing stands out or over`, async () => {
        await page.setViewportSize(viewport);
        await keepScreenshot(page, `${lang}-${colorScheme}-${size}`);
        assertEquals(await overflowing(page), []);
        assertEquals(await cutOffInPictures(page), []);
        assertEquals(await page.locator("section.lab").count(), LABS.length);
      });
    }
    await t.step(
      `in ${lang}, ${colorScheme}: colours stand out from what is behind them`,
      () => readableColours(page),
    );
  }
  await t.step(
    `in ${lang}: every picture has a name, a description and a table`,
    () => namedPictures(page),
  );
  await t.step(
    `in ${lang}: the keyboard alone goes through the events of a picture`,
    () => stepping(page),
  );
  await t.step(`in ${lang}: on paper there are no buttons, and the light colours`, async () => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assertEquals(await page.locator(".steps").first().isVisible(), false);
    const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    assertEquals(paper, "rgb(255, 255, 255)");
  });
}

/** Opens the page; whatever it says on the console or asks of a network is a fault. */
async function withPage(
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
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("body *:not(.skip)")]
    .filter((it) => {
      const around = it.parentElement.closest(".scroll");
      return around === null || getComputedStyle(around).overflowX !== "auto";
    })
    .filter((it) => it.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map((it) => it.outerHTML.slice(0, 120))`);
}

/** Texts of pictures that stand out of the picture, over one another or across a box. */
function cutOffInPictures(page: Page): Promise<string[]> {
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

async function namedPictures(page: Page): Promise<void> {
  const pictures: [string, string, string][] = await page.evaluate(`
    [...document.querySelectorAll("svg.figure")].map((svg) => {
      const names = svg.getAttribute("aria-labelledby").split(" ")
        .map((id) => document.getElementById(id).textContent);
      const table = svg.closest("article").querySelector("table");
      return [...names, table?.textContent ?? ""];
    })`);
  assert(pictures.length > LABS.length);
  for (const [title, description, table] of pictures) {
    assert(title.length > 5, title);
    assert(description.length > title.length / 2, `${title}: ${description}`);
    assert(/[0-9]/.test(table), `${title}: ${table}`);
  }
  const ids: string[] = await page.evaluate(
    `[...document.querySelectorAll("[id]")].map(({ id }) => id)`,
  );
  assertEquals(ids.length, new Set(ids).size);
}

/** WCAG 2: 4.5 for text, of what is painted where it is painted. */
async function readableColours(page: Page): Promise<void> {
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

async function stepping(page: Page): Promise<void> {
  const figure = page.locator("#end_of_stream figure").first();
  const hidden = () => figure.locator("g.step.later").count();
  const steps = await figure.locator("g.step").count();
  assertEquals(await hidden(), 0);
  await figure.locator("button").first().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assertEquals(await hidden(), 2);
  assertEquals(await figure.locator("output").textContent(), `${steps - 2} / ${steps}`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assertEquals(await hidden(), 1);
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
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
