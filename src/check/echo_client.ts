/**
 * The cases of an echo client (4.3.2, 4.3.3).
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import type { Case, Finding } from "./case.ts";
import { SMALL_BUFFER } from "./boundary_causes.ts";
import { CRASH, OVERFLOW, SHOWS_SENT } from "./client_causes.ts";
import { LONG_LINE_CUT, QUIT_SENT, QUIT_UNKNOWN } from "./client_sending_causes.ts";
import { refused } from "./client_endings.ts";
import { textOf } from "./client_run.ts";
import { causeOfCuts, ECHO_CLIENT_CUT_CASES, unseen, wordsOf } from "./echo_client_cuts.ts";
import { afterOneLine, ECHO_CLIENT_ENDING_CASES } from "./echo_client_endings.ts";
import {
  fault,
  LINES,
  newReference,
  type Reference,
  referenceOf,
  seconds,
  startClient,
  withReference,
} from "./reference.ts";
import { isCrash } from "../process/process.ts";
import { count, holdsInParts } from "./shown.ts";
import { describeEnd, type Trial } from "./trial.ts";

const utf8 = new TextEncoder();

/** One long line, no two parts of which are alike; the book's client reads 1023 bytes of it at a time. */
const LONG_LINE = Array.from({ length: 600 }, (_, i) => `${String(i).padStart(4, "0")}-`).join("");
/** One that sends a long line in parts of fewer bytes than this loses bytes. */
const LEAST_PART = 8;
/** So much of an output is told. */
const TOLD_BYTES = 200;

export const ECHO_CLIENT_CASES: readonly Case[] = [
  {
    id: "echo_client/lines",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "It sends each line, and shows each reply",
      zh: "发送每一行，并显示每条回复",
    },
    run: lines,
  },
  ...ECHO_CLIENT_CUT_CASES,
  {
    id: "echo_client/shows-reply",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "It shows what came, not what it sent",
      zh: "显示的是收到的内容，而不是自己发送的内容",
    },
    after: ["echo_client/lines"],
    run: (trial) => withReference(trial, (reference) => showsReply(trial, reference)),
  },
  {
    id: "echo_client/quit",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "Q and q end it, and are not sent",
      zh: "输入 Q 或 q 时结束，并且不把它发送出去",
    },
    after: ["echo_client/lines"],
    run: (trial) => withReference(trial, (reference) => quit(trial, reference)),
  },
  {
    id: "echo_client/refused",
    section: "4.2.6",
    weight: "book",
    title: {
      en: "Where nobody listens it says so, and ends, not with 0",
      zh: "没有程序监听时给出提示并结束，退出码不为 0",
    },
    lab: "refused",
    run: async (trial) => {
      const reference = await referenceOf(trial);
      const known = "verdict" in reference ? { prelude: [], startMs: undefined } : reference;
      const input = [...known.prelude.map((line) => `${line}\n`), LINES[0]];
      return await refused(trial, { input, startMs: known.startMs });
    },
  },
  ...ECHO_CLIENT_ENDING_CASES,
  {
    id: "echo_client/long-line",
    section: "4.3.3",
    weight: "robust",
    title: {
      en: "Of a line of 3000 bytes nothing is lost, be it in one part or in several",
      zh: "3000 字节的一行，无论分几次发送，都不丢失任何内容",
    },
    lab: "boundary",
    after: ["echo_client/lines"],
    run: (trial) => withReference(trial, (reference) => longLine(trial, reference)),
  },
  {
    id: "echo_client/quit-crlf",
    section: "4.3.2",
    weight: "note",
    title: {
      en: 'What it does with "Q\\r\\n"',
      zh: '如何处理 "Q\\r\\n"',
    },
    after: ["echo_client/lines"],
    run: (trial) => withReference(trial, (reference) => quitCrlf(trial, reference)),
  },
  {
    id: "echo_client/output",
    section: "4.3.2",
    weight: "note",
    title: { en: "What it prints", zh: "程序输出的内容" },
    after: ["echo_client/lines"],
    run: (trial) => withReference(trial, (reference) => Promise.resolve(output(reference))),
  },
];

async function lines(trial: Trial): Promise<Finding> {
  const reference = await newReference(trial);
  if ("verdict" in reference) return reference;
  return reference.output === null ? unseen() : { verdict: "holds" };
}

async function showsReply(trial: Trial, reference: Reference): Promise<Finding> {
  if (reference.output === null) return unseen();
  const { run } = await startClient(trial, { preludeOf: () => reference.prelude });
  for (const [i, line] of LINES.entries()) {
    const answering = { reply: upperCase };
    const came = await (i === 0 ? run.heard(line, answering) : run.say(line, answering));
    if (came.length === 0) break;
  }
  const finish = await run.finish({ words: wordsOf(reference) });
  const text = textOf(run.output);
  const shown = LINES.filter((line) => text.includes(line.trim().toUpperCase()));
  if (shown.length > 0) return { verdict: "holds" };
  if (finish.at === null) return unseen();
  const inReference = textOf(reference.output);
  const isAsBefore = LINES.every((line) =>
    count(text, line.trim()) >= count(inReference, line.trim())
  );
  if (!isAsBefore) {
    const note = {
      en: "it does not show a reply that differs from what it sent",
      zh: "回复与发送的内容不同时，它不显示回复",
    };
    return { verdict: "holds", note };
  }
  return {
    ...fault(SHOWS_SENT, {
      en: "Every line was answered in capitals, and it shows them as it had sent them.",
      zh: "每一行都以大写字母回复，它显示的却是自己发送的内容。",
    }),
    differ: {
      what: { en: "its output", zh: "程序的输出" },
      due: utf8.encode(LINES[0].toUpperCase().trim()),
      came: run.output,
      within: true,
    },
  };
}

/** a to z in capitals; all other bytes as they are. */
function upperCase(message: Uint8Array): Uint8Array {
  return message.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
}

async function quit(trial: Trial, reference: Reference): Promise<Finding> {
  for (const word of ["Q", "q"] as const) {
    const run = await afterOneLine(trial, reference);
    const { process } = run;
    const cameBefore = run.cameBytes;
    await run.type(`${word}\n`);
    const isSent = () =>
      new RegExp(`(^|[^A-Za-z])${word}\\s*\\0*$`).test(
        textOf(run.came.subarray(cameBefore)),
      );
    await run.until(() => run.isLeaving || isSent() || run.floods, trial.patienceMs);
    if (process.end === null && isSent()) await run.heard(word);
    if (run.isLeaving) await run.letGo();
    if (!await run.ends(isSent() ? trial.patienceMs / 2 : 0)) {
      return fault(
        QUIT_UNKNOWN,
        isSent()
          ? {
            en: `${word} was typed, and it sent it as a line like any other.`,
            zh: `输入 ${word} 后，它把这一行当作普通内容发送了出去。`,
          }
          : {
            en: `${word} was typed, and it did not end within ${seconds(trial.patienceMs).en}.`,
            zh: `输入 ${word} 后，它在 ${seconds(trial.patienceMs).zh}内没有结束。`,
          },
      );
    }
    if (isSent()) {
      return fault(QUIT_SENT, {
        en: `${word} was typed, and it sent it to the server before it ended.`,
        zh: `输入 ${word} 后，它先把 ${word} 发送给服务器，然后才结束。`,
      });
    }
    if (isCrash(process.end!)) {
      const how = describeEnd(process.end!);
      return fault(CRASH, {
        en: `${word} was typed, and it was ${how}.`,
        zh: `输入 ${word} 后，程序被信号终止（${how}）。`,
      });
    }
  }
  return { verdict: "holds" };
}

async function longLine(trial: Trial, reference: Reference): Promise<Finding> {
  const run = await afterOneLine(trial, reference);
  await run.say(`${LONG_LINE}\n`);
  // What is left of it must not be taken for the next line.
  if (run.process.end === null) await run.say(LINES[1]);
  const finish = await run.finish({ words: wordsOf(reference) });
  const { end } = finish;
  if (end !== null && isCrash(end)) {
    const how = describeEnd(end);
    return fault(OVERFLOW, {
      en: `A line of ${LONG_LINE.length} bytes was typed, and it was ${how}.`,
      zh: `输入了 ${LONG_LINE.length} 字节的一行，程序被信号终止（${how}）。`,
    });
  }
  const holdsAll = (bytes: Uint8Array) =>
    holdsInParts(textOf(bytes), { wanted: LONG_LINE, leastPart: LEAST_PART });
  if (!holdsAll(run.came)) {
    return {
      ...fault(LONG_LINE_CUT, {
        en: `A line of ${LONG_LINE.length} bytes was typed, and not all of it was sent.`,
        zh: `输入了 ${LONG_LINE.length} 字节的一行，它没有全部发送出去。`,
      }),
      differ: {
        what: { en: "what it sent", zh: "程序发送的内容" },
        due: utf8.encode(LINES[0] + LONG_LINE),
        came: run.came.slice(0, 8192),
      },
    };
  }
  if (finish.at === null && reference.output !== null) {
    return await longReplyLost(trial, {
      en: "A long line was sent and echoed, and it did not end at Q afterwards.",
      zh: "很长的一行已发送，回声也已发回，此后输入 Q 它却没有结束。",
    });
  }
  if (finish.at === null) return unseen();
  if (holdsAll(run.output)) return { verdict: "holds" };
  return await longReplyLost(trial, {
    en: `A line of ${LONG_LINE.length} bytes was sent and echoed, and not all of it is shown.`,
    zh: `${LONG_LINE.length} 字节的一行已发送，回声也已发回，它没有全部显示出来。`,
  });
}

/** One that takes a read for a reply, or one whose buffer ends before the reply does? */
async function longReplyLost(trial: Trial, seen: { en: string; zh: string }): Promise<Finding> {
  return fault(await causeOfCuts(trial) ?? SMALL_BUFFER, seen);
}

async function quitCrlf(trial: Trial, reference: Reference): Promise<Finding> {
  const run = await afterOneLine(trial, reference);
  const cameBefore = run.cameBytes;
  await run.type("Q\r\n");
  const isSent = () => run.cameBytes > cameBefore;
  await run.until(() => run.isLeaving || isSent() || run.floods, trial.patienceMs);
  const note = run.isLeaving
    ? { en: "ends, as at Q", zh: "结束，与输入 Q 时相同" }
    : isSent()
    ? { en: "sends it as a line like any other", zh: "当作普通的一行发送出去" }
    : { en: "neither sends it nor ends", zh: "既不发送，也不结束" };
  return { verdict: "holds", note };
}

function output({ output, sent, prelude, finish }: Reference): Finding {
  if (output === null) return unseen();
  const text = new TextDecoder().decode(output.subarray(0, TOLD_BYTES));
  const rest = output.length > TOLD_BYTES ? "…" : "";
  const odd = oddities({ sent, prelude });
  const end = finish.end === null ? "" : describeEnd(finish.end);
  return {
    verdict: "holds",
    note: {
      en: [`${quote(text)}${rest}`, ...odd.map(({ en }) => en), `at its end ${end}`].join("; "),
      zh: [`${quote(text)}${rest}`, ...odd.map(({ zh }) => zh), `结束时 ${end}`].join("；"),
    },
  };
}

/** What is odd about what it sends, and not wrong. */
function oddities({ sent, prelude }: Pick<Reference, "sent" | "prelude">) {
  const [first] = sent;
  const text = textOf(first);
  const odd: { en: string; zh: string }[] = [];
  if (prelude.length > 0) {
    odd.push({
      en: `it asks for ${prelude.length === 1 ? "a line" : "lines"} first`,
      zh: "它先要求输入别的内容",
    });
  }
  if (!text.includes("\n")) {
    odd.push({ en: "it sends lines without their newline", zh: "发送的内容不含换行符" });
  } else if (text.includes("\r\n")) {
    odd.push({ en: "it sends lines with CR LF at their end", zh: "每行以 CR LF 结尾发送" });
  }
  if (first.length > LINES[0].length + 1) {
    odd.push({
      en: `it sends ${first.length} bytes for a line of ${LINES[0].length}`,
      zh: `${LINES[0].length} 字节的一行，它发送 ${first.length} 字节`,
    });
  }
  return odd;
}
