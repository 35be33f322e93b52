/**
 * Does a server survive a client that goes as clients do? The cases about that.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import { afterReset, type Cause, type Finding } from "./case.ts";
import { isSpinning } from "../process/cpu_usage.ts";
import { Inbox } from "./inbox.ts";
import { isCrash, type Process } from "../process/process.ts";
import {
  GONE,
  type Loss,
  lossOfNext,
  NOTHING_TO_TELL,
  seenLoss,
  type Serve,
  servesEcho,
  servesHello,
} from "./server_clients.ts";
import { causeOfLoss, seenEnd } from "./server_ends.ts";
import { WAITS_FOR_GONE } from "./hello_causes.ts";
import { END_IGNORED, STUCK } from "./server_life_causes.ts";
import { send, type ServerRun, type Trial } from "./trial.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";

const utf8 = new TextEncoder();

/** So many bytes are sent to a server that goes on meanwhile: more than it takes with one read(). */
const UNREAD = 200_000;
/** So many to one that is stopped: all of it, and the FIN behind it, has room where it is to be read. */
const UNREAD_STOPPED = 32_000;
/** Nobody waits longer for that byte: of one whose echo is wrong a read under way may have taken it. */
const FIRST_BYTE_MS = 1000;
/** A client that goes is noticed within this, or the next one comes first: both must be right. */
const NOTICE_MS = 100;

/** echo_server/unread */
export async function survivesUnread(trial: Trial): Promise<Finding> {
  const { finding, mayBeOurs } = await unread(trial, { mayStop: Deno.build.os !== "windows" });
  if (finding.verdict !== "fails" || !mayBeOurs) return finding;
  if (!await trial.untold(() => endsWhenStopped(trial))) return finding;
  trial.steps.length = 0;
  return (await unread(trial, { mayStop: false })).finding;
}

/** Does it end when it was stopped and goes on, though no client does anything wrong? */
async function endsWhenStopped(trial: Trial): Promise<boolean> {
  const { first, process } = await trial.startServer();
  await servesEcho(trial, first);
  stop(trial, process!);
  await goOn(trial, process!);
  return await trial.patiently(process!.ended, null, NOTICE_MS) !== null;
}

/**
 * `mayBeOurs`: it was stopped, and ended by its own decision when it went on. Not write() to its client
 * may have told it of an error, but epoll_wait(), which fails with EINTR then.
 */
async function unread(
  trial: Trial,
  { mayStop }: { mayStop: boolean },
): Promise<{ finding: Finding; mayBeOurs: boolean }> {
  const run = await trial.startServer();
  if (await servesEcho(trial, run.first) !== true) {
    return { finding: NOTHING_TO_TELL, mayBeOurs: false };
  }
  const line = utf8.encode(`${"a line of forty bytes, ".padEnd(39, ".")}\n`);
  // The first byte of a reply is read, the others never are. Then close() is not only the end of
  // the stream but, right behind it, a reset: no race decides whether the server writes too late.
  await send(run.first, line, trial);
  const reading = run.first.read(new Uint8Array(1)).catch(() => null);
  await trial.patiently(reading, null, FIRST_BYTE_MS);
  const canStop = run.process !== null && mayStop;
  const lines = new Uint8Array(canStop ? UNREAD_STOPPED : UNREAD);
  for (let at = 0; at < lines.length; at += line.length) lines.set(line, at);
  // Stopped, it cannot answer before its client has gone: then every write() of it is too late.
  if (canStop) stop(trial, run.process!);
  const sending = run.first.write(lines).catch(() => 0);
  await before(canStop ? NOTICE_MS : trial.patienceMs, sending, 0);
  run.first.close();
  if (canStop) await goOn(trial, run.process!);
  const client = {
    en: "A client left its replies unread and went; the next one",
    zh: "一个客户端没有读取回复就离开了；下一个客户端",
  };
  const finding = await findingOfNext(trial, { run, serve: servesEcho, client });
  return { finding, mayBeOurs: canStop && run.process!.end?.signal === null };
}

/** echo_server/reset */
export async function survivesReset(trial: Trial): Promise<Finding> {
  const run = await trial.startServer({ resettable: true });
  if (await servesEcho(trial, run.first) !== true) return NOTHING_TO_TELL;
  const isReset = run.first.reset();
  const client = {
    en: "A client reset its connection while it was idle; the next one",
    zh: "一个空闲的客户端复位了连接；下一个客户端",
  };
  return afterReset(await findingOfNext(trial, { run, serve: servesEcho, client }), isReset);
}

/** hello_server_iterative/next-after-reset */
export async function nextIsGreetedAfterReset(trial: Trial): Promise<Finding> {
  const run = await trial.startServer({ resettable: true });
  // Once the greeting has come: a reset before could come before accept(), which is another case.
  await new Inbox(trial, run.first).more(trial.patienceMs);
  const isReset = run.first.reset();
  const client = {
    en: "A client reset its connection; the next one",
    zh: "一个客户端复位了连接；下一个客户端",
  };
  return afterReset(await findingOfNext(trial, { run, serve: servesHello, client }), isReset);
}

/** Is the next client served, and does the server outlive it? It may notice the first's end late. */
async function findingOfNext(
  trial: Trial,
  { run, serve, client }: { run: ServerRun; serve: Serve; client: Text },
): Promise<Finding> {
  await pause(NOTICE_MS);
  const loss = await lossOfNext(trial, { run, serve });
  if (loss !== null) return await findingOfLoss(run, { loss, client });
  if (run.process === null) return { verdict: "holds" };
  const end = await trial.patiently(run.process.ended, null, NOTICE_MS);
  // One that ends by itself after two clients, with whatever code, may serve two.
  if (end === null || end.signal === null) return { verdict: "holds" };
  return { verdict: "fails", cause: causeOfLoss(end), seen: seenEnd(end) };
}

async function findingOfLoss(
  run: ServerRun,
  { loss, client }: { loss: Loss; client: Text },
): Promise<Finding> {
  if (run.process === null && loss.how === "refused") return GONE;
  let cause: Cause;
  if (loss.end !== null) cause = causeOfLoss(loss.end);
  else cause = await isSpinning(run.process) ? END_IGNORED : STUCK;
  return { verdict: "fails", cause, seen: seenLoss(loss, client) };
}

/** hello_server/gone-client, hello_server_iterative/gone-client */
export async function survivesGoneClient(
  trial: Trial,
  { iterative }: { iterative: boolean },
): Promise<Finding> {
  if (Deno.build.os === "windows") {
    const note = {
      en: "a program cannot be stopped and continued on this system",
      zh: "这个系统不能暂停再继续一个程序",
    };
    return { verdict: "skipped", note };
  }
  // Stopped as soon as it listens: its client is still in the queue when it is reset.
  const run = await trial.startServer({ resettable: true, stopped: true });
  const isReset = run.first.reset();
  const client = {
    en: "A client was gone before accept() took it; the next one",
    zh: "一个客户端在 accept() 受理之前就离开了；下一个客户端",
  };
  if (!iterative) return afterReset(await endsOrServes(trial, run), isReset);
  await goOn(trial, run.process!);
  return afterReset(await findingOfNext(trial, { run, serve: servesHello, client }), isReset);
}

/** A server of one client may take the one that is gone for it. Then it ends; how, only a crash matters. */
async function endsOrServes(trial: Trial, run: ServerRun): Promise<Finding> {
  const process = run.process!;
  // In the queue before the server goes on: one that serves takes it.
  const next = run.connect().catch(() => null);
  await goOn(trial, process);
  const conn = await next;
  if (conn !== null) await servesHello(trial, conn);
  conn?.close();
  const end = await trial.patiently(process.ended, null);
  if (end === null) {
    const seen = {
      en: "A client was gone before accept() took it; then the program neither served nor ended.",
      zh: "一个客户端在 accept() 受理之前就离开了；之后程序既不服务也不结束。",
    };
    return { verdict: "fails", cause: WAITS_FOR_GONE, seen };
  }
  if (end.signal !== "SIGPIPE" && !isCrash(end)) return { verdict: "holds" };
  return { verdict: "fails", cause: causeOfLoss(end), seen: seenEnd(end) };
}

function stop(trial: Trial, process: Process): void {
  process.signal("SIGSTOP");
  trial.note("check", "SIGSTOP");
}

/** What was sent has come before it goes on: on a busy machine the system takes its time, too. */
async function goOn(trial: Trial, process: Process): Promise<void> {
  await pause(NOTICE_MS);
  process.signal("SIGCONT");
  trial.note("check", "SIGCONT");
}
