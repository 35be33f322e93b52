/**
 * Chinese wherever English is: every sentence of the code has its Chinese, and nothing of a
 * program's help, errors and reports is left in English.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { allSentences, FOLDERS, sentencesOf } from "./chinese_support.ts";

const CHINESE = new Map<string, Readonly<Record<string, string>>>();
for (const folder of [...FOLDERS, "src/cli"]) {
  CHINESE.set(folder, (await import(new URL(`../${folder}/zh.ts`, import.meta.url).href)).ZH);
}
const OF_ALL = CHINESE.get("src/cli")!;
const SENTENCES = await allSentences();

Deno.test("every sentence in the code has its Chinese: in its folder's file, or in that of cli", () => {
  for (const [folder, sentences] of SENTENCES) {
    const own = CHINESE.get(folder)!;
    const missing = [...sentences].filter((one) =>
      !Object.hasOwn(own, one) && !Object.hasOwn(OF_ALL, one)
    );
    assertEquals(missing, [], folder);
  }
});

Deno.test("no Chinese is left over from a sentence that is gone, or stands there twice", () => {
  for (const [folder, chinese] of CHINESE) {
    for (const english of Object.keys(chinese)) {
      assert(SENTENCES.get(folder)!.has(english), `${folder}: ${english}`);
      assert(folder === "src/cli" || !Object.hasOwn(OF_ALL, english), `${folder}: ${english}`);
    }
  }
});

Deno.test("every Chinese sentence has the places of the English one, and is not the English", () => {
  const placesIn = (text: string) => (text.match(/\{[0-9]\}/g) ?? []).sort();
  for (const [folder, chinese] of CHINESE) {
    for (const [english, zh] of Object.entries(chinese)) {
      assertEquals(placesIn(zh), placesIn(english), `${folder}: ${zh}`);
      assert(zh !== english, `${folder}: ${zh}`);
    }
  }
});

Deno.test("Chinese has the punctuation of Chinese, and no blank beside it", () => {
  for (const chinese of CHINESE.values()) {
    for (const sentence of Object.values(chinese)) {
      // But where a program begins, of calls, in the book's title, and of what may be repeated.
      const zh = sentence.replace(/^echo_client: |[\w}]\([^)]*\)|《.*?》| \.\.\./g, "");
      // Half a pair of brackets, a colon or a comma between Chinese characters.
      assert(!/\p{Script=Han} ?[,;:!?.()]|[,;:!?()] ?\p{Script=Han}/u.test(zh), zh);
      assert(!/ [，。、；：！？（）“”]|[，。、；：！？（）“”] /.test(zh), zh);
      assert(!/\p{Script=Han} \p{Script=Han}/u.test(zh), zh);
      // Numbers and Latin words stand a little apart.
      assert(!/\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u.test(zh), zh);
    }
  }
});

Deno.test("sentences are found however they are written", () => {
  const code =
    '/* words`no` */ // words`no`\nwords`one ${a} two ${f(`${"}"}` + words`three`)}`; say(words`four\n    five \\`six\\``);' +
    "\nnot.words`x`; otherwords`y`; words`${a}: ${b}`;";
  assertEquals(sentencesOf(code), [
    "one {0} two {1}",
    "three",
    "four five `six`",
    "{0}: {1}",
  ]);
});
