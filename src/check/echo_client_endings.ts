/**
 * An echo client whose input ends, or whose server goes away.
 *
 * @module
 */

import { formatNumber } from "../draw/figure.ts";
import { afterReset, type Case, type Finding } from "./case.ts";
import { PART_FOR_WHOLE } from "./boundary_causes.ts";
import { CRASH } from "./client_causes.ts";
import { EOF_IGNORED } from "./client_end_causes.ts";
import { endsWithError } from "./client_endings.ts";
import type { ClientRun } from "./client_run.ts";
import { wordsOf } from "./echo_client_cuts.ts";
import {
  fault,
  findingOf,
  LINES,
  type Reference,
  seconds,
  startClient,
  withReference,
} from "./reference.ts";
import { isCrash } from "../process/process.ts";
import { describeEnd, type Trial } from "./trial.ts";

export const ECHO_CLIENT_ENDING_CASES: readonly Case[] = [
  {
    id: "echo_client/end-of-input",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "It ends at the end of its input, also without Q",
      zh: "即使没有输入 Q，输入结束时也会结束",
    },
    after: ["echo_client/lines"],
    listingFails: true,
    run: (trial) => withReference(trial, (reference) => endOfInput(trial, reference)),
  },
  {
    id: "echo_client/closed-early",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "Where the server closes before a reply it ends, and not with 0",
      zh: "服务器在回复之前关闭连接时，程序结束，退出码不为 0",
    },
    lab: "end_of_stream",
    after: ["echo_client/lines"],
    listingFails: true,
    run: closedEarly,
  },
  {
    id: "echo_client/closed-inside",
    section: "4.3.3",
    weight: "robust",
    title: {
      en: "Where the server closes inside a reply it ends, and not with 0",
      zh: "回复只到一半、服务器就关闭连接时，程序结束，退出码不为 0",
    },
    lab: "end_of_stream",
    after: ["echo_client/lines", "echo_client/halves"],
    listingFails: true,
    run: (trial) => withReference(trial, (reference) => closedInside(trial, reference)),
  },
  {
    id: "echo_client/reset",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "Where the server resets the connection it ends, and not with 0",
      zh: "服务器复位连接（RST）时，程序结束，退出码不为 0",
    },
    after: ["echo_client/lines"],
    listingFails: true,
    run: (trial) => withReference(trial, (reference) => reset(trial, reference)),
  },
];

/** Starts it, and has the first line answered. */
export async function afterOneLine(trial: Trial, { prelude }: Reference): Promise<ClientRun> {
  const { run } = await startClient(trial, { preludeOf: () => prelude });
  await run.heard(LINES[0]);
  return run;
}

/** Starts it, and has it wait for a reply. */
async function awaitingReply(
  trial: Trial,
  { reference: { prelude }, resettable }: { reference: Reference; resettable?: boolean },
): Promise<{ run: ClientRun; message: Uint8Array | null }> {
  const { run } = await startClient(trial, { preludeOf: () => prelude, resettable });
  return { run, message: await run.message(trial.patienceMs) };
}

async function endOfInput(trial: Trial, reference: Reference): Promise<Finding> {
  const run = await afterOneLine(trial, reference);
  await run.say(LINES[1]);
  const cameBefore = run.cameBytes;
  const finish = await run.finish({ words: [] });
  if (finish.at === null) {
    const { stdout } = run.process;
    const sent = run.cameBytes - cameBefore;
    const isFlood = run.floods || sent > 10_000;
    const limit = seconds(trial.patienceMs);
    return fault(
      EOF_IGNORED,
      isFlood
        ? {
          en: `Its input ended, and it never ends: it sent ${
            formatNumber(sent)
          } bytes more to the server, and printed ${formatNumber(stdout.bytes)} bytes.`,
          zh: `输入已经结束，它却永不结束：又向服务器发送了 ${formatNumber(sent)} 字节，输出了 ${
            formatNumber(stdout.bytes)
          } 字节。`,
        }
        : {
          en: `Its input ended, and it did not end within ${limit.en}.`,
          zh: `输入已经结束，它在 ${limit.zh}内却没有结束。`,
        },
    );
  }
  const { end } = finish;
  if (end === null || (end.code === 0 && end.signal === null)) return { verdict: "holds" };
  const how = describeEnd(end);
  if (isCrash(end)) {
    return fault(CRASH, {
      en: `Its input ended, and it was ${how}.`,
      zh: `输入结束后，程序被信号终止（${how}）。`,
    });
  }
  return { verdict: "holds", note: { en: `it ends: ${how}`, zh: `它结束了：${how}` } };
}

const CLOSED_EARLY = {
  en: "The server closed the connection before its reply",
  zh: "服务器在回复之前关闭了连接",
};

/** Whichever case asks first: what comes of it explains what comes of others. */
function closedEarly(trial: Trial): Promise<Finding> {
  return findingOf(
    { subject: trial.subject, id: "echo_client/closed-early" },
    () =>
      withReference(trial, async (reference) => {
        const { run } = await awaitingReply(trial, { reference });
        // The end of the stream is all that it can see of a close(); we see what it sends then.
        await run.conn.closeWrite().catch(() => {});
        return await endsWithError(trial, { run, what: CLOSED_EARLY, word: wordOf(reference) });
      }),
  );
}

/**
 * A half of a reply that passes for a reply, and exit code 0, is a fault also where the library
 * hides the difference (readLine() of Java, readline() of Python give the last line with or
 * without its newline): who reads the output cannot tell. It is no fault of the book's, so the
 * case is a robust one, and the cause says how the library can be asked.
 */
async function closedInside(trial: Trial, reference: Reference): Promise<Finding> {
  const { run, message } = await awaitingReply(trial, { reference });
  if (message === null) return nothingSent();
  const half = message.subarray(0, Math.ceil(message.length / 2));
  await run.conn.write(half).catch(() => 0);
  await run.conn.closeWrite().catch(() => {});
  const what = {
    en: `The server sent ${half.length} of ${message.length} bytes of its reply and closed the ` +
      "connection",
    zh: `回复共 ${message.length} 字节，服务器只发送了 ${half.length} 字节就关闭了连接`,
  };
  const finding = await endsWithError(trial, { run, what, word: wordOf(reference) });
  if (finding.verdict !== "fails") return finding;
  // Where it does so without a byte of a reply, too, that is the cause.
  const early = await trial.untold(() => closedEarly(trial));
  if (early.verdict === "fails") return { ...finding, cause: early.cause };
  return finding.cause === CRASH ? finding : { ...finding, cause: PART_FOR_WHOLE };
}

async function reset(trial: Trial, reference: Reference): Promise<Finding> {
  const { run, message } = await awaitingReply(trial, { reference, resettable: true });
  if (message === null) return nothingSent();
  const isReset = run.conn.reset();
  const what = isReset
    ? { en: "The server reset the connection (RST)", zh: "服务器复位了连接（RST）" }
    : CLOSED_EARLY;
  const finding = await endsWithError(trial, { run, what, word: wordOf(reference) });
  return afterReset(finding, isReset);
}

function wordOf(reference: Reference): "Q" | "q" | "" {
  return wordsOf(reference)[0] ?? "";
}

function nothingSent(): Finding {
  const note = {
    en: "it sent nothing this time, so that nothing could be answered",
    zh: "这一次它什么都没有发送，因此无从回复",
  };
  return { verdict: "slow", note };
}
