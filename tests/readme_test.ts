/**
 * The two READMEs and what they link to.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { LABS } from "../src/labs/mod.ts";
import { ROOT } from "./support.ts";

const FILES = ["README.md", ".github/README.zh-CN.md"];
const PAGES = [...Deno.readDirSync(new URL(".github/", ROOT))].map(({ name }) => `.github/${name}`)
  .filter((path) => path.endsWith(".md")).concat("README.md");

const textOf = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));
/** Without what stands between fences or is indented: words alone. */
const wordsOf = (path: string) =>
  textOf(path).replaceAll(/^```.*?^```$/gms, "").replaceAll(/^ {4}.*$/gm, "");
const headingsOf = (path: string) => [...wordsOf(path).matchAll(/^(#+) (.*)$/gm)];
/** As GitHub makes them. */
const anchorsOf = (path: string) =>
  headingsOf(path).map(([, , title]) =>
    title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );

Deno.test("both READMEs have the same parts, name the book, and can be read in one sitting", () => {
  const [english, chinese] = FILES.map((path) => headingsOf(path).map(([, level]) => level));
  assertEquals(english, chinese);
  for (const path of FILES) {
    const text = textOf(path);
    assert(text.split("\n").length <= 300, path);
    for (const word of ["《TCP/IP网络编程》", "TCP/IP Socket Programming"]) {
      assert(text.slice(0, 600).includes(word), `${path}: ${word}`);
    }
  }
});

Deno.test("every link within the repository leads to a file, and to a heading in it", () => {
  let seen = 0;
  for (const path of PAGES) {
    for (const [, target] of wordsOf(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file, anchor] = target.split("#");
      const to = file === "" ? path : new URL(file, new URL(path, "file:///")).pathname.slice(1);
      assert(Deno.statSync(new URL(to, ROOT)), `${path}: ${target}`);
      if (anchor !== undefined) assert(anchorsOf(to).includes(anchor), `${path}: ${target}`);
      seen++;
    }
  }
  assert(seen > 60, `only ${seen} links`);
});

Deno.test("both READMEs name every lab", () => {
  for (const path of FILES) {
    for (const { name } of LABS) assert(textOf(path).includes(`\`${name}\``), `${path}: ${name}`);
  }
});

Deno.test("in the Chinese README no blank stands between Chinese characters, at the end of a line or not", () => {
  const prose = wordsOf(".github/README.zh-CN.md").replaceAll(/^\|.*$/gm, "");
  const stray = prose.match(
    /.{0,8}[\p{Script=Han}，。；：、？！（）“”《》](?: |\n(?![\n#-]))[\p{Script=Han}，。；：、？！（）“”《》].{0,8}/gu,
  );
  // The author's name and "著" stand apart.
  assertEquals((stray ?? []).filter((text) => !text.includes("尹圣雨 著")), []);
});
