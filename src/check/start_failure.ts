/**
 * Why a program does not start, or is not reached, in words, with the way out.
 *
 * @module
 */

import { escapeControls, quote, TerminalText } from "../cli/escape.ts";
import { Failure, reasonOf } from "../cli/failure.ts";
import type { Lang, Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import { formatAddress } from "../net/net.ts";
import type { Printed } from "./case.ts";
import { isServer, type Subject } from "./subject.ts";
import type { NotStarted } from "./not_started.ts";
import { describeEnd } from "./trial.ts";

/** Of what it said before it ended, so many lines are shown. */
const SHOWN_LINES = 10;

/** What is wrong, and the way out. */
type Explained = [wrong: Text, advice: Text];

/** A program that cannot be tried, in words. */
export class StartFailure extends Failure {
  /** For scripts: `cannot-start`, `ended`, `never-listens`, `never-connects`, `cannot-connect`. */
  readonly reason: string;

  /** Makes one. */
  constructor(message: string, { advice, reason }: { advice: string; reason: string }) {
    super(message, advice);
    this.reason = reason;
  }
}

/** What is said of a program that cannot be started, or that nobody can connect to. */
export function startFailure(
  error: NotStarted,
  { subject, lang }: { subject: Subject; lang: Lang },
): StartFailure {
  const [wrong, advice] = explained(error, subject);
  const said = saidOf(error.printed, lang);
  const reason = error.how.replaceAll(" ", "-");
  return new StartFailure(wrong[lang] + said, { advice: advice[lang], reason });
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

/** The system, or Deno, refused to start it. */
export function cannotStart(cause: unknown, command: string[]): Explained {
  const [program] = command;
  const name = quote(program);
  const wrong = (en: string, zh: string) =>
    text(`Cannot start ${name}: ${en}`, `无法启动 ${name}：${zh}`);
  if (cause instanceof Deno.errors.NotCapable) {
    return [
      wrong("Deno was not allowed to run programs", "Deno 没有运行程序的权限"),
      text(
        "Run it with deno run -N --allow-run.",
        "请用 deno run -N --allow-run 运行本工具。",
      ),
    ];
  }
  const source = sourceAdvice(program);
  const isPath = /[/\\]/.test(program);
  if (cause instanceof Deno.errors.NotFound) {
    const kind = isPath ? kindOf(program) : kindOf(`./${program}`);
    if (isPath && kind === "file") {
      return [
        wrong("what it needs to run is not there", "缺少运行它所需的程序"),
        text(
          'Look at its first line: behind "#!" stands the program that runs it. ' +
            "If it was compiled for another system, compile it here.",
          "请看它的第一行：“#!”后面写的是运行它的程序。如果它是为别的系统编译的，请在这里重新编译。",
        ),
      ];
    }
    if (isPath) {
      return [
        wrong("no such file", "没有这个文件"),
        text(
          "Look at the path, and whether it was compiled: gcc my.c -o my",
          "请检查路径，以及程序是否已经编译：gcc my.c -o my",
        ),
      ];
    }
    return [
      wrong("no program of this name is installed", "没有安装这个名字的程序"),
      source ?? text(
        `For a program in this folder put ./ in front: ./${escapeControls(program)}`,
        `当前目录下的程序要在前面加上 ./：./${escapeControls(program)}`,
      ),
    ];
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    if (kindOf(program) === "folder") {
      return [
        wrong("it is a folder", "这是一个目录"),
        text("Give the program in it.", "请给出其中的程序。"),
      ];
    }
    return [
      wrong("the file is not executable", "这个文件没有执行权限"),
      source ?? text(
        `Make it so: chmod +x ${escapeControls(program)}`,
        `请加上执行权限：chmod +x ${escapeControls(program)}`,
      ),
    ];
  }
  const reason = reasonOf(cause);
  return [
    wrong(reason, reason),
    source ?? text(
      "If it is a script, give the program that runs it, too: python3 my.py",
      "如果它是脚本，请写上运行它的程序：python3 my.py",
    ),
  ];
}

/** It is source text: what makes a program of it, or runs it. */
function sourceAdvice(program: string): Text | null {
  const shown = escapeControls(program);
  const [, name, ending] = /^(.*)\.(\w+)$/.exec(shown) ?? [];
  const here = /[/\\]/.test(name ?? "") ? name : `./${name}`;
  const compiler = { c: "gcc", cc: "g++", cpp: "g++", cxx: "g++", rs: "rustc" }[ending];
  if (compiler !== undefined) {
    return text(
      `It is source text. Compile it, and give the program: ${compiler} ${shown} -o ${name}, then ${here}`,
      `这是源代码。请先编译，再给出编译好的程序：${compiler} ${shown} -o ${name}，然后用 ${here}`,
    );
  }
  const runner = {
    py: "python3",
    js: "node",
    mjs: "node",
    cjs: "node",
    ts: "deno run -N",
    java: "java",
    jar: "java -jar",
    go: "go run",
    rb: "ruby",
    pl: "perl",
    sh: "sh",
    php: "php",
    lua: "lua",
  }[ending];
  if (runner === undefined) return null;
  const dashes = runner.includes(" -") ? "-- " : "";
  return text(
    `Give the program that runs it, too: ${dashes}${runner} ${shown}`,
    `请写上运行它的程序：${dashes}${runner} ${shown}`,
  );
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
    fixedPort !== undefined || hasPort
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
    text(`Cannot connect to ${place}: ${reason}`, `无法连接 ${place}：${reason}`),
    text(
      "Start your program first, or give its command: then it is started for every case.",
      "请先启动你的程序，或者给出启动它的命令：那样每一项都会重新启动它。",
    ),
  ];
}

/** What it said, above all on stderr: that may be why. */
function saidOf(printed: Printed[], lang: Lang): string {
  const last = printed.at(-1);
  if (last === undefined) return "";
  const bytes = last.stderr.length > 0 ? last.stderr : last.stdout;
  const decoder = new TerminalText();
  const lines = (decoder.push(bytes) + decoder.end()).split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) {
    return text("; it printed nothing", "；它没有任何输出")[lang];
  }
  const shown = lines.slice(-SHOWN_LINES).map((line) => `\n  │ ${line}`).join("");
  return text("; it said:", "；它的输出是：")[lang] + shown;
}

/** What there is at this path, if Deno may look. */
function kindOf(path: string): "file" | "folder" | null {
  // It would ask on a terminal.
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
  try {
    const { isDirectory } = Deno.statSync(path);
    return isDirectory ? "folder" : "file";
  } catch {
    return null;
  }
}
