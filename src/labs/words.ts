/**
 * The words of `tcplab labs`, in both languages.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import type { Text } from "../draw/figure.ts";
import type { PageWords } from "../draw/page.ts";
import { text } from "../draw/words.ts";

/** What the page says besides the labs. */
export const PAGE: PageWords = {
  kicker: "tcplab labs",
  title: text(
    "Chapter 4, seen over real sockets",
    "用真实的套接字看第 4 章",
  ),
  lead: text(
    "Every claim below was put to the test on this machine, with real sockets, a moment before " +
      "this page was written. Times and numbers are what was measured.",
    "下面的每个论断，都在生成本页之前不久，用真实的套接字在这台机器上验证过。时间和数字都是实测值。",
  ),
  skip: text("Skip to the labs", "跳到实验"),
  contents: text("Labs", "实验目录"),
};

/** Words, and sentences with figures in them. */
export const WORDS = {
  holds: text("holds", "成立"),
  doesNotHold: text("does not hold", "不成立"),
  wrote: (path: string): Text =>
    text(`Wrote ${quote(path)}: open it in a browser`, `已写入 ${quote(path)}，请用浏览器打开`),
  seeLab: (command: string): Text => text(`See it happen: ${command}`, `亲眼看看：${command}`),
  summary: (holding: number, all: number, time: string): Text =>
    text(
      `${all === 1 ? "1 lab" : `${all} labs`}: ${holding} hold${holding === 1 ? "s" : ""}` +
        `${holding === all ? "" : `, ${all - holding} not`} (${time})`,
      `${all} 个实验：${holding} 个成立${
        holding === all ? "" : `，${all - holding} 个不成立`
      }（${time}）`,
    ),
} as const;
