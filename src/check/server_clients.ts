/**
 * Is one client served after the other? What a client is to each kind of server, and the
 * cases about it.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import type { Cause, Fault, Finding } from "./case.ts";
import { isSpinning } from "../process/cpu_usage.ts";
import { shown } from "./echo_lines.ts";
import { EchoTalk, FIRST_LINE } from "./echo_talk.ts";
import { Inbox, type More } from "./inbox.ts";
import type { Ended } from "../process/process.ts";
import { causeOfEnd, causeOfLoss, endOf, seenEnd } from "./server_ends.ts";
import {
  CLIENT_ERROR,
  END_IGNORED,
  FIRST_ONLY,
  NEVER_CLOSES,
  SERVES_ONE,
  SILENT_CLIENT,
  STUCK,
} from "./server_life_causes.ts";
import type { ServerRun, Trial } from "./trial.ts";
import type { TrialConn } from "./trial_net.ts";
import { before } from "../process/waiting.ts";

/** Is a client served over this connection, as its kind of server does? Else: how it ended. */
export type Serve = (trial: Trial, conn: TrialConn) => Promise<true | NotServed>;

/** What a client saw instead. `no end`: what was due, but not the end of the stream behind it. */
type NotServed = Exclude<More, "bytes"> | "no end";

/** A line comes back. */
export const servesEcho: Serve = async (trial, conn) => {
  const talk = await EchoTalk.begin(trial, conn);
  if (!(talk instanceof EchoTalk)) return talk.how === "wrong" ? true : kept(talk.how);
  if (talk.manner.varies) return true;
  const { how } = await talk.echo(FIRST_LINE);
  // Wrong bytes are the business of other cases: it is served.
  return how === "wrong" ? true : kept(how);
};

function kept(how: "same" | Exclude<More, "bytes">): true | Exclude<More, "bytes"> {
  return how === "same" ? true : how;
}

/** A greeting comes, and then the end of the stream. */
export const servesHello: Serve = async (trial, conn) => {
  const inbox = new Inbox(trial, conn);
  const more = await inbox.rest(trial.patienceMs, { mostBytes: GREETING_MOST });
  if (inbox.bytes.length === 0 || more === "error") return more === "bytes" ? true : more;
  return more === "silent" ? "no end" : true;
};

/** What greets with more than this has no end. */
export const GREETING_MOST = 1024 * 1024;

/** What became of a server that did not serve a client. */
export interface Loss {
  /** How it ended; `null`: it still runs, or is not ours. */
  end: Ended | null;
  /** What its client saw. */
  how: "refused" | NotServed;
}

/** Connects once more. `null`: it was served. */
export async function lossOfNext(
  trial: Trial,
  { run, serve }: { run: ServerRun; serve: Serve },
): Promise<Loss | null> {
  let conn;
  try {
    conn = await run.connect();
  } catch (error) {
    const how = error instanceof Deno.errors.TimedOut ? "silent" : "refused";
    return { end: await endOf(run), how };
  }
  const served = await serve(trial, conn);
  if (served === true) {
    conn.close();
    return null;
  }
  const goesOn = served === "silent" || served === "no end";
  return { end: goesOn ? run.process?.end ?? null : await endOf(run), how: served };
}

/** What the client that was not served saw, and what became of the server. */
export function seenLoss({ end, how }: Loss, client: Text): Text {
  const en: Record<Loss["how"], string> = {
    refused: "was refused",
    silent: "got nothing",
    "no end": "got its greeting, but no end of the stream",
    end: "was closed without being served",
    error: "was reset without being served",
  };
  const zh: Record<Loss["how"], string> = {
    refused: "被拒绝连接",
    silent: "什么也没有收到",
    "no end": "收到了问候，流的结束却没有来",
    end: "没有得到服务就被关闭了",
    error: "没有得到服务就被复位了",
  };
  const ended = end === null ? { en: "", zh: "" } : seenEnd(end);
  return {
    en: `${client.en} ${en[how]}. ${ended.en}`.trim(),
    zh: `${client.zh}${zh[how]}。${ended.zh}`,
  };
}

/** One that runs already and has gone has perhaps served as many as it serves. */
export const GONE: Finding = {
  verdict: "skipped",
  note: {
    en: "it does not listen any more: it served as many clients as it does, or it died",
    zh: "它不再监听：可能已服务完它的全部客户端，也可能已经异常终止",
  },
};

/** The first client was served. Are others after it, so many in all, each when the last has gone? */
export async function othersAreServed(
  trial: Trial,
  { run, serve, clients }: { run: ServerRun; serve: Serve; clients: number },
): Promise<Finding> {
  run.first.close();
  while (run.clients < clients) {
    const client = {
      en: `${run.clients + 1 === 2 ? "The second" : "The third"} client`,
      zh: `第${run.clients + 1 === 2 ? "二" : "三"}个客户端`,
    };
    const loss = await lossOfNext(trial, { run, serve });
    if (loss === null) continue;
    if (run.process === null && loss.how === "refused") return GONE;
    return await faultOfLoss(run, { loss, client });
  }
  return { verdict: "holds" };
}

async function faultOfLoss(
  run: ServerRun,
  { loss, client }: { loss: Loss; client: Text },
): Promise<Fault> {
  return { verdict: "fails", cause: await causeOf(run, loss), seen: seenLoss(loss, client) };
}

async function causeOf(run: ServerRun, { end, how }: Loss): Promise<Cause> {
  if (end !== null) return causeOfEnd(end, run.process!.command) ?? SERVES_ONE;
  if (how === "end") return FIRST_ONLY;
  if (how === "no end") return NEVER_CLOSES;
  if (how !== "silent") return SERVES_ONE;
  return await isSpinning(run.process) ? END_IGNORED : STUCK;
}

/** echo_server/next-client */
export async function nextClientIsServed(trial: Trial): Promise<Finding> {
  const run = await trial.startServer();
  const first = await servesEcho(trial, run.first);
  if (first !== true) {
    const loss: Loss = { end: await endOf(run), how: first };
    return await faultOfLoss(run, { loss, client: { en: "The first client", zh: "第一个客户端" } });
  }
  const finding = await othersAreServed(trial, { run, serve: servesEcho, clients: 2 });
  if (finding.verdict !== "holds") return finding;
  return await nextIsServedAfterSilence(trial);
}

/** A client may come and go without a word. */
async function nextIsServedAfterSilence(trial: Trial): Promise<Finding> {
  const run = await trial.startServer();
  run.first.close();
  const loss = await lossOfNext(trial, { run, serve: servesEcho });
  if (loss === null) return { verdict: "holds" };
  if (run.process === null && loss.how === "refused") return GONE;
  const client = {
    en: "A client came and went without a word; the next one",
    zh: "一个客户端连接后一言不发就离开了；下一个客户端",
  };
  const fault = await faultOfLoss(run, { loss, client });
  if (loss.end === null) return fault;
  // One that has just served the client after a talk does not end for want of a loop.
  const cause = causeOfLoss(loss.end);
  return { ...fault, cause: cause === CLIENT_ERROR ? SILENT_CLIENT : cause };
}

/** So many are tried: the chapter's own server ends after five. */
const MOST_CLIENTS = 6;
/** A server that serves its clients together answers the second within this, or twenty times what the first took. */
const TOGETHER_MS = 700;

/** echo_server/clients, hello_server_iterative/clients: how many, and how. */
export async function clientsAreCounted(
  trial: Trial,
  { serve, together }: { serve: Serve; together: boolean },
): Promise<Finding> {
  const run = await trial.startServer();
  const beganMs = performance.now();
  if (await serve(trial, run.first) !== true) return NOTHING_TO_TELL;
  const how = together ? await atATime(trial, run, { tookMs: performance.now() - beganMs }) : null;
  run.first.close();
  while (run.clients < MOST_CLIENTS && run.process?.end === null) {
    const loss = await lossOfNext(trial, { run, serve });
    if (loss === null) continue;
    if (await endOf(run) === null) return NOTHING_TO_TELL;
    // It came into the queue and no further.
    if (loss.how === "end" || loss.how === "error") run.clients--;
  }
  // It may be about to end.
  const end = run.process === null ? null : await trial.patiently(run.process.ended, null, 500);
  const count = end === null
    ? { en: `still serves after ${run.clients}`, zh: `服务了 ${run.clients} 个之后仍在运行` }
    : {
      en: `${run.clients} clients, then it ends with ${codeOf(end)}`,
      zh: `服务 ${run.clients} 个客户端后结束，${codeOf(end, "zh")}`,
    };
  if (how === null) return { verdict: "holds", note: count };
  return { verdict: "holds", note: { en: `${how.en}; ${count.en}`, zh: `${how.zh}；${count.zh}` } };
}

/** What the case is about cannot be tried. */
export const NOTHING_TO_TELL: Finding = {
  verdict: "skipped",
  note: {
    en: "a client was not served: other cases tell why",
    zh: "有客户端没有得到服务：原因见其他各项",
  },
};

function codeOf({ code, signal }: Ended, lang: "en" | "zh" = "en"): string {
  if (signal !== null) return signal;
  return lang === "en" ? `exit code ${code}` : `退出码为 ${code}`;
}

/** While the first one is there: is another one served? */
async function atATime(
  trial: Trial,
  run: ServerRun,
  { tookMs }: { tookMs: number },
): Promise<Text | null> {
  let second;
  try {
    second = await run.connect();
  } catch {
    return null;
  }
  const serving = servesEcho(trial, second);
  const isServed = await before(Math.max(TOGETHER_MS, 20 * tookMs), serving, null);
  if (isServed === true) {
    second.close();
    return { en: "serves clients together", zh: "同时服务多个客户端" };
  }
  run.first.close();
  await serving; // now it is its turn
  second.close();
  return { en: "serves one client at a time", zh: "一次服务一个客户端" };
}

/** hello_server/greeting: the words of the greeting. */
export async function greetingIsTold(trial: Trial): Promise<Finding> {
  const { first } = await trial.startServer();
  const inbox = new Inbox(trial, first);
  await inbox.rest(trial.patienceMs, { mostBytes: GREETING_MOST });
  const { bytes } = inbox;
  const text = new TextDecoder().decode(bytes);
  const [en, zh] = [
    `${shown(bytes)}, ${bytes.length} bytes`,
    `${shown(bytes)}，${bytes.length} 字节`,
  ];
  const isOther = bytes.length > 0 && !text.startsWith("Hello World!");
  return {
    verdict: "holds",
    note: isOther
      ? { en: `${en}; the chapter's is "Hello World!"`, zh: `${zh}；书中是 "Hello World!"` }
      : text.endsWith("\0")
      ? { en: `${en}: with the NUL of the string`, zh: `${zh}：连同字符串结尾的 NUL` }
      : { en, zh },
  };
}
