/**
 * Cases of every outcome, tried with a program that has a fault: what the tests of the
 * reports are made of.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Case, Cause, Outcome } from "../src/check/case.ts";
import { runCases } from "../src/check/run_cases.ts";
import type { Subject } from "../src/check/subject.ts";
import { tallyOf } from "../src/check/tally.ts";
import { send, type Trial } from "../src/check/trial.ts";
import type { TrialConn } from "../src/check/trial_net.ts";
import { DENO, pathOf, within } from "./support.ts";

const utf8 = new TextEncoder();

/** A cause that is told in two languages. */
const CAPITALS: Cause = {
  id: "capitals",
  in: {
    c: {
      why: { en: "toupper() changes what came.", zh: "toupper() 改动了收到的内容。" },
      cure: "write(sock, buf, n);",
    },
    javascript: {
      why: {
        en: "toUpperCase() changes what came; and what is no text does not survive the way to a " +
          "string and back.",
        zh: "toUpperCase() 改动了收到的内容；而且不是文本的字节，转成字符串再转回来就不一样了。",
      },
      cure: "const n = await conn.read(buffer);\nawait conn.write(buffer.subarray(0, n));",
    },
  },
};

const PIECES: Cause = {
  id: "pieces",
  in: {
    c: {
      why: { en: "One read() is no message.", zh: "一次 read() 不等于一条消息。" },
      cure: "loop",
    },
  },
};

/** Reads so many bytes. */
async function receive(conn: TrialConn, n: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(n);
  for (let came = 0; came < n;) {
    const read = await within(conn.read(bytes.subarray(came)), () => `${n} bytes`);
    if (read === null) return bytes.subarray(0, came);
    came += read;
  }
  return bytes;
}

/** A line that comes back: by then the program has printed what it prints. */
async function exchange(trial: Trial): Promise<void> {
  const { first } = await trial.startServer();
  await send(first, utf8.encode("1 2 3\n"), trial);
  const bytes = await receive(first, 6);
  assertEquals(new TextDecoder().decode(bytes), "1 2 3\n");
}

/** Cases of every outcome, on a program with a fault that shows. */
const CASES: Case[] = [
  {
    id: "echo_server/digits",
    section: "4.3.2",
    weight: "book",
    title: { en: "Digits come back exactly", zh: "数字原样返回" },
    async run(trial) {
      await exchange(trial);
      return { verdict: "holds" };
    },
  },
  {
    id: "echo_server/words",
    section: "4.3.2",
    weight: "book",
    lab: "boundary",
    title: {
      en: "A line of words in any language comes back exactly, however long it is",
      zh: "任何语言的一行文字，不论多长，都原样返回",
    },
    async run(trial) {
      const { first } = await trial.startServer();
      const due = utf8.encode('"中文" 与 1, 2, 3 \\ hello, world\n');
      await send(first, due, trial);
      const came = await receive(first, due.length);
      return {
        verdict: "fails",
        cause: CAPITALS,
        seen: {
          en: "A line was sent, and it came back in capitals.",
          zh: "发送的一行变成了大写。",
        },
        differ: { what: { en: "the reply to the line", zh: "对这一行的回复" }, due, came },
      };
    },
  },
  {
    id: "echo_server/more-words",
    section: "4.3.2",
    weight: "book",
    title: { en: "Three more lines come back exactly", zh: "再发三行也原样返回" },
    async run(trial) {
      await exchange(trial);
      return {
        verdict: "fails",
        cause: CAPITALS,
        seen: { en: "Nor did they.", zh: "也不是。" },
      };
    },
  },
  {
    id: "echo_server/cut",
    section: "4.3.3",
    weight: "robust",
    listingFails: true,
    title: { en: "A line in two pieces is one line", zh: "分成两段的一行仍是一行" },
    async run(trial) {
      await exchange(trial);
      return {
        verdict: "fails",
        cause: PIECES,
        seen: { en: "It was shown as two.", zh: "显示成了两行。" },
        cut: { bytes: utf8.encode("hello, you\n"), writes: [5, 6], shown: [5, 6] },
      };
    },
  },
  {
    id: "echo_server/slow",
    section: "4.3.3",
    weight: "robust",
    title: { en: "It is as fast as light", zh: "它和光一样快" },
    run: () => Promise.resolve({ verdict: "slow", note: { en: "1 byte/s", zh: "每秒 1 字节" } }),
  },
  {
    id: "echo_server/impossible",
    section: "4.4 (7)",
    weight: "robust",
    title: { en: "It does what cannot be tried", zh: "它能做无法测试的事" },
    run: () => Promise.reject(new Error("no such system")),
  },
  {
    id: "echo_server/clients",
    section: "4.3.2",
    weight: "note",
    title: { en: "How many clients it serves", zh: "它服务多少个客户端" },
    run: () =>
      Promise.resolve({
        verdict: "holds",
        note: {
          en: "serves clients one after the other, and goes on after the fifth",
          zh: "逐个服务客户端，第五个之后仍继续",
        },
      }),
  },
];

const REAL_SUBJECT: Subject = {
  kind: "echo_server",
  command: [DENO, "run", "-N", pathOf("tests/peers/shouting_server.ts")],
  language: "javascript",
};

/** What came of them, without what differs from run to run. */
export const OUTCOMES = steady(
  await runCases(CASES, REAL_SUBJECT, { net: Deno, patienceMs: 60_000 }),
);
/** The program, named as if it lay here. */
export const SUBJECT: Subject = {
  ...REAL_SUBJECT,
  command: ["deno", "run", "-N", "shouting_server.ts"],
};
/** The outcomes in figures. */
export const TALLY = tallyOf(OUTCOMES, { kind: "echo_server", strict: false, tookMs: 1234 });

/** Without what differs from run to run, and from machine to machine. */
function steady(outcomes: Outcome[]): Outcome[] {
  const plain = (text: string) =>
    text.replaceAll(DENO, "deno").replaceAll(pathOf("tests/peers/"), "")
      .replace(/\b[23][0-9]{4}\b/g, "9190").replace(/from 127.*/, "from 127.0.0.1:54321");
  return outcomes.map((outcome) => ({
    ...outcome,
    tookMs: 50,
    steps: outcome.steps.map((step, i) => ({
      ...step,
      text: plain(step.text),
      atUs: 1000 * (i + 1),
    })),
    printed: outcome.printed.map((one) => ({ ...one, command: one.command.map(plain) })),
  }));
}
