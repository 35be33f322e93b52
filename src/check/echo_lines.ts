/**
 * Does every line come back as it was sent? What the cases of an echo server do about that.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import type { Text } from "../draw/figure.ts";
import type { Cause, Fault, Finding } from "./case.ts";
import { type Echo, EchoTalk, type Manner } from "./echo_talk.ts";
import { indexOfBytes, startsWithBytes } from "./inbox.ts";
import { joined } from "../net/joined.ts";
import * as causes from "./server_causes.ts";
import type { Process } from "../process/process.ts";
import { failureOf } from "./server_ends.ts";
import { languageOf } from "./subject.ts";
import type { ServerRun, Trial } from "./trial.ts";

const utf8 = new TextEncoder();

/** So long the pieces of a line lie apart: enough for each to be read by itself. */
const PIECE_GAP_MS = 30;

/** Bytes as one reads them: text in quotation marks, not too much of it. */
export function shown(bytes: Uint8Array): string {
  const most = 40;
  const text = quote(new TextDecoder().decode(bytes.subarray(0, most)));
  return bytes.length > most ? `${text} …` : text;
}

/** echo_server/line */
export async function lineComesBack(trial: Trial): Promise<Finding> {
  const run = await trial.startServer();
  const { talk, echo, line } = await EchoTalk.learn(trial, run.first);
  if (echo.how === "same") return { verdict: "holds", ...noteOf(talk.manner) };
  return await faultOf(run, echo, { cause: causeOfWrongLine(echo, line) });
}

function causeOfWrongLine({ how, sent, came }: Echo, line: 1 | 2): Cause {
  if (came.length === 0 && how === "silent") return causes.NO_REPLY;
  if (came.length === 0 && line === 2) return causes.ONE_REPLY;
  if (came.length === 0) return causes.NO_REPLY;
  if (came.length === sent.length - 1 && startsWithBytes(sent, came)) return causes.DROPS_NEWLINE;
  if (how === "silent" && startsWithBytes(sent, came)) return causes.READS_A_PART;
  const first = sent.subarray(0, sent.indexOf(10) + 1);
  const isMore = came.length > sent.length && indexOfBytes(came, first) === 0;
  return isMore && !isText(came) ? causes.PADS_REPLY : causes.WRONG_ECHO;
}

/** Words, rather than what lies in a buffer behind them. */
function isText(bytes: Uint8Array): boolean {
  // deno-lint-ignore no-control-regex
  return !/[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(new TextDecoder().decode(bytes));
}

/** What it says beside the echo: told, and no fault. */
function noteOf({ banner, prefix, varies }: Manner): { note?: Text } {
  const en: string[] = [];
  const zh: string[] = [];
  if (banner.length > 0) {
    en.push(`it first says ${shown(banner)}`);
    zh.push(`先发送了 ${shown(banner)}`);
  }
  if (prefix.length > 0) {
    en.push(`it puts ${shown(prefix)} in front of the echo`);
    zh.push(`在回声前面加上了 ${shown(prefix)}`);
  }
  if (varies) {
    en.push("with a number that changes");
    zh.push("其中的数字会变化");
  }
  return en.length === 0 ? {} : { note: { en: en.join(", "), zh: zh.join("，") } };
}

/** A server that was just started, and a talk of its first client. */
export interface Talking {
  run: ServerRun;
  talk: EchoTalk;
}

/** Starts the server and judges a talk with it, where it can be had. */
export async function talkAnew(
  trial: Trial,
  judge: (talking: Talking) => Promise<Finding>,
): Promise<Finding> {
  const run = await trial.startServer();
  const talk = await EchoTalk.begin(trial, run.first);
  if (!(talk instanceof EchoTalk)) {
    return await faultOf(run, talk, { cause: causeOfWrongLine(talk, 1) });
  }
  if (!talk.manner.varies) return await judge({ run, talk });
  const note = {
    en: "what it puts in front of the echo changes: its bytes cannot be compared",
    zh: "它在回声前面加的内容会变化，无法逐字节比较",
  };
  return { verdict: "skipped", note };
}

/** echo_server/pieces */
export function piecesComeBack(trial: Trial): Promise<Finding> {
  return talkAnew(trial, judgePieces);
}

async function judgePieces({ run, talk }: Talking): Promise<Finding> {
  const line = utf8.encode("one line, sent in pieces\n");
  const writes = [1, 4, 9, 3, 7, 1];
  const pieces: Uint8Array[] = [];
  for (const n of writes) {
    const from = pieces.reduce((total, { length }) => total + length, 0);
    pieces.push(line.subarray(from, from + n));
  }
  const echo = await talk.echo(line, { pieces, pauseMs: PIECE_GAP_MS });
  if (echo.how === "same") return { verdict: "holds" };
  return await faultOf(run, echo, {
    cause: causeOfWrongPieces(echo, run.process),
    how: {
      en: `${shown(line)} was sent in ${pieces.length} pieces, ${PIECE_GAP_MS} ms apart`,
      zh: `${shown(line)} 分 ${pieces.length} 段发送，每段间隔 ${PIECE_GAP_MS} 毫秒`,
    },
    cut: { bytes: line, writes },
  });
}

function causeOfWrongPieces({ sent, came }: Echo, process: Process | null): Cause {
  const letters = (bytes: Uint8Array) => bytes.filter((byte) => byte > 0x20).length;
  return letters(came) > letters(sent) ? causeOfOlder(process) : causes.READ_IS_A_MESSAGE;
}

/** Why more comes than was sent, from what lay in the buffer before. */
function causeOfOlder(process: Process | null): Cause {
  const language = process === null ? "c" : languageOf(process.command);
  return language === "c" ? causes.CUTS_AT_NUL : causes.PADS_REPLY;
}

interface OddLine {
  bytes: Uint8Array;
  name: Text;
  cause: Cause;
}

const ODD_LINES: OddLine[] = [
  {
    bytes: utf8.encode("\n"),
    name: { en: "An empty line", zh: "空行" },
    cause: causes.EMPTY_LINE,
  },
  {
    bytes: utf8.encode("nul \0 in the middle\n"),
    name: { en: "A line with a NUL in it", zh: "含有 NUL 的一行" },
    cause: causes.CUTS_AT_NUL,
  },
  {
    bytes: joined([utf8.encode("no UTF-8: "), new Uint8Array([0xff, 0xfe, 0xe9, 10])]),
    name: { en: "A line with bytes that are no UTF-8", zh: "含有非 UTF-8 字节的一行" },
    cause: causes.DECODES_TEXT,
  },
];

/** echo_server/odd-bytes */
export function oddBytesComeBack(trial: Trial): Promise<Finding> {
  return talkAnew(trial, judgeOddBytes);
}

async function judgeOddBytes({ run, talk }: Talking): Promise<Finding> {
  for (const { bytes, name, cause } of ODD_LINES) {
    const echo = await talk.echo(bytes);
    if (echo.how === "same") continue;
    const isOlderBehind = echo.came.length > bytes.length && startsWithBytes(echo.came, bytes);
    return await faultOf(run, echo, {
      cause: isOlderBehind ? causeOfOlder(run.process) : cause,
      how: { en: `${name.en} was sent`, zh: `发送了${name.zh}` },
    });
  }
  // Some send it back and then meet it themselves: who prints it as text, for instance.
  const plain = await talk.echo(utf8.encode("and a plain one\n"));
  if (plain.how !== "same") {
    const { name, cause } = ODD_LINES.at(-1)!;
    return await faultOf(run, plain, {
      cause,
      how: {
        en: `${name.en} came back; a plain line was sent behind it`,
        zh: `${name.zh}已返回；之后发送了普通的一行`,
      },
    });
  }
  // A line-based server may make "\n" of "\r\n". That is told, not judged.
  const { came } = await talk.echo(utf8.encode("carriage return\r\n"));
  const isOther = came.length > 0 && indexOfBytes(came, utf8.encode("\r\n")) === -1;
  if (!isOther) return { verdict: "holds" };
  return {
    verdict: "holds",
    note: { en: 'it turns "\\r\\n" into "\\n"', zh: '它把 "\\r\\n" 变成了 "\\n"' },
  };
}

/** So long is a long line, in bytes: five times the buffer of the chapter. */
const LONG_LINE = 5000;

/** echo_server/long-line */
export function longLineComesBack(trial: Trial): Promise<Finding> {
  return talkAnew(trial, judgeLongLine);
}

async function judgeLongLine({ run, talk }: Talking): Promise<Finding> {
  const words = Array.from({ length: LONG_LINE / 5 }, (_, i) => String(i).padStart(4, "0"));
  const long = utf8.encode(`${words.join(" ")}\n`);
  const after = utf8.encode("and a short one\n");
  for (const line of [long, after]) {
    const echo = await talk.echo(line);
    if (echo.how === "same") continue;
    return await faultOf(run, echo, {
      cause: causes.CUTS_LONG_LINE,
      how: line === long
        ? { en: `A line of ${long.length} bytes was sent`, zh: `发送了 ${long.length} 字节的一行` }
        : {
          en: `A line of ${long.length} bytes came back; the short one behind it was sent`,
          zh: `${long.length} 字节的一行已发回；之后发送了一个短行`,
        },
    });
  }
  return { verdict: "holds" };
}

/** The fault that a wrong echo is: of its cause, or of a crash; and how the program ended, if it did. */
export async function faultOf(
  run: ServerRun,
  { how, sent, came }: Echo,
  more: { cause: Cause; how?: Text; cut?: Fault["cut"] },
): Promise<Fault> {
  const done = more.how ?? {
    en: `${shown(sent)} was sent`,
    zh: `发送了 ${shown(sent)}`,
  };
  const seen = {
    en: `${done.en}, and ${CAME.en[how](came.length, sent.length)}.`,
    zh: `${done.zh}，${CAME.zh[how](came.length, sent.length)}。`,
  };
  const failure = how === "end" || how === "error" ? await failureOf(run) : null;
  return {
    verdict: "fails",
    cause: failure?.cause ?? more.cause,
    seen: failure === null
      ? seen
      : { en: `${seen.en} ${failure.seen.en}`, zh: `${seen.zh}${failure.seen.zh}` },
    differ: { what: { en: "the reply", zh: "回复" }, due: sent, came },
    ...(more.cut === undefined ? {} : { cut: more.cut }),
  };
}

type Say = (came: number, due: number) => string;

const CAME: Record<"en" | "zh", Record<Echo["how"], Say>> = {
  en: {
    same: () => "the same came back",
    wrong: () => "something else came back",
    silent: (came, due) =>
      came === 0 ? "nothing came back" : `no more than ${came} of ${due} bytes came back`,
    end: (came, due) => `the connection was closed after ${came} of ${due} bytes`,
    error: (came, due) => `the connection was reset after ${came} of ${due} bytes`,
  },
  zh: {
    same: () => "原样返回",
    wrong: () => "返回的却是别的内容",
    silent: (came, due) => came === 0 ? "什么也没有返回" : `${due} 个字节只返回了 ${came} 个`,
    end: (came, due) => `${due} 个字节返回了 ${came} 个，连接就被关闭了`,
    error: (came, due) => `${due} 个字节返回了 ${came} 个，连接就被复位了`,
  },
};
