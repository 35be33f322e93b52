/**
 * Runs cases against a program: side by side where they cannot disturb each other, and
 * one cause told once.
 *
 * @module
 */

import { reasonOf, textOf } from "../cli/failure.ts";
import type { Text } from "../draw/figure.ts";
import type { Net } from "../net/net.ts";
import type { Case, Finding, Outcome } from "./case.ts";
import { holdPorts } from "../process/free_port.ts";
import type { Subject } from "./subject.ts";
import { NotStarted } from "./not_started.ts";
import { Trial } from "./trial.ts";
import { before } from "../process/waiting.ts";
import { WORDS } from "./words.ts";

/** So many programs run at a time. More would only wait for one another. */
const AT_A_TIME = 4;
/** A case that waits for longer than so many times the patience has itself gone astray. */
const PATIENCES = 8;

/** What a program did not do that did it for other cases. */
const STARTS: Record<NotStarted["how"], Text> = {
  "cannot start": { en: "it could not be started again", zh: "无法再次启动" },
  "ended": { en: "it ended before it could be reached", zh: "程序在能够连接之前就结束了" },
  "never listens": { en: "it could not be reached in time", zh: "程序没有及时开始监听" },
  "never connects": { en: "it did not connect in time", zh: "程序没有及时发起连接" },
  "cannot connect": { en: "nobody listens there any more", zh: "那里已经没有程序在监听" },
};

function whyNotTried(error: unknown, { fixedPort }: Subject): Text {
  if (error instanceof NotStarted) {
    if (fixedPort !== undefined && (error.how === "ended" || error.how === "never listens")) {
      return {
        en: "it could not be started again on its one port: see the case restart",
        zh: "无法在它唯一的端口上再次启动：见 restart 一项",
      };
    }
    const { en, zh } = STARTS[error.how];
    return { en: `could not be tried: ${en}`, zh: `无法进行：${zh}` };
  }
  const reason = textOf(reasonOf(error)); // a system's own words, as a rule
  return { en: `could not be tried: ${reason}`, zh: `无法进行：${reason}` };
}

/** What {@linkcode runCases} is given. */
export interface RunOptions {
  net: Net;
  /** So long a program may be silent, in milliseconds. */
  patienceMs: number;
  /** Ends all that is under way. */
  stop?: AbortSignal;
  /** A case is done: so many of so many. */
  onDone?(done: number, all: number): void;
}

/**
 * Tries all cases, and gives their outcomes in their order. Throws {@linkcode NotStarted} if the
 * program cannot be started or never listens, and the reason of `stop` when that comes.
 */
export async function runCases(
  cases: readonly Case[],
  subject: Subject,
  options: RunOptions,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const done = (outcome: Outcome) => {
    outcomes.set(outcome.case.id, outcome);
    options.onDone?.(outcomes.size, cases.length);
  };
  const tried = new Map(cases.map(({ id }) => [id, Promise.withResolvers<void>()]));
  const tryOne = async (one: Case) => {
    try {
      // Those that it comes after have begun: they stand before it in every list.
      await Promise.all(one.after?.map((id) => tried.get(id)?.promise) ?? []);
      done(await outcomeOf(one, subject, { ...options, outcomes }));
    } finally {
      tried.get(one.id)!.resolve();
    }
  };
  // Of a program with one port of its own, one runs at a time.
  const most = subject.fixedPort === undefined && subject.at === undefined ? AT_A_TIME : 1;
  const isBefore = (one: Case) => cases.some(({ after }) => after?.includes(one.id));
  const isLast = (one: Case) => one.holdsPort === true && subject.fixedPort !== undefined;
  const stages = [
    cases.filter((one) => isBefore(one)),
    cases.filter((one) => !isBefore(one) && !one.alone && !isLast(one)),
  ];
  const rest = cases.filter((one) => !isBefore(one) && (one.alone || isLast(one)));
  rest.sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
  const ports = holdPorts();
  try {
    // The first one shows whether it can be started at all.
    const [first, ...others] = stages.flat();
    if (first !== undefined) await tryOne(first);
    for (const stage of stages) {
      await sideBySide(stage.filter((one) => others.includes(one)), { most, tryOne });
    }
    await sideBySide(rest, { most: 1, tryOne });
  } finally {
    ports.release();
  }
  return toldOnce(cases.map(({ id }) => outcomes.get(id)!));
}

/** Cases that fail for a cause of which another one was told already say so, and no more. */
function toldOnce(outcomes: Outcome[]): Outcome[] {
  const told = new Map<string, string>(); // cause: case
  return outcomes.map((outcome) => {
    const { finding, case: { id } } = outcome;
    if (finding.verdict !== "fails") return outcome;
    const explainedBy = told.get(finding.cause.id);
    if (explainedBy !== undefined) return { ...outcome, explainedBy };
    told.set(finding.cause.id, id);
    return outcome;
  });
}

async function sideBySide(
  cases: Case[],
  { most, tryOne }: { most: number; tryOne(one: Case): Promise<void> },
): Promise<void> {
  const waiting = [...cases];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await tryOne(one);
  };
  const ends = await Promise.allSettled(Array.from({ length: most }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

async function outcomeOf(
  one: Case,
  subject: Subject,
  { net, patienceMs, stop, outcomes }: RunOptions & { outcomes: Map<string, Outcome> },
): Promise<Outcome> {
  const nothing = { case: one, steps: [], printed: [], tookMs: 0 };
  const failed = one.after?.find((id) => outcomes.get(id)?.finding.verdict === "fails");
  if (failed !== undefined) {
    const note = WORDS.meansNothing(failed);
    return { ...nothing, finding: { verdict: "skipped", note }, explainedBy: failed };
  }
  if (one.starts && subject.at !== undefined) {
    const note = { en: "needs to start the program itself", zh: "需要由本工具启动程序" };
    return { ...nothing, finding: { verdict: "skipped", note } };
  }
  stop?.throwIfAborted();
  const trial = new Trial(subject, { net, patienceMs });
  const beganMs = performance.now();
  const end = () => trial.end();
  stop?.addEventListener("abort", end, { once: true });
  let finding: Finding;
  try {
    const late: Finding = {
      verdict: "slow",
      note: { en: "too slow for this test", zh: "对这项测试来说太慢" },
    };
    finding = await before(Math.max(PATIENCES * patienceMs, 30_000), one.run(trial), late);
  } catch (error) {
    stop?.throwIfAborted();
    // One that has started for other cases can be started: it was this case that went wrong.
    if (error instanceof NotStarted && outcomes.size === 0) {
      error.printed = trial.printed();
      throw error;
    }
    finding = { verdict: "skipped", note: whyNotTried(error, subject) };
  } finally {
    stop?.removeEventListener("abort", end);
    await trial.end();
  }
  stop?.throwIfAborted();
  const { steps } = trial;
  const tookMs = performance.now() - beganMs;
  return { case: one, finding, steps, printed: trial.printed(), tookMs };
}
