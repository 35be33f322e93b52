/**
 * The page of a check in a real browser. To look at it yourself, keep the screenshots:
 *
 *     deno test -A tests/check_page_test.ts -- --screenshots FOLDER
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import type { Page } from "npm:playwright-core@1.60.0";
import { LANGUAGES } from "../src/draw/figure.ts";
import { pageOf } from "../src/check/page_report.ts";
import { OUTCOMES, SUBJECT, TALLY } from "./check_outcomes.ts";
import {
  browserTest,
  cutOffInPictures,
  keepScreenshot,
  overflowing,
  readableColours,
  SIZES,
  withPage,
} from "./page_support.ts";

browserTest(
  "the page of a check shows every fault, and says all else in its contents",
  async (t, { browser, folder }) => {
    for (const lang of LANGUAGES) {
      const file = `${folder}/${lang}.html`;
      const result = { outcomes: OUTCOMES, tally: TALLY, lang };
      await Deno.writeTextFile(file, pageOf(SUBJECT, result));
      await withPage(browser, file, {}, async (page) => {
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          for (const [size, viewport] of Object.entries(SIZES)) {
            await t.step(`in ${lang}, ${colorScheme}, ${size}: nothing stands out`, async () => {
              await page.setViewportSize(viewport);
              await keepScreenshot(page, `check-${lang}-${colorScheme}-${size}`);
              assertEquals(await overflowing(page), []);
              assertEquals(await cutOffInPictures(page), []);
            });
          }
          await t.step(
            `in ${lang}, ${colorScheme}: colours stand out from what is behind them`,
            () => readableColours(page),
          );
        }
        await t.step(`in ${lang}: what is told`, () => told(page));
      });
    }
  },
);

/** One line of the contents a case, and a section for each fault that is told for itself. */
async function told(page: Page): Promise<void> {
  assertEquals(await page.locator("nav li").count(), OUTCOMES.length);
  const marks: string[] = await page.evaluate(
    `[...document.querySelectorAll("nav .mark")].map(({ textContent }) => textContent)`,
  );
  assertEquals(marks.join(""), "✓✗✗✗–––");
  const links: string[] = await page.evaluate(
    `[...document.querySelectorAll("nav a")].map((it) => it.getAttribute("href"))`,
  );
  assertEquals(links, ["#words", "#cut"]);
  assertEquals(await page.locator("section.lab").count(), links.length);
  for (const link of links) assert(await page.locator(`section${link}`).isVisible());
  assertEquals(await page.locator("#words article").count(), 4);
  const code = await page.locator("#words pre").textContent();
  assert(code?.includes("await conn.write(buffer.subarray(0, n));"), String(code));
}
