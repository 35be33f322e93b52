/**
 * What a client does where its server is not there, or goes away.
 *
 * @module
 */

import { formatNumber } from "../draw/figure.ts";
import type { Cause, Finding } from "./case.ts";
import { CRASH } from "./client_causes.ts";
import { EXIT_ZERO, READ_UNCHECKED, REFUSED_GOES_ON, REFUSED_SILENT } from "./client_end_causes.ts";
import type { ClientRun } from "./client_run.ts";
import { freePort, isFree } from "../process/free_port.ts";
import { type Ended, isCrash, type Process } from "../process/process.ts";
import { fault, seconds } from "./reference.ts";
import { describeEnd, START_MS, type Trial } from "./trial.ts";
import { before } from "../process/waiting.ts";

/** Of a program that is to end with an error: why that is due, in a sentence, and what else it may be. */
export interface Going {
  /** What we did: `The server closed the connection before its reply`. */
  what: { en: string; zh: string };
  /** What is typed if it goes on: one that waits for its user notices then; empty: the end of input. */
  word: "Q" | "q" | "";
  /** Must it say something as well? */
  mustSpeak?: Cause;
  /** Another cause than the usual ones, where that is known. */
  cause?: Cause;
}

/** Does it end by itself, and not with 0? */
export async function endsWithError(
  trial: Trial,
  { run, what, word, mustSpeak, cause }: Going & { run: ClientRun },
): Promise<Finding> {
  const { process } = run;
  const { patienceMs } = trial;
  const connections = run.connections;
  const cpuMs = await process.cpuMs();
  await run.until(
    () => process.end !== null || run.floods || run.connections > connections,
    patienceMs,
  );
  if (process.end === null && run.connections > connections) {
    return { verdict: "holds", note: { en: "it connects again", zh: "它重新建立了连接" } };
  }
  if (await run.ends(0)) return judgeEnd({ run, what, mustSpeak, cause });
  const limit = seconds(patienceMs);
  if (run.floods) {
    return fault(cause ?? READ_UNCHECKED, {
      en: `${what.en}, and it printed without end: ${
        flood(process)
      } bytes in less than ${limit.en}.`,
      zh: `${what.zh}，它却无休止地输出：不到 ${limit.zh}就输出了 ${flood(process)} 字节。`,
    });
  }
  // One that waits for its user in one thread, and has heard of it in another, ends now.
  const busy = await isBusy(process, cpuMs);
  if (word === "") process.endInput();
  else await run.type(`${word}\n`);
  if (run.isLeaving) await run.letGo();
  const typedWord = word === "" ? { en: "at the end of its input", zh: "输入结束时" } : {
    en: `at ${word}`,
    zh: `输入 ${word} 时`,
  };
  if (!await run.ends(patienceMs)) {
    return fault(cause ?? READ_UNCHECKED, {
      en: `${what.en}, and it did not end within ${limit.en}, nor ${typedWord.en}` +
        `${busy ? ": it burns the CPU in an endless loop" : ""}.`,
      zh: `${what.zh}，它在 ${limit.zh}内没有结束，${typedWord.zh}也没有` +
        `${busy ? "：它在死循环中空耗 CPU" : ""}。`,
    });
  }
  const end = process.end!;
  if (isCrash(end)) return judgeEnd({ run, what, cause });
  if (end.code !== 0) {
    const note = {
      en: `it ended only ${typedWord.en} (${describeEnd(end)})`,
      zh: `它直到${typedWord.zh}才结束（${describeEnd(end)}）`,
    };
    return { verdict: "holds", note };
  }
  return fault(cause ?? READ_UNCHECKED, {
    en:
      `${what.en}, and it went on as if nothing had happened: it did not end within ${limit.en}, ` +
      `and ${typedWord.en} it ended with 0.`,
    zh: `${what.zh}，它却若无其事地继续运行：${limit.zh}内没有结束，${typedWord.zh}以 0 退出。`,
  });
}

/** It has ended by itself: as an error should? */
function judgeEnd(
  { run, what, mustSpeak, cause }: Omit<Going, "word"> & { run: ClientRun },
): Finding {
  const end = run.process.end!;
  const how = describeEnd(end);
  if (isCrash(end)) {
    return fault(CRASH, {
      en: `${what.en}, and it was ${how}.`,
      zh: `${what.zh}，程序随即被信号终止（${how}）。`,
    });
  }
  if (end.signal !== null) {
    return { verdict: "holds", note: { en: `it was ${how}`, zh: `它被信号终止（${how}）` } };
  }
  if (end.code === 0) {
    return fault(cause ?? EXIT_ZERO, {
      en: `${what.en}, and it ended with exit code 0, as if all were well.`,
      zh: `${what.zh}，它却以退出码 0 结束，好像一切正常。`,
    });
  }
  if (mustSpeak !== undefined && run.output.length === 0) {
    return fault(mustSpeak, {
      en: `${what.en}, and it ended (${how}) without a word.`,
      zh: `${what.zh}，它结束了（${how}），却什么都没有说。`,
    });
  }
  return { verdict: "holds" };
}

/** Nobody listens: does it say so, and end, and not with 0? */
export async function refused(
  trial: Trial,
  { input, startMs }: {
    /** What is typed ahead; `null`: its input ends at once. */
    input: string[] | null;
    /** So long it takes to connect elsewhere, where that is known. */
    startMs?: number;
  },
): Promise<Finding> {
  const { patienceMs, subject } = trial;
  const port = subject.fixedPort ?? freePort();
  if (!isFree(port)) {
    const note = { en: `somebody listens on port ${port}`, zh: `有程序在监听端口 ${port}` };
    return { verdict: "skipped", note };
  }
  const process = trial.start({ port: String(port) });
  if (input === null) process.endInput();
  for (const line of input ?? []) {
    await process.type(new Uint8Array(new TextEncoder().encode(line)));
  }
  const startsWithinMs = startMs === undefined ? START_MS : 3 * startMs;
  const over = Promise.race([process.ended, floods(process)]);
  await trial.patiently(over, null, startsWithinMs + patienceMs);
  const what = {
    en: `Nobody listened on port ${port}`,
    zh: `端口 ${port} 上没有程序监听`,
  };
  const { end } = process;
  if (end === null) return await goesOn(trial, { process, port, what });
  await before(1000, Promise.all([process.stdout.done, process.stderr.done]), null);
  return judgeRefused({ end, what, isSilent: process.stdout.bytes + process.stderr.bytes === 0 });
}

function judgeRefused(
  { end, what, isSilent }: { end: Ended; what: Going["what"]; isSilent: boolean },
): Finding {
  const how = describeEnd(end);
  // Without a look at what connect() returned it writes to a socket that is not connected.
  if (end.signal !== null) {
    return fault(isCrash(end) ? CRASH : REFUSED_GOES_ON, {
      en: `${what.en}, and it was ${how}.`,
      zh: `${what.zh}，程序被信号终止（${how}）。`,
    });
  }
  if (end.code === 0) {
    return fault(REFUSED_GOES_ON, {
      en: `${what.en}, and it ended with exit code 0, as if all were well.`,
      zh: `${what.zh}，它却以退出码 0 结束，好像一切正常。`,
    });
  }
  if (isSilent) {
    return fault(REFUSED_SILENT, {
      en: `${what.en}, and it ended (${how}) without a word.`,
      zh: `${what.zh}，它结束了（${how}），却什么都没有说。`,
    });
  }
  return { verdict: "holds" };
}

/** It has not ended: does it try again and again? Then it connects as soon as somebody listens. */
async function goesOn(
  trial: Trial,
  { process, port, what }: { process: Process; port: number; what: Going["what"] },
): Promise<Finding> {
  if (!process.floods) {
    const listener = await trial.listen({ port });
    const conn = await trial.patiently(listener.accept().catch(() => null), null);
    listener.close();
    conn?.close();
    if (conn !== null) {
      const note = {
        en: "it waits for a server, and connects when one is there",
        zh: "它一直等待服务器，服务器出现后就建立连接",
      };
      return { verdict: "holds", note };
    }
  }
  const flooded = process.floods
    ? {
      en: `it printed without end (${flood(process)} bytes)`,
      zh: `无休止地输出（${flood(process)} 字节）`,
    }
    : { en: "it did not end", zh: "没有结束" };
  return fault(REFUSED_GOES_ON, {
    en: `${what.en}, and ${flooded.en}.`,
    zh: `${what.zh}，程序却${flooded.zh}。`,
  });
}

async function floods(process: Process): Promise<void> {
  while (!process.floods && process.end === null) {
    await Promise.race([process.ended, process.stdout.changed, process.stderr.changed]);
    if (process.end === null && !process.floods) await before(50, process.ended, null);
  }
}

function flood({ stdout, stderr }: Process): string {
  return formatNumber(stdout.bytes + stderr.bytes);
}

/** Did it compute since then, instead of waiting? ps tells whole seconds. */
async function isBusy(process: Process, beforeMs: number | null): Promise<boolean> {
  const cpuMs = await process.cpuMs();
  return cpuMs !== null && beforeMs !== null && cpuMs - beforeMs >= 1000;
}
