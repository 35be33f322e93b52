/**
 * Why a program cannot be started, in words, with the way out.
 *
 * @module
 */

import { escapeControls, quote } from "../cli/escape.ts";
import { reasonOf, type Words, words } from "../cli/failure.ts";
import type { Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";

/** What is wrong, and the way out. */
export type Explained = [wrong: Words, advice: Words];

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
  return [
    words`Cannot start ${name}: ${reasonOf(cause)}`,
    source ?? text(
      "If it is a script, give the program that runs it, too: python3 my.py",
      "如果它是脚本，请写上运行它的程序：python3 my.py",
    ),
  ];
}

/** It is source text: what makes a program of it, or runs it. */
export function sourceAdvice(program: string): Text | null {
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
