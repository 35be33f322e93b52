// 4.2.2, 4.2.5, exercise 5: connect() returns when the request is in the queue, accept() or
// not. How long that queue is the program asks for, and the kernel decides.

import { writeAll } from "../framing.ts";
import type { Conn, Listener } from "../net/net.ts";
import { before, pause } from "../net/silence.ts";
import { formatMs, type Queue, type Scene, type Text } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { connectedPair, LOOPBACK, type Stage } from "./stage.ts";

/** The book's 5 and its "at least 15" for a web server, and the least there is. */
const BACKLOGS = [1, 5, 15];
/** A connect() that takes longer than this may wait in front of a full queue. */
const PATIENCE_MS = 500;
/** How long we look whether it has returned after all. */
const LOOK_MS = 20;
/** How long we watch one that waits. Kernels ask again after about a second. */
const WATCH_MS = 4000;
const HELLO = new TextEncoder().encode("hello\n");

/** The lab. */
export const backlog: Lab = {
  name: "backlog",
  section: "4.2.5",
  also: ["4.2.2", "4.2.3"],
  title: {
    en: "connect() returns from the queue, before accept()",
    zh: "connect() 进入等待队列即返回，早于 accept()",
  },
  claim: {
    en: "A 'connection request' does not mean that the server calls accept(): the request " +
      "is entered in its queue. So no data is exchanged as soon as connect() returns.",
    zh:
      "所谓“连接请求”并不意味着服务器端调用accept函数，其实服务器端把连接请求信息记录到等待队列。" +
      "因此connect函数返回后并不立即进行数据交换",
  },
  async run(stage) {
    const early = await connectBeforeAccept(stage);
    const filled = await Promise.all(BACKLOGS.map((backlog) => fill(stage, backlog)));
    const [first, second, third] = filled;
    // With the listener gone, who waits is refused at the next attempt.
    for (const { listener } of [first, third]) listener.close();
    const freed = await freeOnePlace(stage, second);
    second.listener.close();
    await Promise.all(filled.map(({ outside }) => outside));

    const queues = filled.map(({ queue }) => queue);
    const held = queues.every(({ backlog, letIn }) => letIn >= backlog);
    const counts = queues.map(({ letIn }) => letIn);
    return {
      holds: early.holds && held && (freed === null || freed.gotIn),
      seen: {
        en: `connect() returned ${formatMs(early.aheadUs)} before accept() was called, and ` +
          `${early.waiting} bytes were waiting then. With nobody accepting, a backlog of ` +
          `${listing(BACKLOGS, "en")} let in ${listing(counts, "en")} clients.`,
        zh:
          `connect() 比 accept() 的调用早返回 ${
            formatMs(early.aheadUs)
          }，那时已有 ${early.waiting} ` +
          `字节在等待。backlog 为 ${listing(BACKLOGS, "zh")} 时，分别有 ${
            listing(counts, "zh")
          } 个客户端进入队列。`,
      },
      scenes: [early.scene, queueScene(queues), ...(freed === null ? [] : [freed.scene])],
    };
  },
};

/** A client connects and writes. Only then does the server call accept(). */
async function connectBeforeAccept(stage: Stage) {
  const [client, server] = [stage.as("client"), stage.as("server")];
  // What takes its time only once is over before anything is measured.
  const warm = await connectedPair(client, server);
  warm.near.close();
  warm.far.close();
  const { steps, tell } = stage.ladder();
  const empty = { en: "empty", zh: "空" };
  const listener = server.listen({ hostname: LOOPBACK, port: 0, tcpBacklog: 5 });
  tell({ right: "listen(5)", middle: empty });
  const near = await client.connect({ hostname: LOOPBACK, port: listener.addr.port });
  const connectedUs = stage.now();
  const one = { en: "1 connection", zh: "1 个连接" };
  tell({ left: "connect() = 0", arrow: "in", middle: one });
  await writeAll(near, HELLO);
  const bytes = { en: `+ ${HELLO.length} bytes`, zh: `＋ ${HELLO.length} 字节` };
  tell({ left: 'write("hello\\n")', arrow: "in", middle: bytes });
  await pause(20); // the server does something else
  const aheadUs = stage.now() - connectedUs;
  const far = await listener.accept();
  tell({ right: "accept()", arrow: "out", middle: empty });
  const p = new Uint8Array(64);
  let waiting = 0;
  while (waiting < HELLO.length) {
    const n = await far.read(p);
    if (n === null) break;
    waiting += n;
    tell({ right: `read() = ${n}` });
  }
  for (const socket of [near, far, listener]) socket.close();
  const scene: Scene = {
    title: { en: "Connected, and nobody accepted yet", zh: "已经连接，却还没有人调用 accept()" },
    figure: {
      kind: "ladder",
      left: { en: "client", zh: "客户端" },
      middle: { en: "kernel's queue", zh: "内核的等待队列" },
      right: { en: "server", zh: "服务器端" },
      steps,
    },
    notes: [{
      en: "The two kernels make the connection by themselves. It lies in the queue, with the " +
        "bytes that have come, until accept() takes it out.",
      zh:
        "连接由双方的内核自行建立。它连同已到达的数据一起留在等待队列里，直到 accept() 把它取出。",
    }],
  };
  return { holds: waiting === HELLO.length, aheadUs, waiting, scene };
}

interface Filled {
  queue: Queue;
  listener: Listener;
  /** The connect() that found no room, and what became of it. */
  outside: Promise<Conn | null>;
  /** When it was called, by the lab's clock. */
  outsideUs: number;
}

/** Clients connect, one after the other, and nobody accepts, until one finds no room. */
async function fill(stage: Stage, backlog: number): Promise<Filled> {
  const server = stage.as(`server, backlog ${backlog}`);
  const listener = server.listen({ hostname: LOOPBACK, port: 0, tcpBacklog: backlog });
  const clients = stage.as(`client, backlog ${backlog}`);
  // Kernels allow up to half more than was asked for. Who lets in even more
  // does not know our number: Deno before 2.5 asks for 128.
  const most = 2 * backlog + 8;
  for (let letIn = 0; letIn < most; letIn++) {
    const outsideUs = stage.now();
    const outside = clients.connect({ hostname: LOOPBACK, port: listener.addr.port })
      .catch(() => null);
    let conn = await before(PATIENCE_MS, outside);
    if (conn === undefined) {
      await connectElsewhere(stage);
      conn = await before(LOOK_MS, outside);
    }
    if (conn === undefined || conn === null) {
      const queue: Queue = { backlog, letIn, next: conn === null ? "refused" : "waits" };
      return { queue, listener, outside, outsideUs };
    }
  }
  const queue: Queue = { backlog, letIn: most, next: "none" };
  return { queue, listener, outside: Promise.resolve(null), outsideUs: stage.now() };
}

/**
 * Connects where there is room. A machine can be so busy that it takes half a
 * second, too. Who called connect() before and waits still, waits for the queue.
 */
async function connectElsewhere(stage: Stage): Promise<void> {
  const pair = connectedPair(stage.as("client elsewhere"), stage.as("server elsewhere"));
  const ends = await before(WATCH_MS, pair.catch(() => null));
  ends?.near.close();
  ends?.far.close();
}

/** accept() takes one out of the full queue: then there is room for the one who waits. */
async function freeOnePlace(stage: Stage, { queue, listener, outside, outsideUs }: Filled) {
  if (queue.next !== "waits") return null;
  const accepted = await listener.accept();
  const acceptUs = stage.now();
  const conn = await before(WATCH_MS, outside) ?? null;
  const endUs = stage.now();
  conn?.close();
  accepted.close();
  const gotIn = conn !== null;
  const scene: Scene = {
    title: {
      en: "accept() makes room, and the one outside gets in",
      zh: "accept() 腾出位置，门外的客户端得以进入",
    },
    figure: {
      kind: "timeline",
      lanes: [
        {
          who: { en: `client ${queue.letIn + 1}`, zh: `客户端 ${queue.letIn + 1}` },
          bars: [{ fromUs: 0, toUs: endUs - outsideUs, state: "waits" }],
          marks: [
            { atUs: 0, sign: "point", label: { en: "SYN", zh: "SYN" } },
            ...(gotIn
              ? [{
                atUs: endUs - outsideUs,
                sign: "point" as const,
                label: { en: "SYN again", zh: "重发 SYN" },
              }]
              : []),
          ],
        },
        {
          who: { en: "the queue", zh: "等待队列" },
          bars: [{ fromUs: 0, toUs: acceptUs - outsideUs, state: "full" }],
          marks: [{ atUs: 0, sign: "cross", label: { en: "dropped", zh: "丢弃" } }],
        },
        {
          who: { en: "server", zh: "服务器端" },
          bars: [],
          marks: [{
            atUs: acceptUs - outsideUs,
            sign: "point",
            label: { en: "accept()", zh: "accept()" },
          }],
        },
      ],
    },
    notes: [{
      en: `It got in ${formatMs(endUs - acceptUs)} after there was room, not at once: a full ` +
        "queue drops the request (SYN) without an answer, and the client's kernel sends it again " +
        "only after a while (one second at first, RFC 6298). We saw connect() wait and return; the " +
        "SYNs are drawn after that rule.",
      zh:
        `腾出位置之后又过了 ${
          formatMs(endUs - acceptUs)
        } 它才进入，而不是立刻：队列已满时，连接请求（SYN）` +
        "被悄悄丢弃，客户端的内核要过一会儿才重发（最初是 1 秒，RFC 6298）。这里实测到的是 connect() 的等待" +
        "和返回，两个 SYN 是按这条规则画出的。",
    }],
  };
  return { gotIn, scene };
}

function queueScene(queues: Queue[]): Scene {
  return {
    title: {
      en: "How many get in, and nobody accepts",
      zh: "没有人调用 accept()，能进来几个",
    },
    figure: { kind: "queue", queues },
    notes: [explain(queues), next(queues)],
  };
}

/** Why it is this number: for what was seen, not for the system we think it is. */
function explain(queues: Queue[]): Text {
  const every = (rule: (backlog: number) => number) =>
    queues.every(({ backlog, letIn }) => letIn === rule(backlog));
  if (queues.every(({ next }) => next === "none")) {
    return {
      en: `All that tried got in: Deno ${Deno.version.deno} does not pass on our number. It asks ` +
        "for 128; from 2.5 on it takes ours.",
      zh:
        `尝试的客户端全部进入：Deno ${Deno.version.deno} 没有把我们的数字传给 listen()，它总是要 128；` +
        "从 2.5 起才使用我们的数字。",
    };
  }
  if (every((backlog) => backlog + 1)) {
    return {
      en: "One more than was asked for. So Linux counts: its queue is full when there are more " +
        "than backlog in it. (And never more than net.core.somaxconn, 4096 by default.)",
      zh: "比要求的多一个。Linux 就是这样计数的：队列中的连接数超过 backlog 才算满。（上限是 " +
        "net.core.somaxconn，默认 4096。）",
    };
  }
  if (every((backlog) => Math.floor(backlog * 3 / 2) + 1)) {
    return {
      en: "Half more than was asked for, and one: the old rule of BSD (3/2 of the backlog).",
      zh: "比要求的多一半再加一个：BSD 的老规则（backlog 的 3/2）。",
    };
  }
  if (every((backlog) => backlog)) {
    return {
      en: "Exactly as many as were asked for.",
      zh: "与要求的数目完全一致。",
    };
  }
  return {
    en: "This system has a rule of its own: the number is a hint (POSIX), not a promise.",
    zh: "这个系统有自己的规则：按照 POSIX，这个数字只是提示，不是承诺。",
  };
}

function next(queues: Queue[]): Text {
  if (queues.some(({ next }) => next === "waits")) {
    return {
      en: "The next one gets no answer: its connect() waits. The chapter is right to find the " +
        "size by experiment.",
      zh:
        "下一个客户端得不到回应，它的 connect() 一直等待。正如本章所说，队列的大小应根据实验结果而定。",
    };
  }
  if (queues.some(({ next }) => next === "refused")) {
    return {
      en: "The next one is refused. Other systems, Linux among them, let its connect() wait.",
      zh: "下一个客户端被拒绝。在别的系统上，例如 Linux，它的 connect() 会等待。",
    };
  }
  return {
    en: "So a full queue was not seen here, and what happens then was not tested.",
    zh: "所以这里没有看到队列装满的情形，也就没有验证此后的行为。",
  };
}

function listing(numbers: number[], lang: "en" | "zh"): string {
  if (lang === "zh") return numbers.join("、");
  return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
