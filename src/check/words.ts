/**
 * The words of `tcplab check`, in both languages.
 *
 * @module
 */

import { formatNumber, type Text } from "../draw/figure.ts";
import type { PageWords } from "../draw/page.ts";
import { text } from "../draw/words.ts";
import type { Weight } from "./case.ts";
import { type Language, programOf, type Subject } from "./subject.ts";
import type { Counts, Tally } from "./tally.ts";

/** The name of each weight, as `--list` and `--json` have it, and what it means. */
export const WEIGHTS: Record<Weight, Text> = {
  book: text("The chapter says so (book)", "书中的要求（book）"),
  robust: text(
    "A program that one can leave running does it (robust)",
    "能长期运行的程序应当做到（robust）",
  ),
  note: text("Told, never judged (note)", "仅供了解，不作评判（note）"),
};

/** How a language is called. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  c: "C",
  python: "Python",
  javascript: "JavaScript",
  java: "Java",
  go: "Go",
};

/** What the page says besides the cases. */
export function pageWords(subject: Subject, tally: Tally): PageWords {
  const { kind } = subject;
  const program = programOf(subject);
  const { counts, exitCode, tookMs } = tally;
  const summary = WORDS.summary(kind, counts, `${(tookMs / 1000).toFixed(1)} s`);
  const why = WORDS.exitCode(exitCode, tally);
  return {
    kicker: `tcplab check ${kind}`,
    title: text(program, program),
    lead: text(`${summary.en}. ${why.en}`, `${summary.zh}。${why.zh}`),
    skip: text("Skip to the cases that fail", "跳到未通过的项目"),
    contents: text("Cases", "测试项目"),
  };
}

/** Words, and sentences with figures in them. */
export const WORDS = {
  checker: text("check", "check"),
  program: text("your program", "你的程序"),
  programShows: text("your program", "你的程序"),
  endOfInput: text("end of input", "输入结束"),
  leftOut: (n: number): Text => text(`… ${formatNumber(n)} more`, `… 省略 ${formatNumber(n)} 步`),
  whatWasDone: text("What was done", "做了什么"),
  dueAndCame: (what: Text): Text =>
    text(`What was due, and what came: ${what.en}`, `预期与实际：${what.zh}`),
  cause: (language: string): Text =>
    text(`What most likely causes it (${language})`, `最可能的原因（${language}）`),
  cure: text("How to mend it", "怎样改正"),
  seeLab: (lab: string): Text =>
    text(`See it happen: tcplab labs ${lab}`, `亲眼看看：tcplab labs ${lab}`),
  listingFails: text(
    "The book's own listing fails this, too: you have not copied it wrong.",
    "书中的原程序也通不过这一项：并不是你抄错了。",
  ),
  meansNothing: (id: string): Text =>
    text(`means nothing while ${id} fails`, `${id} 通过之前没有意义`),
  sameCause: (id: string): Text => text(`for the same cause as ${id}`, `原因与 ${id} 相同`),
  holds: text("holds", "通过"),
  note: text("told, not judged", "仅供了解"),
  fails: text("fails", "未通过"),
  skipped: text("skipped", "跳过"),
  failsUncounted: (weight: string): Text =>
    text(`fails, but ${weight} cases do not count`, `未通过，但 ${weight} 各项不计入`),
  wrote: (path: string): Text => text(`Wrote ${path}`, `已写入 ${path}`),
  wrotePage: (path: string): Text =>
    text(`Wrote ${path}: open it in a browser`, `已写入 ${path}，请用浏览器打开`),
  slow: text("too slow to be judged", "太慢，无法判断"),
  runsAlready: text(" (runs already)", "（已在运行）"),
  printedNothing: text("(printed nothing)", "（没有任何输出）"),
  lost: (bytes: number): Text =>
    text(`… and ${formatNumber(bytes)} bytes more`, `… 另有 ${formatNumber(bytes)} 字节`),
  moreLines: (n: number): Text =>
    text(`… ${formatNumber(n)} lines …`, `… 省略 ${formatNumber(n)} 行 …`),
  summary: (kind: string, counts: Counts, time: string): Text => {
    const { holds, book, robust, notes, slow, skipped } = counts;
    const fails = book + robust;
    const parts: [number, string, string][] = [
      [holds, `${holds} hold${holds === 1 ? "s" : ""}`, `${holds} 项通过`],
      [fails, `${fails} fail${fails === 1 ? "s" : ""}`, `${fails} 项未通过`],
      [slow, `${slow} too slow to be judged`, `${slow} 项太慢，无法判断`],
      [skipped, `${skipped} skipped`, `${skipped} 项跳过`],
      [notes, `${notes} note${notes === 1 ? "" : "s"}`, `${notes} 项说明`],
    ];
    const told = parts.filter(([n]) => n > 0);
    return text(
      `${kind}: ${told.map(([, en]) => en).join(", ")} (${time})`,
      `${kind}：${told.map(([, , zh]) => zh).join("，")}（${time}）`,
    );
  },
  exitCode: (code: number, { strict, counts }: { strict: boolean; counts: Counts }): Text => {
    const { book, robust } = counts;
    if (code === 0) {
      return robust > 0
        ? text(
          "Exit code 0: no case of the book fails; with --strict the robust cases count, too.",
          "退出码 0：书中的要求没有未通过的；加上 --strict，robust 各项也计入。",
        )
        : strict
        ? text("Exit code 0: nothing fails.", "退出码 0：没有未通过的项目。")
        : text(
          "Exit code 0: nothing fails that the book asks for.",
          "退出码 0：书中的要求没有未通过的。",
        );
    }
    if (book + robust === 0) {
      return text("Exit code 1: nothing could be judged.", "退出码 1：没有一项能够判断。");
    }
    return book > 0
      ? text(
        `Exit code 1: ${book === 1 ? "a case" : `${book} cases`} of the book fail${
          book === 1 ? "s" : ""
        }.`,
        `退出码 1：书中的要求有 ${book} 项未通过。`,
      )
      : text(
        `Exit code 1: ${robust === 1 ? "a robust case fails" : `${robust} robust cases fail`}, ` +
          "and with --strict they count.",
        `退出码 1：robust 有 ${robust} 项未通过，而 --strict 把它们计入。`,
      );
  },
  progress: (done: number, all: number): Text =>
    text(`${done} of ${all} cases …`, `已完成 ${done}/${all} 项 …`),
  stopped: (done: number, all: number, signal: string | null): Text =>
    text(
      `check: Stopped${signal === null ? "" : ` by ${signal}`}: ${done} of ${all} cases were done`,
      `check: ${
        signal === null ? "已停止" : `收到 ${signal}，已停止`
      }：${all} 项中完成了 ${done} 项`,
    ),
} as const;
