/**
 * The words of `tcplab bench`, in both languages.
 *
 * @module
 */

import { escapeControls } from "../cli/escape.ts";
import { formatMs, formatNumber, type Text } from "../draw/figure.ts";
import type { PageWords } from "../draw/page.ts";
import { text } from "../draw/words.ts";
import type { Fault, FaultCount, FaultKind } from "./fault.ts";
import type { Load } from "./measured.ts";

/** What each kind of fault is called in a list; `silent`: see {@linkcode faultWords}. */
const FAULTS: Record<Exclude<FaultKind, "silent">, Text> = {
  wrong: text("another byte came back", "返回的字节不对"),
  surplus: text("more came than was sent", "返回的比发送的多"),
  closed: text("closed while a reply was due", "还欠回复时就关闭了"),
  reset: text("the connection broke", "连接中断"),
  refused: text("refused", "被拒绝"),
  unreachable: text("could not connect", "无法连接"),
};

/** What a kind of fault is called under this load. */
export function faultWords(kind: FaultKind, { replyTimeoutMs: ms }: Load): Text {
  if (kind !== "silent") return FAULTS[kind];
  return ms < 1000
    ? text(`no reply for ${ms} ms`, `${ms} 毫秒没有回复`)
    : text(`no reply for ${ms / 1000} s`, `${ms / 1000} 秒没有回复`);
}

/** Where a fault was, and what was seen there. */
export function placeOf({ connection, message, byte, due, came, reason }: Fault): Text {
  const at = message === undefined
    ? text(`connection ${connection}`, `第 ${connection} 条连接`)
    : text(
      `connection ${connection}, message ${message}, byte ${byte! + 1}`,
      `第 ${connection} 条连接，第 ${message} 条消息，第 ${byte! + 1} 个字节`,
    );
  const bytes = came === undefined
    ? text("", "")
    : due === undefined
    ? text(`, ${hex(came)} came`, `，收到 ${hex(came)}`)
    : text(`, ${hex(due)} was sent, ${hex(came)} came`, `，发送 ${hex(due)}，收到 ${hex(came)}`);
  const why = reason === undefined
    ? text("", "")
    : text(` (${escapeControls(reason)})`, `（${escapeControls(reason)}）`);
  return text(at.en + bytes.en + why.en, at.zh + bytes.zh + why.zh);
}

function hex(byte: number): string {
  const shown = byte > 32 && byte < 127 ? ` "${String.fromCharCode(byte)}"` : "";
  return `0x${byte.toString(16).padStart(2, "0")}${shown}`;
}

/** The load in a line. */
export function loadWords(load: Load): Text {
  const { connections, size: { least, most }, lines, pipeline, rate, connectOnly } = load;
  const n = formatNumber(connections);
  if (connectOnly) {
    return text(
      `clients, ${connections === 1 ? "one" : n} at a time: connect, a byte there and back, close`,
      connections === 1
        ? "客户端一个接一个：连接，发送一个字节，收回，关闭"
        : `同时 ${n} 个客户端：连接，发送一个字节，收回，关闭`,
    );
  }
  const bytes = least === most
    ? formatNumber(least)
    : `${formatNumber(least)}-${formatNumber(most)}`;
  const en = [
    connections === 1 ? "1 connection" : `${n} connections`,
    `${lines ? "lines" : "messages"} of ${bytes} ${most === 1 ? "byte" : "bytes"}`,
    ...(pipeline > 1 ? [`${formatNumber(pipeline)} under way on each`] : []),
    ...(rate === undefined ? [] : [`${formatNumber(rate.perSecond)} a second`]),
  ];
  const zh = [
    `${n} 条连接`,
    `每${lines ? "行" : "条消息"} ${bytes} 字节`,
    ...(pipeline > 1 ? [`每条连接上同时有 ${formatNumber(pipeline)} 条在途`] : []),
    ...(rate === undefined ? [] : [`每秒 ${formatNumber(rate.perSecond)} 条`]),
  ];
  return text(en.join(", "), zh.join("，"));
}

/** What the page says besides its sections, of the server there; `null`: of several. */
export function pageWords(at: string | null): PageWords {
  return {
    kicker: "tcplab bench",
    title: at === null ? text("Servers side by side", "服务器并排比较") : text(at, at),
    lead: text(
      "Every byte of every reply was compared with what was sent.",
      "每条回复的每个字节都与发送的内容作过比较。",
    ),
    skip: text("Skip to the figures", "跳到结果"),
    contents: text("Measured", "测量结果"),
  };
}

/** What is counted: behind a number, and as the name of a rate. */
export const UNITS = {
  messages: {
    one: text("message", "条消息"),
    counted: text("messages", "条消息"),
    rate: text("messages a second", "每秒消息数"),
  },
  lines: {
    one: text("line", "行"),
    counted: text("lines", "行"),
    rate: text("lines a second", "每秒行数"),
  },
  clients: {
    one: text("client", "个客户端"),
    counted: text("clients", "个客户端"),
    rate: text("clients a second", "每秒客户端数"),
  },
};

/** What is counted under this load. */
export function unitOf({ connectOnly, lines }: Load): typeof UNITS.messages {
  return connectOnly ? UNITS.clients : lines ? UNITS.lines : UNITS.messages;
}

/** Words, and sentences with figures in them. */
export const WORDS = {
  right: text("every byte right", "每个字节都正确"),
  faulty: text("faults", "有错误"),
  nothing: text("nothing was answered", "没有任何回复"),
  seen: (n: number, { one, counted }: typeof UNITS.messages, ms: number): Text => {
    const seconds = (ms / 1000).toFixed(1);
    const time = ms < 1000 ? formatMs(1000 * ms) : `${seconds} s`;
    const timeChinese = ms < 1000 ? time : `${seconds} 秒`;
    const what = n === 1 ? one : counted;
    return text(
      `${formatNumber(n)} ${what.en} in ${time}.`,
      `${timeChinese}内 ${formatNumber(n)} ${what.zh}。`,
    );
  },
  seenFaults: (n: string): Text => text(` Faults: ${n}.`, `错误：${n}。`),
  howFast: text("How fast", "有多快"),
  latency: text("Latency: how many took how long", "延迟：多少条用了多久"),
  visit: text(
    "How long a client took, from connect() to the last byte",
    "一个客户端用了多久，从 connect() 到最后一个字节",
  ),
  fairness: text("Fairness: messages of each connection", "公平：每条连接得到的消息数"),
  fairnessMany: text(
    "Fairness: messages of a connection, from the slowest to the fastest",
    "公平：一条连接得到的消息数，从最慢到最快",
  ),
  faults: text("What went wrong", "出了什么错"),
  fault: (what: Text, { count, first }: FaultCount): Text => {
    const place = placeOf(first);
    return count === 1 ? text(`${what.en}: ${place.en}`, `${what.zh}：${place.zh}`) : text(
      `${what.en}, ${formatNumber(count)} times; the first: ${place.en}`,
      `${what.zh}，${formatNumber(count)} 次；第一次：${place.zh}`,
    );
  },
  what: text("what", "项目"),
  measured: text("measured", "结果"),
  bytesPerSecond: text("bytes a second, each way", "每秒字节数（单向）"),
  latencyRow: (name: string): Text => text(`latency, ${name}`, `延迟，${name}`),
  latencyMost: text("latency, max", "延迟，最长"),
  connecting: text("connect(), median and longest", "connect()，中位数与最长"),
  failedConnections: text("connections that failed", "失败的连接"),
  share: text("slowest connection against the fastest", "最慢的连接与最快的之比"),
  longestWait: text("longest wait of any connection", "任何一条连接最长的等待"),
  onConnection: (n: number): Text => text(` (connection ${n})`, `（第 ${n} 条连接）`),
  sentLate: text("sent late by us, p99 and most", "我们自己晚发，p99 与最大"),
  unsent: text("due, and not sent for want of replies", "应发而因缺少回复未发"),
  busy: text("the generator was at work", "负载程序自身的忙碌程度"),
  bottleneck: text(
    "The generator was at work nearly all the time: the server may be faster than this. Try --workers 2, or another machine.",
    "负载程序自身几乎一直在忙：服务器可能比这更快。请试 --workers 2，或换一台机器。",
  ),
  late: text(
    "The generator sent later than it was told: latencies have this in them.",
    "负载程序发送得比规定的晚：延迟中含有这一部分。",
  ),
  lateByWork: text(
    "The generator sent later than it was told: latencies have this in them. Try a lower --rate or --workers 2.",
    "负载程序发送得比规定的晚：延迟中含有这一部分。请试更低的 --rate 或 --workers 2。",
  ),
  rateMissed: (asked: string, got: string): Text =>
    text(
      `${asked} a second were due, ${got} were answered: the server does not keep up.`,
      `每秒应有 ${asked} 条，得到回复的是 ${got} 条：服务器跟不上。`,
    ),
  portsUsedUp: text(
    "The system has no local port left: closed connections keep theirs for a while. Take fewer at a time, or measure for a shorter time.",
    "系统已没有可用的本地端口：关闭的连接还会占用一段时间。请减少同时的数目，或缩短时间。",
  ),
  slowest: text("the slowest", "最慢的"),
  fastest: text("the fastest", "最快的"),
  connection: (n: number): Text => text(`connection ${n}`, `连接 ${n}`),
  tenth: (percent: number): Text => text(`${percent} % are slower`, `${percent} % 更慢`),
  percent: (n: number): Text => text(`${n} %`, `${n} %`),
  live: (seconds: string, messages: string, perSecond: string, faults: number): Text =>
    text(
      `${seconds} s  ${messages} answered, ${perSecond} a second${
        faults > 0 ? `, ${faults === 1 ? "1 fault" : `${faults} faults`}` : ""
      }`,
      `${seconds} 秒  已回复 ${messages}，每秒 ${perSecond}${
        faults > 0 ? `，错误 ${faults} 个` : ""
      }`,
    ),
  turn: ({ round, rounds, server }: { round: number; rounds: number; server: number }): Text =>
    text(
      `round ${round} of ${rounds}, server ${server}`,
      `第 ${round}/${rounds} 轮，服务器 ${server}`,
    ),
  stopped: (signal: string | null): Text =>
    text(
      `bench: Stopped${signal === null ? "" : ` by ${signal}`}`,
      `bench: ${signal === null ? "已停止" : `收到 ${signal}，已停止`}`,
    ),
  soFar: text(": this is what was measured so far", "：以下是到此为止的结果"),
  wrotePage: (path: string): Text =>
    text(`Wrote ${path}: open it in a browser`, `已写入 ${path}，请用浏览器打开`),
  server: text("server", "服务器"),
  shareShort: text("slowest/fastest", "最慢/最快"),
  faultsShort: text("faults", "错误"),
  servers: text("The servers", "各服务器"),
  number: text("no.", "编号"),
  medians: (rounds: number): Text =>
    text(`Medians of ${rounds} rounds.`, `测量 ${rounds} 轮，取中位数。`),
  mediansInTurns: (rounds: number): Text =>
    text(
      `Medians of ${rounds} rounds, the servers in turns.`,
      `各服务器轮流测量 ${rounds} 轮，取中位数。`,
    ),
  ratio: text("Behind ×: the ratio to the first server.", "× 之后是与第一个服务器之比。"),
  ratios: text(
    "Behind ×: the ratio to the first server in the same round, its median and from where to where.",
    "× 之后是同一轮中与第一个服务器之比：中位数，以及从最小到最大。",
  ),
  rounds: (n: number): Text => text(n === 1 ? "1 round" : `${n} rounds`, `${n} 轮`),
  ofServer: (n: number, { en, zh }: Text): Text => text(`server ${n}: ${en}`, `服务器 ${n}：${zh}`),
  noRound: text(
    "bench: Nothing was measured yet: no round is whole",
    "bench: 还没有测得任何结果：连一轮也没有测完",
  ),
} as const;
