/**
 * Why a program does not start, or is not reached, in words, with the way out.
 *
 * @module
 */

import { TerminalText } from "../cli/escape.ts";
import { Failure, NOTHING, reasonOf, type Words, words } from "../cli/failure.ts";
import { text } from "../draw/words.ts";
import { formatAddress } from "../net/net.ts";
import type { Printed } from "./case.ts";
import { cannotStart, type Explained, sourceAdvice } from "../process/cannot_start.ts";
import { isHeld } from "../process/free_port.ts";
import { isServer, type Subject } from "./subject.ts";
import type { NotStarted } from "./not_started.ts";
import { describeEnd } from "./trial.ts";

/** Of what it said before it ended, so many lines are shown. */
const SHOWN_LINES = 10;

/** A program that cannot be tried, in words. */
export class StartFailure extends Failure {
  /** For scripts: `cannot-start`, `ended`, `never-listens`, `never-connects`, `cannot-connect`. */
  readonly reason: string;

  /** Makes one. */
  constructor(what: Words, { advice, reason }: { advice: Words; reason: string }) {
    super(what, advice);
    this.reason = reason;
  }
}

/** The same as texts, for the reports. */
export type StartFailureTold = Record<"reason" | "message" | "advice", string>;

/** What is said of a program that cannot be started, or that nobody can connect to. */
export function startFailure(error: NotStarted, subject: Subject): StartFailure {
  const [wrong, advice] = explained(error, subject);
  const reason = error.how.replaceAll(" ", "-");
  return new StartFailure(words`${wrong}${saidOf(error.printed)}`, { advice, reason });
}

function explained(error: NotStarted, subject: Subject): Explained {
  switch (error.how) {
    case "cannot start":
      return cannotStart(error.cause, subject.command);
    case "ended":
      return endedEarly(error, subject);
    case "never listens":
    case "never connects":
      return isNowhere(subject);
    case "cannot connect":
      return cannotConnect(error.cause, subject);
  }
}

/** It was there, and ended before anybody could connect to it. */
function endedEarly({ end }: NotStarted, { kind, command, fixedPort }: Subject): Explained {
  const how = end === null ? "" : describeEnd(end);
  const wrong = isServer(kind)
    ? text(
      `The program ended before it listened (${how})`,
      `程序还没有开始监听就结束了（${how}）`,
    )
    : text(
      `The program ended before it connected (${how})`,
      `程序还没有连接就结束了（${how}）`,
    );
  const source = sourceAdvice(command[0]);
  // A shell takes a text file for a script of its own.
  if (source !== null && /\.(c|cc|cpp|cxx|java|rs|go)$/.test(command[0])) return [wrong, source];
  // What a shell says of what it cannot run.
  if (end?.code === 126 || end?.code === 127) {
    return [
      wrong,
      text(
        "This system cannot run it. If it was compiled for another one, compile it here.",
        "这个系统无法运行它。如果它是为别的系统编译的，请在这里重新编译。",
      ),
    ];
  }
  if (fixedPort !== undefined && isHeld(fixedPort)) return [wrong, WAIT_FOR_PORT];
  const hasPlace = command.some((word) => /\{(host|port)\}/.test(word));
  const book = isServer(kind) ? "<port>" : "<IP> <port>";
  return [
    wrong,
    hasPlace || fixedPort !== undefined
      ? text(
        "Start it by hand to see why. Its port must be free.",
        "请手工启动它，看看原因。它的端口必须是空闲的。",
      )
      : text(
        `It was given the book's arguments (${book}). If it takes others: {host} and {port} ` +
          "stand for them; if its port is fixed: --port N.",
        `它得到的是书中的参数（${book}）。如果它的参数不同，请用 {host} 和 {port} 表示；` +
          "如果端口是固定的，请用 --port N。",
      ),
  ];
}

const WAIT_FOR_PORT = text(
  "Its port is still in TIME_WAIT, from an earlier run: bind() fails there for a minute, unless the " +
    "server sets SO_REUSEADDR before. Wait, and try again.",
  "它的端口还处于上一次运行留下的 TIME_WAIT 状态：一分钟内 bind() 都会失败，" +
    "除非服务器在 bind() 之前设置了 SO_REUSEADDR。请稍等再试。",
);

/** It runs, and does not do what its kind does first. */
function isNowhere({ kind, command, fixedPort }: Subject): Explained {
  const hasPort = command.some((word) => word.includes("{port}"));
  if (!isServer(kind)) {
    return [
      text("The program runs, but never connects", "程序在运行，却一直没有发起连接"),
      text(
        "It was given an IP and a port, as in the book. If it takes them in another way: " +
          "{host} and {port} stand for them.",
        "它得到的是书中的参数：IP 和端口。如果它用别的方式接收，请用 {host} 和 {port} 表示。",
      ),
    ];
  }
  return [
    fixedPort === undefined
      ? text(
        "The program runs, but nobody can connect to the port it was given",
        "程序在运行，但它得到的端口一直无法连接",
      )
      : text(
        `The program runs, but nobody can connect to port ${fixedPort}`,
        `程序在运行，但端口 ${fixedPort} 一直无法连接`,
      ),
    fixedPort !== undefined && isHeld(fixedPort)
      ? WAIT_FOR_PORT
      : fixedPort !== undefined || hasPort
      ? text(
        "Does it call listen(), and on 127.0.0.1 or on all addresses (INADDR_ANY)?",
        "它调用了 listen() 吗？监听的是 127.0.0.1 或所有地址（INADDR_ANY）吗？",
      )
      : text(
        "Does it call bind() with htons(atoi(argv[1])), then listen()? If its port is fixed: --port N.",
        "它是否用 htons(atoi(argv[1])) 调用 bind()，再调用 listen()？如果端口是固定的，请用 --port N。",
      ),
  ];
}

/** One that runs already is not there. */
function cannotConnect(cause: unknown, { at }: Subject): Explained {
  const place = formatAddress(at!);
  const reason = reasonOf(cause, { call: "connect", ...at! });
  return [
    words`Cannot connect to ${place}: ${reason}`,
    text(
      "Start your program first, or give its command: then it is started for every case.",
      "请先启动你的程序，或者给出启动它的命令：那样每一项都会重新启动它。",
    ),
  ];
}

/** What it said, above all on stderr: that may be why. */
function saidOf(printed: Printed[]): Words {
  const last = printed.at(-1);
  if (last === undefined) return NOTHING;
  const bytes = last.stderr.length > 0 ? last.stderr : last.stdout;
  const decoder = new TerminalText();
  const lines = (decoder.push(bytes) + decoder.end()).split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) {
    return text("; it printed nothing", "；它没有任何输出");
  }
  const shown = lines.slice(-SHOWN_LINES).map((line) => `\n  │ ${line}`).join("");
  return text(`; it said:${shown}`, `；它的输出是：${shown}`);
}
