/**
 * The cases of hello_server (4.2.4) and of its iterative form (exercise 7).
 *
 * @module
 */

import type { Case, Finding } from "./case.ts";
import { Inbox, type More } from "./inbox.ts";
import {
  clientsAreCounted,
  GREETING_MOST,
  greetingIsTold,
  othersAreServed,
  servesHello,
} from "./server_clients.ts";
import { causeOfLoss, failureOf, seenEnd } from "./server_ends.ts";
import { isCrash } from "../process/process.ts";
import { staysIdle } from "./server_idle.ts";
import {
  DOES_NOT_END,
  EXIT_CODE,
  NO_GREETING,
  WAITS_FOR_CLIENT,
  WAITS_TO_CLOSE,
} from "./hello_causes.ts";
import { NEVER_CLOSES, RESET_AT_CLOSE } from "./server_life_causes.ts";
import { refusesPorts, startsAgain } from "./server_start.ts";
import { nextIsGreetedAfterReset, survivesGoneClient } from "./server_survival.ts";
import type { ServerRun, Trial } from "./trial.ts";

const GREETS = "hello_server/greets";
const ENDS = "hello_server/ends";
const THREE_CLIENTS = "hello_server_iterative/three-clients";

/** A client that has gone is noticed within this. */
const NOTICE_MS = 1000;

/** Cases of both kinds; `ends`: those without which it means nothing that one does not end. */
function casesOfBoth(
  kind: "hello_server" | "hello_server_iterative",
  { section, after, ends = [] }: { section: string; after: string; ends?: string[] },
): Case[] {
  return [
    {
      id: `${kind}/restart`,
      section,
      weight: "robust",
      title: {
        en: "It can be started again at once on the same port",
        zh: "结束后可以立即在同一端口再次启动",
      },
      after: [after],
      starts: true,
      listingFails: true,
      holdsPort: true,
      run: (trial) => startsAgain(trial, { serve: servesHello }),
    },
    {
      id: `${kind}/ports`,
      section,
      weight: "robust",
      title: {
        en: "It refuses what is no port (abc, 70000, 80x), and does not crash without one",
        zh: "拒绝不是端口的参数（abc、70000、80x），缺少参数时也不崩溃",
      },
      starts: true,
      listingFails: true,
      run: refusesPorts,
    },
    {
      id: `${kind}/gone-client`,
      section,
      weight: "robust",
      title: {
        en: "A client that is gone before accept() neither crashes nor hangs it",
        zh: "客户端在 accept() 之前就离开，服务器既不崩溃也不卡住",
      },
      lab: "backlog",
      after: [after, ...ends],
      starts: true,
      run: (trial) => survivesGoneClient(trial, { iterative: kind !== "hello_server" }),
    },
  ];
}

export const HELLO_SERVER_CASES: readonly Case[] = [
  {
    id: GREETS,
    section: "4.2.4",
    weight: "book",
    title: {
      en: "It greets its client, then comes the end of the stream",
      zh: "向客户端发送问候，然后是流的结束",
    },
    lab: "end_of_stream",
    run: greets,
  },
  {
    id: ENDS,
    section: "4.2.4",
    weight: "book",
    title: {
      en: "When its client has gone it ends, with exit code 0",
      zh: "客户端离开后程序结束，退出码为 0",
    },
    after: [GREETS],
    starts: true,
    run: endsWithZero,
  },
  ...casesOfBoth("hello_server", { section: "4.2.4", after: GREETS, ends: [ENDS] }),
  {
    id: "hello_server/greeting",
    section: "4.2.4",
    weight: "note",
    title: { en: "The words of its greeting", zh: "问候的内容" },
    after: [GREETS],
    starts: true,
    run: greetingIsTold,
  },
];

export const HELLO_SERVER_ITERATIVE_CASES: readonly Case[] = [
  {
    id: THREE_CLIENTS,
    section: "4.4",
    weight: "book",
    title: {
      en: "Three clients in turn are greeted, each to the end of the stream",
      zh: "依次到来的三个客户端都收到问候，直到流的结束",
    },
    lab: "second_client",
    run: threeAreGreeted,
  },
  {
    id: "hello_server_iterative/next-after-reset",
    section: "4.4",
    weight: "book",
    title: {
      en: "After a client that reset the next one is greeted",
      zh: "一个客户端复位连接后，下一个客户端仍收到问候",
    },
    after: [THREE_CLIENTS],
    run: nextIsGreetedAfterReset,
  },
  ...casesOfBoth("hello_server_iterative", { section: "4.4", after: THREE_CLIENTS }),
  {
    id: "hello_server_iterative/idle-cpu",
    section: "4.4",
    weight: "robust",
    title: {
      en: "It burns no CPU after a client left",
      zh: "客户端离开之后不空耗 CPU",
    },
    after: [THREE_CLIENTS],
    starts: true,
    alone: true,
    run: (trial) => staysIdle(trial, { serve: servesHello }),
  },
  {
    id: "hello_server_iterative/clients",
    section: "4.4",
    weight: "note",
    title: { en: "How many clients it serves", zh: "服务多少个客户端" },
    after: [THREE_CLIENTS],
    starts: true,
    run: (trial) => clientsAreCounted(trial, { serve: servesHello, together: false }),
  },
];

/** hello_server/greets */
async function greets(trial: Trial): Promise<Finding> {
  return await greetsFirst(trial, await trial.startServer());
}

/** hello_server_iterative/three-clients */
async function threeAreGreeted(trial: Trial): Promise<Finding> {
  const run = await trial.startServer();
  const finding = await greetsFirst(trial, run);
  if (finding.verdict !== "holds") return finding;
  return await othersAreServed(trial, { run, serve: servesHello, clients: 3 });
}

/** Is the first client greeted, to the end of the stream? */
async function greetsFirst(trial: Trial, run: ServerRun): Promise<Finding> {
  const inbox = new Inbox(trial, run.first);
  // Nothing is sent: the server speaks first, and one that closes with bytes unread would reset.
  let more = await inbox.more(2 * trial.patienceMs);
  if (more === "bytes") more = await inbox.rest(trial.patienceMs, { mostBytes: GREETING_MOST });
  const n = inbox.bytes.length;
  if (more === "end" && n > 0) return { verdict: "holds" };
  if (more === "silent" && n > 0 && await endsAfterClient(run, inbox)) {
    return { verdict: "fails", cause: WAITS_TO_CLOSE, seen: SEEN.silent(n) };
  }
  const failure = more === "end" || more === "error" ? await failureOf(run) : null;
  const seen = SEEN[more](n);
  return {
    verdict: "fails",
    cause: failure?.cause ?? causeOfNoGreeting(more, n),
    seen: failure === null
      ? seen
      : { en: `${seen.en} ${failure.seen.en}`, zh: `${seen.zh}${failure.seen.zh}` },
  };
}

/** Does the end of the stream come when its client has sent its own? */
async function endsAfterClient({ first }: ServerRun, inbox: Inbox): Promise<boolean> {
  await first.closeWrite().catch(() => {});
  return await inbox.more(NOTICE_MS) === "end";
}

function causeOfNoGreeting(more: More, n: number) {
  if (more === "error") return RESET_AT_CLOSE;
  if (n > 0) return NEVER_CLOSES;
  return more === "silent" ? WAITS_FOR_CLIENT : NO_GREETING;
}

const SEEN: Record<More, (n: number) => { en: string; zh: string }> = {
  bytes: (n) => ({
    en: `${n} bytes came, and no end of them.`,
    zh: `收到了 ${n} 个字节，仍没有结束。`,
  }),
  end: () => ({
    en: "The end of the stream came without a greeting.",
    zh: "没有收到问候，流就结束了。",
  }),
  error: (n) => ({
    en: `${n} bytes came, then a reset instead of the end of the stream.`,
    zh: `收到了 ${n} 个字节，然后来的是复位，而不是流的结束。`,
  }),
  silent: (n) =>
    n === 0
      ? {
        en: "A client connected and sent nothing; nothing came.",
        zh: "客户端连接后什么也不发送；什么也没有收到。",
      }
      : {
        en: `${n} bytes came, but no end of the stream.`,
        zh: `收到了 ${n} 个字节，流的结束却没有来。`,
      },
};

/** hello_server/ends */
async function endsWithZero(trial: Trial): Promise<Finding> {
  const { process, first } = await trial.startServer();
  await servesHello(trial, first);
  first.close();
  const end = await trial.patiently(process!.ended, null);
  if (end === null) {
    const seen = {
      en: "Its client was greeted and has gone; the program still runs.",
      zh: "客户端收到问候并离开了，程序却仍在运行。",
    };
    return { verdict: "fails", cause: DOES_NOT_END, seen };
  }
  if (end.signal === null && end.code === 0) return { verdict: "holds" };
  const cause = isCrash(end) || end.signal !== null ? causeOfLoss(end) : EXIT_CODE;
  return { verdict: "fails", cause, seen: seenEnd(end) };
}
