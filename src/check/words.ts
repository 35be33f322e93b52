/**
 * The words of `tcplab check`, in both languages.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import type { Weight } from "./case.ts";
import type { Language } from "./subject.ts";

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

/** Words, and sentences with figures in them. */
export const WORDS = {
  holds: text("holds", "通过"),
  fails: text("fails", "未通过"),
  skipped: text("skipped", "跳过"),
  slow: text("too slow to be judged", "太慢，无法判断"),
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
