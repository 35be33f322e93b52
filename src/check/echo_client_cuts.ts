/**
 * An echo client whose replies come in halves, in single bytes, two in one piece (4.3.3).
 *
 * @module
 */

import type { Case, Cause, Fault, Finding } from "./case.ts";
import type { Text } from "../draw/figure.ts";
import { ONE_READ, OVERWRITES, READS_BEYOND } from "./boundary_causes.ts";
import { type Cut, textOf } from "./client_run.ts";
import { joined as joinedBytes } from "../net/joined.ts";
import {
  fault,
  findingOf,
  LINES,
  type Reference,
  seconds,
  startClient,
  withReference,
} from "./reference.ts";
import { count, missingIn } from "./shown.ts";
import type { Trial } from "./trial.ts";

/** Between the halves of the replies to the lines, in turn: some wait a moment for more. */
const HALVES_GAP_MS = [50, 50, 150, 300];
/** Between single bytes. Those that come too close together may be read as one, on a busy machine above all. */
const BYTES_GAP_MS = [1, 1, 3, 10];
/** So many bytes go alone, then the rest in one piece: some send whole buffers. */
const MOST_SINGLE_BYTES = [40, 40, 40, 8];
/** In the reply to this line each is read before the next one comes, which takes longer. */
const READ_ALONE_LINE = 3;
/** Who sends ahead has sent the second line by then. */
const AHEAD_MS = 300;
/** The pause before each line where a first run failed: perhaps it shows replies late. */
const SLOW_MS = 400;

/** How the reply to a line is cut. */
type Cutting = (reply: Uint8Array, line: number) => Cut;

const halves: Cutting = (reply, line) => {
  const middle = Math.ceil(reply.length / 2);
  return {
    pieces: [reply.subarray(0, middle), reply.subarray(middle)],
    gapMs: HALVES_GAP_MS[line],
    isReadAlone: true,
  };
};

const singleBytes: Cutting = (reply, line) => {
  const single = Math.min(reply.length, MOST_SINGLE_BYTES[line]);
  const pieces = Array.from({ length: single }, (_, i) => reply.subarray(i, i + 1));
  if (single < reply.length) pieces.push(reply.subarray(single));
  return { pieces, gapMs: BYTES_GAP_MS[line], isReadAlone: line === READ_ALONE_LINE };
};

export const ECHO_CLIENT_CUT_CASES: readonly Case[] = [
  {
    id: "echo_client/halves",
    section: "4.3.3",
    weight: "book",
    title: {
      en: "A reply in two halves is shown as one that came in one piece",
      zh: "回复分成两半到达时，显示结果与一次到达时相同",
    },
    lab: "boundary",
    after: ["echo_client/lines"],
    listingFails: true,
    run: (trial) => halvesFinding(trial),
  },
  {
    id: "echo_client/bytes",
    section: "4.3.3",
    weight: "book",
    title: {
      en: "A reply in single bytes is shown as one that came in one piece",
      zh: "回复逐字节到达时，显示结果与一次到达时相同",
    },
    lab: "boundary",
    after: ["echo_client/lines"],
    listingFails: true,
    run: (trial) => withReference(trial, (reference) => bytesFinding(trial, reference)),
  },
  {
    id: "echo_client/joined",
    section: "4.3.3",
    // The chapter wants messages kept apart. But who sends a line when the last one is answered meets
    // this with no echo server: chapter 5 mends its client so.
    weight: "robust",
    title: {
      en: "Two replies in one piece are shown as two that came one by one",
      zh: "两条回复合在一起到达（粘包）时，显示结果与分别到达时相同",
    },
    lab: "boundary",
    after: ["echo_client/lines", "echo_client/halves"],
    listingFails: true,
    run: (trial) => withReference(trial, (reference) => joinedRun(trial, reference)),
  },
];

/** What comes of halves: other cases fail with it. */
function halvesFinding(trial: Trial): Promise<Finding> {
  return findingOf(
    { subject: trial.subject, id: "echo_client/halves" },
    () => withReference(trial, (reference) => cutRun(trial, { reference, cutting: halves })),
  );
}

/** Why it fails in halves, of which another case is to tell the same; `null`: it does not. */
export async function causeOfCuts(trial: Trial): Promise<Cause | null> {
  const finding = await trial.untold(() => halvesFinding(trial));
  return finding.verdict === "fails" ? finding.cause : null;
}

async function bytesFinding(trial: Trial, reference: Reference): Promise<Finding> {
  const finding = await cutRun(trial, { reference, cutting: singleBytes });
  if (finding.verdict !== "fails") return finding;
  return { ...finding, cause: await causeOfCuts(trial) ?? finding.cause };
}

async function cutRun(
  trial: Trial,
  given: { reference: Reference; cutting: Cutting },
): Promise<Finding> {
  const first = await cutOnce(trial, given);
  if (first.verdict !== "fails" || first.differ === undefined) return first;
  // One that shows replies late, and was given the next line or Q too early, is no wrong one.
  trial.steps.length = 0;
  return await cutOnce(trial, { ...given, waitMs: SLOW_MS });
}

async function cutOnce(
  trial: Trial,
  { reference, cutting, waitMs }: { reference: Reference; cutting: Cutting; waitMs?: number },
): Promise<Finding> {
  const { run } = await startClient(trial, { preludeOf: () => reference.prelude });
  let firstReply: Cut | undefined;
  for (const [i, line] of LINES.entries()) {
    const cut = (reply: Uint8Array) => {
      const pieces = cutting(reply, i);
      firstReply ??= pieces;
      return pieces;
    };
    const came = await (i === 0 ? run.heard(line, { cut }) : run.say(line, { cut, waitMs }));
    if (came.length > 0) continue;
    if (run.process.end !== null) break; // it took a piece for the whole, and did not like it
    return {
      ...fault(ONE_READ, {
        en: `After the reply to line ${i}, in pieces, it sent nothing for ` +
          `${seconds(trial.patienceMs).en}: it hangs.`,
        zh: `第 ${i} 行的回复分段到达之后，它在 ${seconds(trial.patienceMs).zh}内` +
          "什么都没有发送：程序卡住了。",
      }),
      ...cutOf(firstReply),
    };
  }
  const finish = await run.finish({ waitMs: waitMs && 2 * waitMs, words: wordsOf(reference) });
  if (reference.output === null || finish.at === null) return unseen();
  const missing = missingLines(reference.output, run.output);
  if (missing.length === 0) return holds(reference.output, run.output);
  const isOver = cutting === halves && showsLastHalves(reference.output, run.output);
  return {
    ...fault(isOver ? OVERWRITES : ONE_READ, {
      en: `Replies that came in pieces are not shown whole (${missing.length} of ${LINES.length}).`,
      zh: `分段到达的回复没有完整显示（${LINES.length} 条中有 ${missing.length} 条）。`,
    }),
    differ: outputs(reference.output, run.output),
    ...cutOf(firstReply),
  };
}

/** The reply to the second line comes with that to the first one, and nothing for the second. */
async function joinedRun(trial: Trial, reference: Reference): Promise<Finding> {
  const preludeOf = () => reference.prelude;
  const { run } = await startClient(trial, { preludeOf, lines: LINES.slice(0, 2) });
  const first = await run.message(trial.patienceMs);
  if (first === null) return otherwise();
  const [one, two] = reference.sent;
  const isAhead = await run.until(() => run.cameBytes >= one.length + two.length, AHEAD_MS);
  const rest = isAhead && run.cameBytes > first.length ? await run.message(AHEAD_MS) : null;
  const both = joinedBytes([first, isAhead ? rest ?? new Uint8Array(0) : two]);
  await run.answer(both);
  if (!isAhead) {
    const came = await run.message(trial.patienceMs);
    if (came === null && run.process.end === null) return waitsForMore(trial, { both, isAhead });
    // It sends something else each time: what was answered ahead was not the reply.
    if (came !== null && textOf(came) !== textOf(two)) return otherwise();
    if (came !== null) await run.answer(came, { cut: () => ({ pieces: [], gapMs: 0 }) });
  }
  for (const line of LINES.slice(2)) {
    const came = await run.say(line);
    if (came.length === 0 && run.process.end === null) {
      return waitsForMore(trial, { both, isAhead });
    }
  }
  const finish = await run.finish({ words: wordsOf(reference) });
  if (reference.output === null || finish.at === null) return unseen();
  if (missingLines(reference.output, run.output).length === 0) {
    return holds(reference.output, run.output);
  }
  return {
    ...fault(READS_BEYOND, {
      en: `${cameJoined(isAhead).en}, and they are not both shown.`,
      zh: `${cameJoined(isAhead).zh}，程序没有把两条都显示出来。`,
    }),
    differ: outputs(reference.output, run.output),
    cut: { bytes: both, writes: [both.length] },
  };
}

function cameJoined(isAhead: boolean): Text {
  return isAhead
    ? { en: "The replies to two lines came in one piece", zh: "两行的回复合在一起到达" }
    : {
      en:
        "The reply to line 2 came before that line was sent, in one piece with the reply to line 1",
      zh: "第 2 行还没有发送，它的回复就提前到达，与第 1 行的回复合在一起",
    };
}

function waitsForMore(
  trial: Trial,
  { both, isAhead }: { both: Uint8Array; isAhead: boolean },
): Fault {
  const { en, zh } = seconds(trial.patienceMs);
  return {
    ...fault(READS_BEYOND, {
      en: `${cameJoined(isAhead).en}. It took them for one reply, and then waited ` +
        `for another one: nothing more for ${en}.`,
      zh: `${cameJoined(isAhead).zh}。程序把它们当作一条回复，然后又去等待另一条：` +
        `${zh}内再无动静。`,
    }),
    cut: { bytes: both, writes: [both.length] },
  };
}

/** What makes it end. */
export function wordsOf({ finish: { at } }: Reference): ("Q" | "q")[] {
  return at === "Q" || at === "q" ? [at] : [];
}

/** Of each reply the second half, and nothing of the first one? */
function showsLastHalves(reference: Uint8Array, output: Uint8Array): boolean {
  const [due, came] = [textOf(reference), textOf(output)];
  return LINES.every((line) => {
    const middle = Math.ceil(line.length / 2);
    const [first, last] = [line.slice(0, middle), line.slice(middle).trim()];
    return count(came, first) < count(due, first) && count(came, last) >= count(due, last);
  });
}

function missingLines(reference: Uint8Array, output: Uint8Array): string[] {
  return missingIn(textOf(output), { lines: LINES, reference: textOf(reference) });
}

function outputs(due: Uint8Array, came: Uint8Array): Fault["differ"] {
  return { what: { en: "its output", zh: "程序的输出" }, due, came };
}

function cutOf(cut: Cut | undefined): Pick<Fault, "cut"> {
  if (cut === undefined) return {};
  const { pieces } = cut;
  return { cut: { bytes: joinedBytes(pieces), writes: pieces.map(({ length }) => length) } };
}

/** Every reply is shown whole; is all the rest as in the uncut run? Times and counts may differ. */
function holds(reference: Uint8Array, output: Uint8Array): Finding {
  const letters = (bytes: Uint8Array) =>
    Array.from(textOf(bytes).replace(/[0-9\s]+/g, "")).sort().join("");
  if (letters(reference) === letters(output)) return { verdict: "holds" };
  const note = {
    en: "each reply is shown whole, but the output is not quite that of an uncut run",
    zh: "每条回复都完整显示，但其余输出与未分段时不完全相同",
  };
  return { verdict: "holds", note };
}

/** Its output was lost when it was ended by force. */
export function unseen(): Finding {
  const note = {
    en: "it does not end by itself, and what it printed is lost with it",
    zh: "程序不会自行结束，强制结束时它的输出也丢失了",
  };
  return { verdict: "skipped", note };
}

function otherwise(): Finding {
  const note = {
    en: "it does not send the same each time: what it will send cannot be answered ahead",
    zh: "它每次发送的内容不同，无法提前回复",
  };
  return { verdict: "skipped", note };
}
