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
  browserTest,
  cutOffInPictures,
  keepScreenshot,
  labsPage,
  overflowing,
  readableColours,
  SIZES,
  withPage,
} from "./page_support.ts";

browserTest("the page of all labs works in a browser", async (t, { browser, folder }) => {
  for (const lang of LANGUAGES) {
    const file = await labsPage(folder, lang);
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
});

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
    `in ${lang}: the keyboard alone goes through every picture, from empty to full`,
    () => stepping(page),
  );
  await t.step(`in ${lang}: message 2 has one colour wherever its bytes are`, () => colours(page));
  await t.step(`in ${lang}: on paper there are no buttons, and the light colours`, async () => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assertEquals(await page.locator(".steps").first().isVisible(), false);
    assertEquals(await page.locator(".start").isVisible(), false);
    const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    assertEquals(paper, "rgb(255, 255, 255)");
    await page.emulateMedia({ media: "screen" });
  });
  await t.step(
    `in ${lang}: on paper every lab begins a page, and a page that is no lab's is the first`,
    () => onPaper(page),
  );
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
    assert(table.length > 20, `${title}: ${table}`);
  }
  const ids: string[] = await page.evaluate(
    `[...document.querySelectorAll("[id]")].map(({ id }) => id)`,
  );
  assertEquals(ids.length, new Set(ids).size);
}

async function stepping(page: Page): Promise<void> {
  // All of them by the events of keys, one of them by the keys themselves.
  const seen: { all: number; shown: number[]; tables: number[] }[] = await page.evaluate(`
    [...document.querySelectorAll("figure")].map((figure) => {
      const all = figure.querySelectorAll("g.step").length;
      const tables = figure.closest("article").querySelector(".tables");
      const told = { all, shown: [], tables: [] };
      for (let i = 0; i <= all; i++) {
        const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true });
        figure.dispatchEvent(key);
        told.shown.push(all - figure.querySelectorAll("g.step.later").length);
        told.tables.push(getComputedStyle(tables).visibility === "visible" ? 1 : 0);
      }
      return told;
    })`);
  assert(seen.length >= 17, `${seen.length} pictures`);
  for (const { all, shown, tables } of seen) {
    assert(all > 1);
    // Behind the last step it begins anew: empty, and without the table, which would tell the end.
    assertEquals(shown, Array.from({ length: all + 1 }, (_, i) => i));
    assertEquals(tables, shown.map((n) => n === all ? 1 : 0));
  }

  const figure = page.locator("#end_of_stream figure").first();
  const steps = await figure.locator("g.step").count();
  const shown = async () => steps - await figure.locator("g.step.later").count();
  const focused = () => page.evaluate("document.activeElement.tagName");
  const [back, forth] = await figure.locator("button").all();
  await figure.focus();
  await page.keyboard.press("ArrowLeft");
  assertEquals([await shown(), await focused()], [steps - 1, "FIGURE"]);
  assertEquals(await figure.locator("output").textContent(), `${steps - 1} / ${steps}`);
  // A button keeps the focus, too, at either end.
  await forth.focus();
  await page.keyboard.press("Enter");
  assertEquals([await shown(), await focused()], [steps, "BUTTON"]);
  await back.focus();
  for (let i = 0; i < steps; i++) await page.keyboard.press("Enter");
  assertEquals([await shown(), await focused()], [0, "BUTTON"]);
  await page.keyboard.press("Enter");
  assertEquals([await shown(), await focused()], [steps, "BUTTON"]);
}

/** The fill of what lies at the place of a byte, in the row of writes, of bytes, of reads. */
async function colours(page: Page): Promise<void> {
  const fills: string[][] = await page.evaluate(`
    [...document.querySelectorAll("#boundary-1 svg, #boundary-2 svg, #boundary-4 svg")].map((svg) => {
      const cells = [...svg.querySelectorAll("rect.cell")];
      const [h] = cells.slice(6, 7); // of "hi!"
      const middle = h.getBoundingClientRect().left + h.getBoundingClientRect().width / 2;
      return [...svg.querySelectorAll("rect")]
        .filter((it) => {
          const { left, right } = it.getBoundingClientRect();
          return left < middle && middle < right && getComputedStyle(it).fill !== "none";
        })
        .map((it) => getComputedStyle(it).fill);
    })`);
  assertEquals(fills.map((row) => [row.length, new Set(row).size]), [[4, 1], [4, 1], [3, 1]]);
}

async function onPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: "print" });
  const breaks: string[] = await page.evaluate(
    `[...document.querySelectorAll("section.lab")].map((lab) => getComputedStyle(lab).breakBefore)`,
  );
  assertEquals(breaks, LABS.map(() => "page"));
  // The last lab is the last thing on the page: nothing can stand on a page of its own behind it.
  const last: string = await page.evaluate(
    `document.querySelector("body > main > :last-child").className + " " +
      [...document.body.children].filter((it) => !it.matches("script"))
        .filter((it) => getComputedStyle(it).display !== "none").at(-1).tagName`,
  );
  assertEquals(last, "lab MAIN");
  await page.emulateMedia({ media: "screen" });
}
