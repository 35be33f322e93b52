/**
 * The page of the labs in a real browser: Debian's chromium, driven by
 * playwright-core. To look at it yourself, keep the screenshots:
 *
 *     deno test -A tests/labs_page_test.ts -- --screenshots FOLDER
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import type { Page } from "npm:playwright-core@1.60.0";
import { type Lang, LANGUAGES } from "../src/draw/figure.ts";
import { LABS } from "../src/labs/mod.ts";
import {
  cutOffInPictures,
  ignore,
  keepScreenshot,
  launchBrowser,
  needs,
  overflowing,
  readableColours,
  SIZES,
  withPage,
} from "./page_support.ts";
import { runToEnd, tcplab } from "./support.ts";

Deno.test({
  name: `the page of all labs works in a browser${needs}`,
  ignore,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const browser = await launchBrowser();
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
