/**
 * The words that pictures, page and terminal have in common, in both languages.
 *
 * @module
 */

import { formatNumber, type Text } from "./lab.ts";

const text = (en: string, zh: string): Text => ({ en, zh });

/** Words, and sentences with figures in them. */
export const WORDS = {
  holds: text("holds", "成立"),
  doesNotHold: text("does not hold", "不成立"),
  waits: text("waits", "等待"),
  served: text("served", "服务中"),
  refused: text("refused", "被拒绝"),
  none: text("not tried", "未尝试"),
  call: text("call", "调用"),
  times: text("times", "次数"),
  bytesOfEach: text("bytes of each", "每次的字节数"),
  backlog: text("backlog", "backlog"),
  letIn: text("let in", "进入队列"),
  next: text("the next one", "下一个"),
  who: text("who", "谁"),
  what: text("what", "状态"),
  from: text("from", "开始"),
  to: text("to", "结束"),
  duration: text("duration", "时长"),
  time: text("time", "时间"),
  itsAddress: text("its address and port", "自己的地址和端口"),
  theServer: text("connected to", "连接到"),
  frame: text("frame", "帧"),
  parts: text("parts, in bytes", "各部分（字节）"),
  inAll: text("in all", "合计"),
  pageTitle: text(
    "Chapter 4, seen over real sockets",
    "用真实的套接字看第 4 章",
  ),
  pageIntro: text(
    "Every claim below was put to the test on this machine, with real sockets, a moment before " +
      "this page was written. Times and numbers are what was measured.",
    "下面的每个论断，都在生成本页之前不久，用真实的套接字在这台机器上验证过。时间和数字都是实测值。",
  ),
  asked: text("as many as asked for", "要求的数目之内"),
  beyond: text("beyond that", "超出的"),
  skip: text("Skip to the labs", "跳到实验"),
  contents: text("Labs", "实验目录"),
  section: (section: string): Text => text(`Section ${section}`, `第 ${section} 节`),
  inNumbers: text("In numbers", "数据表"),
  previous: text("Previous", "上一步"),
  following: text("Next", "下一步"),
  bytes: (n: number): Text =>
    text(`${formatNumber(n)} byte${n === 1 ? "" : "s"}`, `${formatNumber(n)} 字节`),
  wrote: (path: string): Text =>
    text(`Wrote ${path}: open it in a browser`, `已写入 ${path}，请用浏览器打开`),
  summary: (holding: number, all: number, time: string): Text =>
    text(
      `${all === 1 ? "1 lab" : `${all} labs`}: ${holding} hold${holding === 1 ? "s" : ""}` +
        `${holding === all ? "" : `, ${all - holding} not`} (${time})`,
      `${all} 个实验：${holding} 个成立${
        holding === all ? "" : `，${all - holding} 个不成立`
      }（${time}）`,
    ),
} as const;
