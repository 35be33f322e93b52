/**
 * Does a server wait without burning CPU? The cases about that.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import type { Cause, Finding } from "./case.ts";
import { isRunning } from "../process/cpu_usage.ts";
import { Inbox } from "./inbox.ts";
import type { Process } from "../process/process.ts";
import { NOTHING_TO_TELL, type Serve, servesEcho } from "./server_clients.ts";
import { BUSY_WAIT, END_IGNORED } from "./server_life_causes.ts";
import type { Trial } from "./trial.ts";
import { pause } from "../net/silence.ts";

const LOOK_MS = 120;
/** One that waits is found waiting so often in a row; one that spins never, however busy the machine is. */
const QUIET_LOOKS = 5;
/** What burns so much while nothing is asked of it does nothing else. */
const BURNT_MS = 1000;
/** For one that spins among many others that want the CPU: so long, or it cannot be told. */
const LIMIT_MS = 30_000;
/** What prints so much while nothing is asked of it would burn CPU if anybody took that. */
const FLOOD = 64 * 1024;

/** …/idle-cpu */
export async function staysIdle(trial: Trial, { serve }: { serve: Serve }): Promise<Finding> {
  const run = await trial.startServer();
  const process = run.process!;
  if (await serve(trial, run.first) !== true) return NOTHING_TO_TELL;
  if (serve === servesEcho) {
    const finding = await idle(process, {
      cause: () => Promise.resolve(BUSY_WAIT),
      when: { en: "while a client was connected and silent", zh: "客户端连接着但不发送时" },
    });
    if (finding !== null) return finding;
  }
  run.first.close();
  const finding = await idle(process, {
    cause: () => causeAfterEnd(trial, serve),
    when: { en: "after its client had gone", zh: "客户端离开之后" },
  });
  return finding ?? { verdict: "holds" };
}

/** `null`: it waits. */
async function idle(
  process: Process,
  { cause, when }: { cause(): Promise<Cause>; when: Text },
): Promise<Finding | null> {
  const burnt = await burntBy(process);
  if (burnt === "waits") return null;
  if (burnt === "cannot tell") {
    const note = { en: "its CPU time cannot be had here", zh: "这里无法得知它的 CPU 时间" };
    return { verdict: "skipped", note };
  }
  if (burnt === "busy machine") {
    const note = {
      en: "this machine is too busy to tell who burns CPU",
      zh: "这台机器太忙，无法判断是谁在消耗 CPU",
    };
    return { verdict: "slow", note };
  }
  const seen = burnt === "floods"
    ? {
      en: `Nothing was asked of it ${when.en}, and it printed without end.`,
      zh: `${when.zh}，没有任何请求，它却不停地输出。`,
    }
    : {
      en: `Nothing was asked of it ${when.en}, and it used a whole second of CPU time and more.`,
      zh: `${when.zh}，没有任何请求，它却用掉了一秒以上的 CPU 时间。`,
    };
  return { verdict: "fails", cause: await cause(), seen };
}

async function burntBy(
  process: Process,
): Promise<"waits" | "burns" | "floods" | "cannot tell" | "busy machine"> {
  const printed = () => process.stdout.bytes + process.stderr.bytes;
  const startMs = await process.cpuMs();
  if (startMs === null) return process.end === null ? "cannot tell" : "waits";
  const printedBefore = printed();
  const untilMs = performance.now() + LIMIT_MS;
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    await pause(LOOK_MS);
    const running = await isRunning([process]);
    // If it has ended, its clients were served.
    if (running === null) return process.end === null ? "cannot tell" : "waits";
    if (printed() - printedBefore > FLOOD) return "floods";
    if (running && (await process.cpuMs() ?? 0) - startMs >= BURNT_MS) return "burns";
    if (performance.now() > untilMs) return "busy machine";
    quiet = running ? 0 : quiet + 1;
  }
  return "waits";
}

/** It burns since its client has gone: because it does not see the end, or because it waits for the next one? */
async function causeAfterEnd(trial: Trial, serve: Serve): Promise<Cause> {
  if (serve !== servesEcho) return BUSY_WAIT;
  const { first } = await trial.startServer();
  if (await serve(trial, first) !== true) return BUSY_WAIT;
  await first.closeWrite().catch(() => {});
  return await new Inbox(trial, first).rest(trial.patienceMs) === "silent"
    ? END_IGNORED
    : BUSY_WAIT;
}
