/**
 * The labs as slides, in a real browser, as large as a projector shows them.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import type { Page } from "npm:playwright-core@1.60.0";
import { LANGUAGES } from "../src/draw/figure.ts";
import { LABS } from "../src/labs/mod.ts";
import { browserTest, keepScreenshot, labsPage, withPage } from "./page_support.ts";

const PROJECTOR = { width: 1920, height: 1080 };
/** From the last row of a room nothing smaller can be read. */
const LEAST_PX = 32;

browserTest("the labs as slides: what a teacher projects", async (t, { browser, folder }) => {
  for (const lang of LANGUAGES) {
    const file = await labsPage(folder, lang, "--slides");
    await withPage(browser, file, { viewport: PROJECTOR }, async (page) => {
      await t.step(
        `in ${lang}: every slide fits, in letters of ${LEAST_PX} px`,
        () => all(page),
      );
      await t.step(`in ${lang}: keys go through them, and leave them`, () => keys(page));
    });
  }
  const page = `${folder}/en.html`;
  await t.step(
    "without a script it is a page like any other",
    () =>
      withPage(browser, page, { javaScriptEnabled: false }, async (page) => {
        assert(await page.locator("#boundary-1 svg").isVisible());
      }),
  );
});

const place = async (page: Page) =>
  (await page.locator(".remote output").textContent())!.split(" / ").map(Number);
const shownSteps = (page: Page): Promise<[number, number]> =>
  page.evaluate(`(() => {
    const steps = [...document.querySelectorAll(".current g.step")];
    return [steps.filter((it) => !it.classList.contains("later")).length, steps.length];
  })()`);

/** Goes through all slides, each from empty to full. */
async function all(page: Page): Promise<void> {
  const [, count] = await place(page);
  const kinds: string[] = [];
  for (let i = 1; i <= count; i++) {
    assertEquals(await place(page), [i, count]);
    const kind: string = await page.evaluate(`document.querySelector(".current").className`);
    kinds.push(kind.split(" ").find((name) => name !== "slide" && name !== "current") ?? "cover");
    assertEquals(await page.locator("figure:visible").count() <= 1, true);
    const isPicture = !kind.includes("telling") &&
      await page.locator("figure:visible").count() === 1;
    if (isPicture) {
      const [none, steps] = await shownSteps(page);
      assertEquals(none, 0);
      assertEquals(await page.locator(".current table:visible").count(), 0);
      for (let step = 1; step <= steps; step++) {
        await page.keyboard.press("ArrowRight");
        assertEquals(await shownSteps(page), [step, steps]);
      }
    }
    assertEquals(await tooLarge(page), []);
    assertEquals(await tooSmall(page), []);
    await keepScreenshot(page, `slide-${i}`);
    if (i < count) await page.keyboard.press("ArrowRight");
  }
  // Of each lab first the claim, then what is seen, then the verdict, then the exercises.
  const order = kinds.map((kind) => kind[0]).join("");
  assertMatch(order, new RegExp(`^c(os+ca*){${LABS.length}}$`));
  await page.keyboard.press("ArrowRight");
  assertEquals(await place(page), [count, count]);
}

/** What stands out of the slide, or over what is below it. */
function tooLarge(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const bottom = document.querySelector(".remote").getBoundingClientRect().top;
    return [...document.querySelectorAll(".current *")]
      .map((it) => ({ it, box: it.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 &&
        (box.bottom > bottom + 1 || box.top < 0 || box.left < 0 || box.right > innerWidth + 1))
      .map(({ it }) => it.tagName + " " + it.textContent.slice(0, 60));
  })()`);
}

/** Texts in letters that are too small; those of a picture as large as it is shown. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(".current *, .remote *")]
    .filter((it) => it.getBoundingClientRect().width > 0)
    .filter((it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
    .map((it) => {
      const svg = it.closest("svg");
      const scale = svg === null ? 1 : svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return { it, px: parseFloat(getComputedStyle(it).fontSize) * scale };
    })
    .filter(({ px }) => px < ${LEAST_PX} - 0.01)
    .map(({ it, px }) => px.toFixed(1) + " " + it.textContent.slice(0, 40))`);
}

async function keys(page: Page): Promise<void> {
  const [, count] = await place(page);
  await page.keyboard.press("Home");
  assertEquals(await place(page), [1, count]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assertEquals([await place(page), (await shownSteps(page))[0]], [[3, count], 0]);
  await page.keyboard.press("PageDown");
  await page.keyboard.press(" ");
  assertEquals((await shownSteps(page))[0], 2);
  await page.keyboard.press("PageUp");
  assertEquals((await shownSteps(page))[0], 1);
  // What the browser itself does with a key stays the browser's.
  await page.keyboard.press("Control+ArrowRight");
  assertEquals((await shownSteps(page))[0], 1);
  // The table instead of the picture, and back.
  await page.keyboard.press("t");
  assertEquals(
    [await page.locator("table:visible").count() > 0, await page.locator("svg:visible").count()],
    [true, 0],
  );
  assertEquals(await tooLarge(page), []);
  await page.keyboard.press("t");
  assertEquals(await page.locator("svg:visible").count(), 1);
  // Back from the first step of a slide to the slide before it, which is full.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  assertEquals([(await place(page))[0], ...await shownSteps(page)], [3, 4, 4]);
  // A button that is pressed is one step, not two.
  await page.locator(".remote button").first().focus();
  await page.keyboard.press(" ");
  assertEquals((await shownSteps(page))[0], 3);
  await page.keyboard.press("End");
  assertEquals(await place(page), [count, count]);
  await page.keyboard.press("Escape");
  assertEquals(await page.locator("section.lab:visible").count(), LABS.length);
  assertEquals(await page.locator(".later").count(), 0);
  // On paper they are a page, too.
  await page.keyboard.press("s");
  assertEquals(await page.locator(".remote").isVisible(), true);
  await page.emulateMedia({ media: "print" });
  assertEquals(await page.locator("section.lab:visible").count(), LABS.length);
  assertEquals(await page.locator(".remote").isVisible(), false);
  await page.emulateMedia({ media: "screen" });
}
