/**
 * The words that figures have in common, wherever they are drawn, in both languages.
 *
 * @module
 */

import { formatNumber, type Text } from "./figure.ts";

/** A text in both languages. */
export const text = (en: string, zh: string): Text => ({ en, zh });

/** Words, and sentences with figures in them. */
export const WORDS = {
  waits: text("waits", "等待"),
  served: text("served", "服务中"),
  full: text("full", "已满"),
  refused: text("refused", "被拒绝"),
  none: text("not tried", "未尝试"),
  call: text("call", "调用"),
  times: text("times", "次数"),
  howMany: text("how many", "数目"),
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
  step: text("step", "步骤"),
  layer: text("layer", "层"),
  fromTo: text("from → to", "从 → 到"),
  carries: text("what goes there", "传送的内容"),
  itsAddress: text("its address and port", "自己的地址和端口"),
  theServer: text("connected to", "连接到"),
  frame: text("frame", "帧"),
  parts: text("parts, in bytes", "各部分（字节）"),
  inAll: text("in all", "合计"),
  asked: text("as many as asked for", "要求的数目之内"),
  beyond: text("beyond that", "超出的"),
  section: (section: string): Text => text(`Section ${section}`, `第 ${section} 节`),
  inNumbers: text("As a table", "表格"),
  previous: text("Previous", "上一步"),
  following: text("Next", "下一步"),
  slides: text("Slides", "幻灯片"),
  tables: text("Table", "表格"),
  leave: text("Leave", "退出"),
  due: text("due", "预期"),
  came: text("came", "实际"),
  row: text("row", "行"),
  length: text("bytes", "字节数"),
  asText: text("as text", "内容"),
  firstDifference: text("the first difference", "第一处不同"),
  nothing: text("nothing", "什么都没有"),
  noDifference: text("the same", "完全相同"),
  nothingCame: text("nothing came", "什么都没有收到"),
  noMoreCame: (came: number, due: number): Text =>
    text(
      `no more came: ${formatNumber(came)} of ${WORDS.bytes(due).en}`,
      `到此为止：${formatNumber(due)} 字节中只有 ${formatNumber(came)} 字节`,
    ),
  notThere: text("it does not stand there", "其中没有预期的内容"),
  beginsThere: (n: number, due: number): Text =>
    text(
      `only ${formatNumber(n)} of its ${WORDS.bytes(due).en} stand${n === 1 ? "s" : ""} there`,
      `预期的 ${formatNumber(due)} 字节中，只出现了开头的 ${formatNumber(n)} 字节`,
    ),
  tooMany: (n: number): Text =>
    text(`${WORDS.bytes(n).en} too many`, `从这里起多出 ${formatNumber(n)} 字节`),
  differs: (byte: number, due: number, came: number): Text =>
    due === came
      ? text(
        `byte ${formatNumber(byte)} of ${formatNumber(due)} is the first that differs`,
        `共 ${formatNumber(due)} 字节，从第 ${formatNumber(byte)} 字节起不同`,
      )
      : text(
        `differs from byte ${formatNumber(byte)} on; ${WORDS.bytes(due).en} due, ` +
          `${formatNumber(came)} came`,
        `从第 ${formatNumber(byte)} 字节起不同；预期 ${formatNumber(due)} 字节，` +
          `实际 ${formatNumber(came)} 字节`,
      ),
  bytes: (n: number): Text =>
    text(`${formatNumber(n)} byte${n === 1 ? "" : "s"}`, `${formatNumber(n)} 字节`),
} as const;
