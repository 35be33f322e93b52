/**
 * How a server starts: again on its port, and with a port that is none. The cases about that.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import { quote } from "../cli/escape.ts";
import type { Address } from "../net/net.ts";
import type { Finding } from "./case.ts";
import { isRunning } from "../process/cpu_usage.ts";
import { freePort, isFree, isHeld } from "../process/free_port.ts";
import { isCrash, type Process } from "../process/process.ts";
import type { Serve } from "./server_clients.ts";
import { seenEnd } from "./server_ends.ts";
import { CRASH } from "./server_causes.ts";
import { NO_ARGUMENT, NO_REUSEADDR, TAKES_ANY_PORT } from "./server_life_causes.ts";
import { NotStarted } from "./not_started.ts";
import type { ServerRun, Trial } from "./trial.ts";
import { LOOPBACK } from "./trial_net.ts";
import { pause } from "../net/silence.ts";
import { before } from "../process/waiting.ts";

/** A program may need so long to end at SIGTERM; some never do. */
const TERM_MS = 500;
/** What a killed program held is free within this. */
const FREE_MS = 2000;
const LOOK_MS = 20;
/** So many times longer is waited for a program that waits for the CPU. */
const MORE_LIMITS = 3;

/** …/restart. `serve`: what is done with the client that is there when it is stopped. */
export async function startsAgain(trial: Trial, { serve }: { serve: Serve }): Promise<Finding> {
  let run: ServerRun;
  const beganMs = performance.now();
  try {
    run = await trial.startServer();
  } catch (error) {
    // Cases before this one have left its only port in TIME_WAIT.
    if (trial.subject.fixedPort === undefined) throw error;
    return await faultOfStart(trial, { error, hadEnded: true, limitMs: 0 });
  }
  // What is to start again on its port shall do so at once.
  const limitMs = Math.max(trial.patienceMs, 10 * (performance.now() - beganMs));
  await serve(trial, run.first);
  const process = run.process!;
  if (process.end === null) {
    process.signal("SIGTERM");
    trial.note("check", "SIGTERM");
  }
  const hadEnded = process.end !== null;
  await before(TERM_MS, process.ended, null);
  await process.kill();
  // Only now: the server's side closed first, and is in TIME_WAIT.
  run.first.close();
  const { port } = run.at;
  if (!await becomesFree(run.at)) {
    const note = {
      en: `another program listens on port ${port} now`,
      zh: `端口 ${port} 现在被别的程序占用`,
    };
    return { verdict: "skipped", note };
  }
  try {
    await trial.startServer({ port, limitMs });
  } catch (error) {
    return await faultOfStart(trial, { error, hadEnded, limitMs });
  }
  return { verdict: "holds" };
}

/**
 * Does nobody listen there any more? Whether it can be bound says nothing: what a server without
 * SO_REUSEADDR left in TIME_WAIT stands in everybody's way.
 */
async function becomesFree(at: Address): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < FREE_MS; waitedMs += LOOK_MS) {
    if (!await listens(at)) return true;
    await pause(LOOK_MS);
  }
  return false;
}

async function faultOfStart(
  trial: Trial,
  { error, hadEnded, limitMs }: { error: unknown; hadEnded: boolean; limitMs: number },
): Promise<Finding> {
  if (!(error instanceof NotStarted)) throw error;
  const { stdout, stderr } = trial.printed().at(-1)!;
  if (error.how === "never listens" && !await wasThePort(trial, limitMs)) {
    const note = {
      en: "started again, it did not listen for a long time: too slow to be judged",
      zh: "再次启动后很久都没有监听：太慢，无法判断",
    };
    return { verdict: "slow", note };
  }
  const lines = [stderr, stdout].flatMap((bytes) =>
    new TextDecoder().decode(bytes).trim().split("\n")
  );
  const said = lines.filter((line) => line !== "").at(-1);
  const ended = error.end === null
    ? { en: "It runs, and does not listen.", zh: "程序在运行，却没有监听。" }
    : seenEnd(error.end);
  const words = said === undefined
    ? { en: "", zh: "" }
    : { en: ` It said ${quote(said)}.`, zh: `它输出了 ${quote(said)}。` };
  const done = hadEnded
    ? { en: "When it had served its client and ended", zh: "程序服务完客户端并结束后" }
    : { en: "Stopped while a client was connected", zh: "在有客户端连接时停止程序" };
  return {
    verdict: "fails",
    cause: NO_REUSEADDR,
    seen: {
      en: `${done.en}, it was started again at once on the same port. ${ended.en}${words.en}`,
      zh: `${done.zh}，随即在同一端口再次启动程序。${ended.zh}${words.zh}`,
    },
  };
}

/** Was it the port? One that is merely slow is so on another port, too. */
async function wasThePort(trial: Trial, limitMs: number): Promise<boolean> {
  const { fixedPort } = trial.subject;
  // Nobody listens there, and yet it is some socket's: one in TIME_WAIT.
  if (fixedPort !== undefined) return isHeld(fixedPort);
  return await trial.untold(async () => {
    try {
      await trial.startServer({ limitMs });
      return true;
    } catch (error) {
      if (error instanceof NotStarted) return false;
      throw error;
    }
  });
}

/** What is no port, and what a program may take it for. */
interface NoPort {
  /** `null`: nothing at all. */
  text: string | null;
  /** Where the program listens if it does not look closely. */
  port?: number;
}

/** What became of a program that was given it. */
interface Try {
  what: NoPort;
  process: Process;
  how: "ended" | "listens" | "runs";
}

/** …/ports */
export async function refusesPorts(trial: Trial): Promise<Finding> {
  const { subject } = trial;
  if (subject.fixedPort !== undefined && !subject.command.some((word) => word.includes("{port}"))) {
    const note = { en: "it is given no port", zh: "启动时没有给它端口" };
    return { verdict: "skipped", note };
  }
  // A right start tells how long this program needs for one, on this machine, now.
  const beganMs = performance.now();
  const { first } = await trial.startServer();
  const limitMs = Math.max(trial.patienceMs, 10 * (performance.now() - beganMs));
  first.close();
  const tries = await Promise.all(
    noPorts(trial).map((what) => tryToStart(trial, { what, limitMs })),
  );
  const taken = tries.filter(({ what, how, process }) =>
    what.text !== null && (how !== "ended" || triedToBind(trial, process))
  );
  if (taken.length > 0) {
    const all = taken.map(({ what: { text } }) => quote(text!));
    const listening = taken.find(({ how }) => how === "listens")?.what;
    const where = listening === undefined ? { en: "", zh: "" } : {
      en: ` With ${listening.text} it listens on port ${listening.port}.`,
      zh: `给 ${listening.text}，它在端口 ${listening.port} 上监听。`,
    };
    return {
      verdict: "fails",
      cause: TAKES_ANY_PORT,
      seen: {
        en: `Given what is no port, it runs all the same: ${all.join(", ")}.${where.en}`,
        zh: `给它的不是端口，它却照样运行：${all.join("、")}。${where.zh}`,
      },
    };
  }
  const crashed = tries.find(({ process: { end } }) => end !== null && isCrash(end));
  if (crashed === undefined) return { verdict: "holds", ...noteOfUsage(tries) };
  const { what: { text }, process } = crashed;
  const end = seenEnd(process.end!);
  return {
    verdict: "fails",
    cause: text === null ? NO_ARGUMENT : CRASH,
    seen: text === null
      ? { en: `Started without a port. ${end.en}`, zh: `不带端口启动。${end.zh}` }
      : {
        en: `Started with the port ${quote(text)}. ${end.en}`,
        zh: `以端口 ${quote(text)} 启动。${end.zh}`,
      },
  };
}

/** Those of the chapter's server (abc, 70000, 80x, none), with numbers that nobody else uses. */
function noPorts({ subject: { language } }: Trial): NoPort[] {
  const large = freePort();
  const cut = freePort();
  // Node makes a Unix socket of a text that is no number: one file, not another one each time.
  const letters = language === "javascript"
    ? { text: "80x", ...(isFree(80) ? { port: 80 } : {}) }
    : { text: `${cut}x`, port: cut };
  return [
    { text: "abc" },
    { text: String(65_536 + large), port: large },
    letters,
    { text: null },
  ];
}

async function tryToStart(
  trial: Trial,
  { what, limitMs }: { what: NoPort; limitMs: number },
): Promise<Try> {
  const process = what.text === null
    ? trial.startCommand(withoutPort(trial))
    : trial.start({ port: what.text });
  process.endInput(); // one that asks for another port gets none
  let untilMs = performance.now() + limitMs;
  for (let more = MORE_LIMITS; process.end === null;) {
    if (performance.now() > untilMs) {
      // It may not have had its turn yet, on a busy machine.
      if (more-- === 0 || !await isRunning([process])) break;
      untilMs += limitMs;
    }
    if (what.port !== undefined && await listens({ hostname: LOOPBACK, port: what.port })) {
      await process.kill();
      return { what, process, how: "listens" };
    }
    await before(5 * LOOK_MS, process.ended, null);
  }
  return { what, process, how: process.end === null ? "runs" : "ended" };
}

/** The command line without what stands for the port, and the option it belongs to. */
function withoutPort({ subject: { command } }: Trial): string[] {
  return command.filter((word, i) =>
    !word.includes("{port}") && !(word.startsWith("-") && command[i + 1] === "{port}")
  );
}

async function listens(at: Address): Promise<boolean> {
  try {
    (await Deno.connect(at)).close();
    return true;
  } catch {
    return false;
  }
}

/** Node's words for a text that it took for a place to listen, and could not have. */
function triedToBind({ subject: { language } }: Trial, { stderr, stdout }: Process): boolean {
  const said = [stderr, stdout].map(({ kept }) => new TextDecoder().decode(kept)).join("\n");
  return language === "javascript" && /EADDRINUSE|EACCES/.test(said);
}

/** What is worth telling of one that refuses what it should. */
function noteOfUsage(tries: Try[]): { note?: Text } {
  const none = tries.find(({ what: { text } }) => text === null)!;
  const said = new TextDecoder().decode(none.process.stdout.kept) +
    new TextDecoder().decode(none.process.stderr.kept);
  if (none.how === "runs") {
    return {
      note: {
        en: "without a port it runs all the same, on one of its own",
        zh: "不给端口它也照常运行，使用自己的端口",
      },
    };
  }
  if (said.includes("(null)")) {
    return {
      note: {
        en: 'its usage says "(null)": the name of the program is argv[0], not argv[1]',
        zh: '用法说明里出现了 "(null)"：程序名是 argv[0]，而不是 argv[1]',
      },
    };
  }
  if (/Traceback|Exception|panic:|^\s+at /m.test(said)) {
    return {
      note: {
        en: "without a port it ends with an exception, not with a word about its use",
        zh: "不给端口时它以异常结束，没有说明用法",
      },
    };
  }
  const zeros = tries.filter(({ process: { end } }) => end?.code === 0 && end.signal === null);
  if (zeros.length === 0) return {};
  return {
    note: {
      en: "it ends with exit code 0 where it refuses: a script takes that for success",
      zh: "拒绝时退出码为 0：脚本会以为成功了",
    },
  };
}
