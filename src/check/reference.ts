/**
 * What an echo client does where every reply comes in one piece: what the runs with other replies
 * are compared with, and what they have to know of it.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import type { Cause, Fault, Finding } from "./case.ts";
import { CRASH, NOT_SHOWN } from "./client_causes.ts";
import {
  ENDS_EARLY,
  SENDS_MORE,
  SENDS_NOTHING,
  WAITS_FOR_MORE,
  WRONG_LINE,
} from "./client_sending_causes.ts";
import { ClientRun, type Finish, lettersOf, textOf } from "./client_run.ts";
import { type Ended, isCrash } from "../process/process.ts";
import type { Subject } from "./subject.ts";
import { NotStarted } from "./not_started.ts";
import { describeEnd, type Trial } from "./trial.ts";
import { LOOPBACK } from "./trial_net.ts";
import { WORDS } from "./words.ts";

/** The lines that it is given. None is a part of another, none begins as a word that ends some. */
export const LINES = [
  "hello world\n",
  "no-boundaries\n",
  "tcp/ip\n",
  "the last of four\n",
] as const;

const utf8 = new TextEncoder();

/** What an echo client does with {@linkcode LINES}. */
export interface Reference {
  /** What it printed on stdout and stderr; `null`: it was ended by force, and that may have cost it. */
  output: Uint8Array<ArrayBuffer> | null;
  /** What it sent for each line. */
  sent: Uint8Array<ArrayBuffer>[];
  /** What it is to be given before the first line: a name, an address. */
  prelude: string[];
  finish: Finish;
  /** So long it took to connect. */
  startMs: number;
}

/** What is known of a program: a case finds out, others ask. */
interface Known {
  reference?: Promise<Reference | Fault>;
  /** Findings of other cases. */
  findings: Map<string, Promise<Finding>>;
}

const known = new WeakMap<Subject, Known>();

function knownOf(subject: Subject): Known {
  const there = known.get(subject) ?? { findings: new Map() };
  known.set(subject, there);
  return there;
}

/** The reference run, made now and told. What was known of the program is forgotten. */
export function newReference(trial: Trial): Promise<Reference | Fault> {
  const reference = tryReference(trial);
  reference.catch(() => {}); // its case tells
  known.set(trial.subject, { reference, findings: new Map() });
  return reference;
}

/** The reference run, made if it was not made yet. What it did then is not told here. */
export async function referenceOf(trial: Trial): Promise<Reference | Fault> {
  const there = knownOf(trial.subject);
  if (there.reference !== undefined) return await there.reference;
  const reference = await (there.reference = tryReference(trial));
  trial.steps.length = 0;
  return reference;
}

/**
 * What comes of another case, by which a failure may be explained: made once, whoever asks first.
 * `attempt` is given its trial's steps to itself.
 */
export function findingOf(
  { subject, id }: { subject: Subject; id: string },
  attempt: () => Promise<Finding>,
): Promise<Finding> {
  const { findings } = knownOf(subject);
  const there = findings.get(id) ?? attempt();
  findings.set(id, there);
  return there;
}

/** Runs a case with what the reference run found out, or says why it means nothing. */
export async function withReference(
  trial: Trial,
  run: (reference: Reference) => Promise<Finding>,
): Promise<Finding> {
  const reference = await referenceOf(trial);
  if (!("verdict" in reference)) return await run(reference);
  return { verdict: "skipped", note: WORDS.meansNothing("echo_client/lines") };
}

async function tryReference(trial: Trial): Promise<Reference | Fault> {
  try {
    const found = await dialogue(trial, () => []);
    if (found !== SILENT) return found;
  } catch (error) {
    if (!(error instanceof NotStarted) || error.how === "cannot start") throw error;
    // One that takes no arguments may ask for them.
    const { fixedPort } = trial.subject;
    if (fixedPort !== undefined) throw error;
    trial.steps.length = 0;
    const asked = await dialogue(trial, (port) => [LOOPBACK, port]).catch(() => null);
    if (asked === null || asked === SILENT) throw error;
    return asked;
  }
  // Perhaps it took the first line for a name.
  const named = await dialogue(trial, () => ["tester"]);
  if (named !== SILENT) return named;
  const { patienceMs } = trial;
  return fault(SENDS_NOTHING, {
    en: `It connected, was given a line, and sent nothing for ${seconds(patienceMs).en}.`,
    zh: `它建立了连接，也得到了一行输入，但 ${seconds(patienceMs).zh}内什么都没有发送。`,
  });
}

/** It runs, and sends nothing. */
const SILENT: unique symbol = Symbol("silent");

async function dialogue(
  trial: Trial,
  preludeOf: (port: string) => string[],
): Promise<Reference | Fault | typeof SILENT> {
  const { run, prelude } = await startClient(trial, { preludeOf });
  const sent: Uint8Array<ArrayBuffer>[] = [];
  for (const [i, line] of LINES.entries()) {
    const came = i === 0 ? await run.heard(line) : await run.say(line);
    if (came.length > 0) {
      sent.push(came);
      continue;
    }
    if (run.process.end !== null) return endedEarly(run.process.end, i);
    if (i === 0) return SILENT;
    return fault(WAITS_FOR_MORE, {
      en: `Line ${i} was echoed in one piece; line ${i + 1} was typed then, and for ` +
        `${seconds(trial.patienceMs).en} it did not send it.`,
      zh: `第 ${i} 行的回声已一次发回；随后输入第 ${i + 1} 行，` +
        `它在 ${seconds(trial.patienceMs).zh}内没有发送。`,
    });
  }
  const finish = await run.finish();
  const wrong = wrongLine(run.came);
  if (wrong !== null) return wrong;
  const output = finish.at === null ? null : run.output;
  if (output !== null) {
    const text = textOf(output);
    const unseen = LINES.findIndex((line) => !text.includes(line.trim()));
    if (unseen !== -1) {
      const more = sendsMore(sent);
      if (more !== null) return more;
      return {
        ...fault(NOT_SHOWN, {
          en: `Line ${unseen + 1} was echoed, and its output does not show it.`,
          zh: `第 ${unseen + 1} 行的回声已发回，但输出里看不到它。`,
        }),
        differ: {
          what: { en: "its output", zh: "程序的输出" },
          due: utf8.encode(LINES[unseen].trim()),
          came: output,
          within: true,
        },
      };
    }
  }
  return { output, sent, prelude, finish, startMs: run.startMs };
}

/** Starts a client for a dialogue; the first line is typed ahead. */
export async function startClient(
  trial: Trial,
  { preludeOf, lines = [LINES[0]], resettable = false }: {
    preludeOf: (port: string) => string[];
    lines?: readonly string[];
    resettable?: boolean;
  },
): Promise<{ run: ClientRun; prelude: string[] }> {
  let prelude: string[] = [];
  const input = (port: string) => {
    prelude = preludeOf(port);
    return [...prelude.map((line) => `${line}\n`), ...lines];
  };
  return { run: await ClientRun.start(trial, { input, resettable }), prelude };
}

/** Did it send more behind a line than a NUL, which is what it does not show rightly then? */
function sendsMore(sent: Uint8Array[]): Fault | null {
  const i = LINES.findIndex((line, i) =>
    sent[i].length > line.length + 1 && textOf(sent[i]).startsWith(line)
  );
  if (i === -1) return null;
  const [line, came] = [LINES[i], sent[i]];
  return {
    ...fault(SENDS_MORE, {
      en: `${quote(line)} was typed, ${line.length} bytes, and ${came.length} bytes were sent; ` +
        "its output does not show all lines.",
      zh: `输入的是 ${quote(line)}，共 ${line.length} 字节，它却发送了 ${came.length} 字节；` +
        "输出里也没有显示所有的行。",
    }),
    differ: {
      what: { en: `what it sent for line ${i + 1}`, zh: `程序为第 ${i + 1} 行发送的内容` },
      due: utf8.encode(line),
      came: came.slice(0, 4096),
    },
  };
}

/** Did one of the lines come as something else? Blanks around it do not count. */
function wrongLine(came: Uint8Array): Fault | null {
  const text = textOf(came);
  const wrong = LINES.find((line) => !text.includes(line.trim()));
  if (wrong === undefined) return null;
  const isOtherwiseThere = lettersOf(came).includes(lettersOf(utf8.encode(wrong)));
  return {
    ...fault(WRONG_LINE, {
      en: `${quote(wrong)} was typed, and ${
        isOtherwiseThere ? "it came in other words" : "something else came"
      }.`,
      zh: `输入的是 ${quote(wrong)}，${
        isOtherwiseThere ? "发来时被拆开了" : "发来的却是别的内容"
      }。`,
    }),
    differ: {
      what: { en: "what it sent", zh: "程序发送的内容" },
      due: utf8.encode(LINES.join("")),
      came: came.slice(0, 4096),
    },
  };
}

function endedEarly(end: Ended, lines: number): Fault {
  const how = describeEnd(end);
  if (isCrash(end)) {
    return fault(CRASH, {
      en: `It was ${how} after ${lines} of ${LINES.length} lines.`,
      zh: `${LINES.length} 行中的 ${lines} 行之后，程序被信号终止（${how}）。`,
    });
  }
  return fault(ENDS_EARLY, {
    en: `It ended (${how}) after ${lines} of ${LINES.length} lines, and Q was not typed yet.`,
    zh: `还没有输入 Q，程序在 ${LINES.length} 行中的 ${lines} 行之后就结束了（${how}）。`,
  });
}

/** A fault, without more. */
export function fault(cause: Cause, seen: Fault["seen"]): Fault {
  return { verdict: "fails", cause, seen };
}

/** `5 s`, `0.5 s`. */
export function seconds(ms: number): { en: string; zh: string } {
  const figure = String(Math.round(ms / 100) / 10);
  return { en: `${figure} s`, zh: `${figure} 秒` };
}
