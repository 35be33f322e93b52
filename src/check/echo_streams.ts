/**
 * Does a whole stream come back, to its end? What the cases of an echo server do about that.
 *
 * @module
 */

import type { Cause, Finding } from "./case.ts";
import { isSpinning } from "../process/cpu_usage.ts";
import { faultOf, talkAnew, type Talking } from "./echo_lines.ts";
import type { Echo, EchoTalk } from "./echo_talk.ts";
import { isSame, startsWithBytes } from "./inbox.ts";
import { joined } from "../net/joined.ts";
import { GIVES_UP, LOSES_AT_END, SHORT_WRITE, WRONG_ECHO } from "./server_causes.ts";
import { END_IGNORED, LAST_AGAIN, NEVER_CLOSES, RESET_AT_CLOSE } from "./server_life_causes.ts";
import type { ServerRun, Trial } from "./trial.ts";
import { before } from "../process/waiting.ts";

const utf8 = new TextEncoder();
/** More than so much behind the last byte is not wanted. */
const SURPLUS = 64 * 1024;

/** echo_server/half-close */
export function halfCloseIsAnswered(trial: Trial): Promise<Finding> {
  return talkAnew(trial, (talking) => judgeHalfClose(trial, talking));
}

async function judgeHalfClose(trial: Trial, { run, talk }: Talking): Promise<Finding> {
  const lines = ["these are\n", "three lines\n", "and then the end\n"].map((line) =>
    utf8.encode(line)
  );
  const sent = joined(lines);
  await talk.send(lines);
  await talk.conn.closeWrite().catch(() => {}); // it is gone: the read below tells
  const mostBytes = sent.length + talk.manner.prefix.length * 100 + SURPLUS;
  const more = await talk.inbox.rest(trial.patienceMs, { mostBytes });
  const { came } = talk;
  const isWhole = isSame(came, sent);
  if (isWhole && more === "end") return { verdict: "holds" };
  const how = more === "bytes" || more === "end" && came.length >= sent.length ? "wrong" : more;
  const fault = await faultOf(run, { how, sent, came }, {
    cause: await causeOfNoEnd(run, { how, sent, came, isEndless: more === "bytes" }),
    how: {
      en: "Three lines were sent, then shutdown(SHUT_WR)",
      zh: "发送了三行，然后调用 shutdown(SHUT_WR) 半关闭",
    },
  });
  if (!isWhole) return fault;
  const seen = more === "silent"
    ? {
      en: "After shutdown(SHUT_WR) all came back, but the end of the stream did not come.",
      zh: "shutdown(SHUT_WR) 半关闭之后，数据全部返回了，流的结束却没有来。",
    }
    : {
      en: "After shutdown(SHUT_WR) all came back, then a reset instead of the end of the stream.",
      zh: "shutdown(SHUT_WR) 半关闭之后，数据全部返回了，然后来的是复位，而不是流的结束。",
    };
  const { verdict, cause } = fault;
  return { verdict, cause, seen };
}

async function causeOfNoEnd(
  run: ServerRun,
  { how, sent, came, isEndless }: Echo & { isEndless: boolean },
): Promise<Cause> {
  const isWhole = isSame(came, sent);
  // Over and over the same, or once more: the end of the stream is taken for the last line.
  if (how === "wrong" && startsWithBytes(came, sent)) {
    if (isEndless) return END_IGNORED;
    const surplus = came.subarray(sent.length);
    return isSame(surplus, sent.subarray(-surplus.length)) ? LAST_AGAIN : WRONG_ECHO;
  }
  if (how === "wrong") return WRONG_ECHO;
  if (how === "silent" && await isSpinning(run.process)) return END_IGNORED;
  if (isWhole) return how === "silent" ? NEVER_CLOSES : RESET_AT_CLOSE;
  return LOSES_AT_END;
}

const LINE_BYTES = 100;
const MEGABYTE = 1_000_000;
/** A server that needs longer than that for a megabyte is slow, however well it gets on. */
const MEGABYTE_MS = 15_000;

/** echo_server/megabyte */
export function megabyteComesBack(trial: Trial): Promise<Finding> {
  return talkAnew(trial, (talking) => judgeMegabyte(trial, talking));
}

async function judgeMegabyte(trial: Trial, { run, talk }: Talking): Promise<Finding> {
  if (talk.manner.prefix.length > 0) {
    const note = {
      en: "it puts something in front of the echo: a megabyte is not compared",
      zh: "它在回声前面加了内容，不比较一兆字节的数据",
    };
    return { verdict: "skipped", note };
  }
  const sent = new Uint8Array(MEGABYTE);
  for (let at = 0, i = 0; at < MEGABYTE; at += LINE_BYTES, i++) {
    sent.set(utf8.encode(`${String(i).padStart(LINE_BYTES - 1, ".")}\n`), at);
  }
  const sending = talk.send(Array.from(
    { length: 100 },
    (_, i) => sent.subarray(i * MEGABYTE / 100, (i + 1) * MEGABYTE / 100),
  ));
  const echo = await backWhileSent(trial, talk, sent);
  if (echo === "slow") {
    const note = {
      en: `a megabyte in more than ${MEGABYTE_MS / 1000} s: too slow for this test, not wrong`,
      zh: `传一兆字节超过 ${MEGABYTE_MS / 1000} 秒：对这项测试来说太慢，但不算错`,
    };
    return { verdict: "slow", note };
  }
  if (echo.how === "same") {
    await before(trial.patienceMs, sending, false);
    return { verdict: "holds" };
  }
  const isCut = echo.how === "end" || echo.how === "error";
  return await faultOf(run, aroundDifference(echo), {
    cause: isCut ? GIVES_UP : SHORT_WRITE,
    how: {
      en: "A megabyte of lines was sent while the reply was read",
      zh: "一边发送一兆字节的若干行，一边读取回复",
    },
  });
}

/** The bytes around the first that differs: nobody looks through a megabyte. */
function aroundDifference({ how, sent, came }: Echo): Echo {
  let at = 0;
  while (at < came.length && came[at] === sent[at]) at++;
  const from = Math.max(0, at - at % LINE_BYTES - LINE_BYTES);
  const to = from + 4 * LINE_BYTES;
  return { how, sent: sent.subarray(from, to), came: came.subarray(from, to) };
}

/** Reads what comes back as long as it is right. */
async function backWhileSent(
  trial: Trial,
  { inbox }: EchoTalk,
  sent: Uint8Array,
): Promise<Echo | "slow"> {
  const beganMs = performance.now();
  let right = 0;
  for (;;) {
    const { bytes } = inbox;
    if (!startsWithBytes(sent.subarray(right), bytes)) {
      await inbox.more(trial.patienceMs);
      return { how: "wrong", sent, came: joined([sent.subarray(0, right), inbox.bytes]) };
    }
    right += bytes.length;
    inbox.take(bytes.length);
    if (right === sent.length) return { how: "same", sent, came: sent };
    if (performance.now() - beganMs > MEGABYTE_MS) return "slow";
    const more = await inbox.more(trial.patienceMs);
    if (more !== "bytes") return { how: more, sent, came: sent.subarray(0, right) };
  }
}
