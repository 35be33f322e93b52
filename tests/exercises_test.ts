/**
 * The seven exercises of the chapter and their answers, and which labs a word means.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1.0.19";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { type Lang, LANGUAGES } from "../src/draw/figure.ts";
import { labsMeant } from "../src/labs/chosen.ts";
import { EXERCISES } from "../src/labs/exercises.ts";
import { LABS, labs } from "../src/labs/mod.ts";

/** What `labs` prints, with all white space as one blank, and its exit code. */
async function printed(...args: string[]): Promise<{ code: number; text: string; said: string }> {
  let [text, said] = ["", ""];
  const world = worldInMemory({
    onPrint: (part) => text += part,
    onSay: (part) => said += part,
  });
  const code = await labs(args, world);
  return { code, text: flat(text), said };
}

/** Chinese is broken within words. */
function flat(text: string): string {
  return text.replace(/\s+/g, "");
}

Deno.test("all seven exercises have a question, an answer in both languages, and a lab that exists", () => {
  assertEquals(EXERCISES.map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7]);
  const names = LABS.map(({ name }) => name);
  for (const { number, question, answer, lab } of EXERCISES) {
    assert(names.includes(lab), `exercise ${number}: ${lab}`);
    for (const text of [question, ...answer]) {
      assert(/^[\x20-\x7e]+$/.test(text.en), text.en);
      assert(/\p{Script=Han}/u.test(text.zh), text.zh);
    }
    // More than a word: what was asked is answered in sentences.
    assert(answer.map(({ en }) => en).join(" ").length > 200, `exercise ${number}`);
    assert(answer.map(({ zh }) => zh).join("").length > 80, `exercise ${number}`);
  }
});

/** What an answer cannot do without. */
const NEEDED: Record<number, Record<Lang, string[]>> = {
  1: {
    en: ["application layer", "transport layer", "IP layer", "link layer", "SOCK_DGRAM"],
    zh: ["应用层", "传输层", "IP 层", "链路层", "SOCK_DGRAM"],
  },
  2: { en: ["frame", "packet", "path", "uses"], zh: ["帧", "数据包", "路径", "之上"] },
  3: { en: ["open system", "standards"], zh: ["开放式系统", "标准"] },
  4: { en: ["listen()"], zh: ["listen()"] },
  5: { en: ["At listen()", "takes the first"], zh: ["调用 listen() 时", "从队头取出"] },
  6: { en: ["At connect()", "kernel"], zh: ["调用 connect() 时", "内核"] },
  7: { en: ["loop", "check hello_server_iterative"], zh: ["循环", "check hello_server_iterative"] },
};

for (const lang of LANGUAGES) {
  Deno.test(`labs --exercises prints all of it, and runs nothing, in ${lang}`, async () => {
    const { code, text } = await printed("--exercises", "--lang", lang);
    assertEquals(code, 0);
    for (const { number, question, answer, lab } of EXERCISES) {
      for (const part of [question, ...answer]) assertStringIncludes(text, flat(part[lang]));
      assertStringIncludes(text, flat(`labs ${lab}`));
      const all = answer.map((part) => part[lang]).join(" ");
      for (const word of NEEDED[number][lang]) assertStringIncludes(all, word);
    }
    assert(!/✓|✗/.test(text));
  });

  Deno.test(`a lab prints the exercise that it answers behind its verdict, in ${lang}`, async () => {
    const { text } = await printed("4", "--lang", lang);
    const [, , , fourth] = EXERCISES;
    const verdict = text.indexOf("✓");
    assert(verdict > 0 && verdict < text.indexOf(flat(fourth.question[lang])));
    for (const part of fourth.answer) assertStringIncludes(text, flat(part[lang]));
  });
}

Deno.test("labs --exercises tells those that are meant: one by its number, those of a lab", async () => {
  const numbers = async (...args: string[]) =>
    [...(await printed("--exercises", ...args)).text.matchAll(/Exercise([1-7])/g)]
      .map(([, number]) => Number(number));
  assertEquals(await numbers("2"), [2]);
  assertEquals(await numbers("layers"), [1, 2, 3]);
  assertEquals(await numbers("4.2.5", "7"), [5, 6, 7]);
  assertEquals(await numbers(), [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("labs --exercises --json prints an object an exercise", async () => {
  let text = "";
  const world = worldInMemory({ onPrint: (part) => text += part });
  assertEquals(await labs(["--exercises", "--json", "--lang", "zh", "5"], world), 0);
  const { exercise, question, answer, lab } = JSON.parse(text);
  const [, , , , fifth] = EXERCISES;
  assertEquals([exercise, question, lab], [5, fifth.question.en, "backlog"]);
  assertEquals(answer, fifth.answer.map(({ en }) => en));
});

Deno.test("--exercises writes no page, and --slides needs one", async () => {
  for (const args of [["--exercises", "--html", "x.html"], ["--slides", "refused"]]) {
    const { code, text, said } = await printed(...args);
    assertEquals([code, text], [2, ""]);
    assertStringIncludes(said, args[0]);
  }
});

Deno.test("before the number of an exercise its word may stand by itself", async () => {
  const alone = await printed("--exercises", "5");
  assertStringIncludes(alone.text, "5");
  for (const word of ["习题", "练习", "exercise", "Exercise"]) {
    assertEquals(await printed("--exercises", word, "5"), alone);
  }
});

for (
  const [word, names] of [
    ["5", ["backlog"]],
    ["习题5", ["backlog"]],
    ["习题（5）", ["backlog"]],
    ["第5题", ["backlog"]],
    ["exercise-5", ["backlog"]],
    ["7", ["accept_loop"]],
    ["2", ["layers"]],
    ["0", []],
    ["8", []],
    ["4.3.3", ["boundary"]],
    ["§4.3.3", ["boundary"]],
    ["第4.3.3节", ["boundary"]],
    ["4.1", ["layers"]],
    ["4.1.4", ["layers"]],
    ["4.2.7", ["refused"]],
    ["4.2.2", ["refused", "backlog"]],
    ["4.3.1", ["accept_loop", "second_client"]],
    ["4.3", ["accept_loop", "second_client", "end_of_stream", "five_clients", "boundary"]],
    ["4.33", []],
    ["4.2.1", []],
    ["end-of-stream", ["end_of_stream"]],
    ["bound", []],
  ] as [string, string[]][]
) {
  Deno.test(`labs ${word} means ${names.join(", ") || "nothing"}`, () => {
    assertEquals(labsMeant(word, LABS), names);
  });
}
