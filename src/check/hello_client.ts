/**
 * The cases of hello_client (4.2.6).
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import { afterReset, type Case, type Finding } from "./case.ts";
import { ONE_READ_OF_GREETING, SMALL_BUFFER_OF_GREETING } from "./boundary_causes.ts";
import { CRASH, GREETING_NOT_SHOWN } from "./client_causes.ts";
import { SILENT_FAILURE, WAITS_AT_THE_END } from "./client_end_causes.ts";
import { endsWithError, refused } from "./client_endings.ts";
import { ClientRun, textOf } from "./client_run.ts";
import { fault, seconds } from "./reference.ts";
import { isCrash } from "../process/process.ts";
import { describeEnd, send, type Trial } from "./trial.ts";
import { LOOPBACK } from "./trial_net.ts";
import { untilItWaits } from "./patience.ts";
import { pause } from "../net/silence.ts";

const GREETING = "Hello World!";
/** The greeting in pieces, and the pauses behind them: some wait a moment for more. */
const PIECES: [text: string, gapMs: number][] = [
  ["H", 50],
  ["ello ", 150],
  ["Wor", 300],
  ["ld!", 0],
];
/** 700 bytes, no two parts of which are alike. */
const LONG_GREETING = Array.from({ length: 100 }, (_, i) => `hello${String(i).padStart(2, "0")}`)
  .join("");
/** So much of an output is told. */
const TOLD_BYTES = 200;

const utf8 = new TextEncoder();

export const HELLO_CLIENT_CASES: readonly Case[] = [
  {
    id: "hello_client/greeting",
    section: "4.2.6",
    weight: "book",
    title: { en: "It shows the greeting, and ends", zh: "显示问候语，然后结束" },
    run: (trial) => greeted(trial, [[GREETING, 0]]),
  },
  {
    id: "hello_client/pieces",
    section: "4.3.3",
    weight: "book",
    title: { en: "A greeting in pieces is shown whole", zh: "问候语分段到达时也完整显示" },
    lab: "boundary",
    after: ["hello_client/greeting"],
    listingFails: true,
    run: (trial) => greeted(trial, PIECES),
  },
  {
    id: "hello_client/long",
    section: "4.3.3",
    weight: "book",
    title: {
      en: `A greeting of ${LONG_GREETING.length} bytes is shown whole`,
      zh: `${LONG_GREETING.length} 字节的问候语完整显示`,
    },
    lab: "boundary",
    after: ["hello_client/greeting", "hello_client/pieces"],
    listingFails: true,
    run: (trial) => greeted(trial, [[LONG_GREETING, 0]]),
  },
  {
    id: "hello_client/nothing",
    section: "4.2.6",
    weight: "robust",
    title: {
      en: "Where the server closes without a greeting it says so, and ends, not with 0",
      zh: "服务器不发问候语就关闭连接时，给出提示并结束，退出码不为 0",
    },
    lab: "end_of_stream",
    after: ["hello_client/greeting"],
    listingFails: true,
    async run(trial) {
      const run = await startHello(trial);
      run.conn.close();
      const what = {
        en: "The server closed the connection without a greeting",
        zh: "服务器没有发送问候语就关闭了连接",
      };
      return await endsWithError(trial, { run, what, word: "", mustSpeak: SILENT_FAILURE });
    },
  },
  {
    id: "hello_client/reset",
    section: "4.2.6",
    weight: "robust",
    title: {
      en: "Where the server resets the connection it says so, and ends, not with 0",
      zh: "服务器复位连接（RST）时，给出提示并结束，退出码不为 0",
    },
    after: ["hello_client/greeting"],
    listingFails: true,
    async run(trial) {
      const run = await startHello(trial, { resettable: true });
      const isReset = run.conn.reset();
      const what = isReset
        ? { en: "The server reset the connection (RST)", zh: "服务器复位了连接（RST）" }
        : { en: "The server closed the connection", zh: "服务器关闭了连接" };
      const finding = await endsWithError(trial, {
        run,
        what,
        word: "",
        mustSpeak: SILENT_FAILURE,
      });
      return afterReset(finding, isReset);
    },
  },
  {
    id: "hello_client/refused",
    section: "4.2.6",
    weight: "robust",
    title: {
      en: "Where nobody listens it says so, and ends, not with 0",
      zh: "没有程序监听时给出提示并结束，退出码不为 0",
    },
    lab: "refused",
    run: (trial) => refused(trial, { input: null }),
  },
  {
    id: "hello_client/output",
    section: "4.2.6",
    weight: "note",
    title: { en: "What it prints", zh: "程序输出的内容" },
    after: ["hello_client/greeting"],
    run: output,
  },
];

/** Starts it, with its input at an end: one that waits for a key before it ends does not wait. */
async function startHello(
  trial: Trial,
  { resettable = false }: { resettable?: boolean } = {},
): Promise<ClientRun> {
  // One that takes no arguments may ask for them; of all others this is no business.
  const input = (port: string) => [`${LOOPBACK}\n`, `${port}\n`];
  const run = await ClientRun.start(trial, { input, isInputTold: false, resettable });
  run.process.endInput();
  return run;
}

/** Sends the greeting and closes, as the chapter's server does. It reads nothing: none is due. */
async function greet(trial: Trial, pieces: [text: string, gapMs: number][]): Promise<ClientRun> {
  const run = await startHello(trial);
  for (const [text, gapMs] of pieces) {
    if (!await send(run.conn, utf8.encode(text), trial)) break;
    if (gapMs > 0) await pause(gapMs);
    if (gapMs > 0) await untilItWaits(run.process);
  }
  run.conn.close();
  return run;
}

async function greeted(trial: Trial, pieces: [text: string, gapMs: number][]): Promise<Finding> {
  const run = await greet(trial, pieces);
  const greeting = pieces.map(([text]) => text).join("");
  const limit = seconds(trial.patienceMs);
  if (!await run.ends(trial.patienceMs)) {
    const flooded = run.floods
      ? { en: "it prints without end", zh: "它无休止地输出" }
      : { en: `it did not end within ${limit.en}`, zh: `它在 ${limit.zh}内没有结束` };
    return fault(WAITS_AT_THE_END, {
      en: `The greeting was sent and the connection closed, and ${flooded.en}.`,
      zh: `问候语已发送，连接已关闭，${flooded.zh}。`,
    });
  }
  const end = run.process.end!;
  if (isCrash(end)) {
    const how = describeEnd(end);
    return fault(CRASH, {
      en: `The greeting was sent, and the client was ${how}.`,
      zh: `问候语已发送，客户端被信号终止（${how}）。`,
    });
  }
  if (textOf(run.output).includes(greeting)) return { verdict: "holds" };
  const isLong = greeting === LONG_GREETING;
  const cause = isLong
    ? SMALL_BUFFER_OF_GREETING
    : pieces.length > 1
    ? ONE_READ_OF_GREETING
    : GREETING_NOT_SHOWN;
  const writes = pieces.map(([text]) => text.length);
  const inPieces = writes.length > 1 ? { en: " in pieces", zh: "分段" } : { en: "", zh: "" };
  return {
    ...fault(cause, {
      en:
        `A greeting of ${greeting.length} bytes was sent${inPieces.en}, and its output does not ` +
        "show it whole.",
      zh: `${greeting.length} 字节的问候语${inPieces.zh}发送之后，它的输出没有完整显示。`,
    }),
    differ: {
      what: { en: "its output", zh: "程序的输出" },
      due: utf8.encode(greeting),
      came: run.output,
      within: true,
    },
    cut: { bytes: utf8.encode(greeting), writes },
  };
}

async function output(trial: Trial): Promise<Finding> {
  const run = await greet(trial, [[GREETING, 0]]);
  if (!await run.ends(trial.patienceMs)) {
    const note = { en: "it did not end in time", zh: "它没有及时结束" };
    return { verdict: "slow", note };
  }
  const text = quote(new TextDecoder().decode(run.output.subarray(0, TOLD_BYTES)));
  const rest = run.output.length > TOLD_BYTES ? "…" : "";
  const end = describeEnd(run.process.end!);
  const note = { en: `${text}${rest}; at its end ${end}`, zh: `${text}${rest}；结束时 ${end}` };
  return { verdict: "holds", note };
}
