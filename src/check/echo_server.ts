/**
 * The cases of an echo server (4.3.2).
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import type { Case, Finding } from "./case.ts";
import { WRONG_ECHO } from "./server_causes.ts";
import { receive, send, type Trial } from "./trial.ts";

const utf8 = new TextEncoder();

export const ECHO_SERVER_CASES: readonly Case[] = [
  {
    id: "echo_server/line",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "One line comes back exactly",
      zh: "一行数据原样返回",
    },
    run: (trial) => lineComesBack(trial, utf8.encode("hello, world\n")),
  },
];

async function lineComesBack(trial: Trial, line: Uint8Array): Promise<Finding> {
  const { first } = await trial.startServer();
  const { patienceMs } = trial;
  await send(first, line, { patienceMs });
  const { bytes } = await receive(first, { bytes: line.length, patienceMs });
  if (bytes.length === line.length && bytes.every((byte, i) => byte === line[i])) {
    return { verdict: "holds" };
  }
  const sent = quote(new TextDecoder().decode(line));
  return {
    verdict: "fails",
    cause: WRONG_ECHO,
    seen: {
      en: `${sent} was sent, and something else came back.`,
      zh: `发送了 ${sent}，返回的却是别的内容。`,
    },
    differ: { what: { en: "the reply", zh: "回复" }, due: line, came: bytes },
  };
}
