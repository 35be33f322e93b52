// 4.3.1: an iterative server serves one client at a time. What that means for the second
// one is measured; and again with room for two.

import { echoServer } from "../echo_server.ts";
import { formatMs, type Lane, type Scene, type Text } from "../draw/figure.ts";
import { before, pause } from "../net/silence.ts";
import type { Lab } from "./lab.ts";
import { echo, LOOPBACK, type Stage } from "./stage.ts";

/** How long a client stays once it is served: a short dialogue. */
const STAY_MS = 200;
/** So long a reply may take that does not have to wait for anybody. */
const PATIENCE_MS = 2000;
const HELLO = new TextEncoder().encode("hello\n");

/** The lab. */
export const secondClient: Lab = {
  name: "second_client",
  section: "4.3.1",
  title: {
    en: "An iterative server keeps the second client waiting",
    zh: "迭代服务器让第二个客户端等待",
  },
  claim: {
    en: "Before processes and threads are learned, a socket serves only one client at a time.",
    zh: "在学习进程和线程前，一个套接字同一时刻只能服务于一个客户端",
  },
  async run(stage) {
    await warmUp(stage);
    const inTurn = await twoClients(stage, []);
    const together = await twoClients(stage, ["--concurrent", "2"]);
    return {
      holds: !inTurn.overlapped && together.overlapped,
      seen: {
        en: `With room for one, the second client got its reply ${
          inTurn.overlapped ? "while the first was there" : "only when the first had gone"
        }, after ${formatMs(inTurn.waitedUs)}; with room for two ${
          together.overlapped ? "at once" : "no sooner"
        }, after ${formatMs(together.waitedUs)}.`,
        zh: `一次只服务一个时，第二个客户端${
          inTurn.overlapped ? "在第一个离开之前就" : "直到第一个离开之后才"
        }得到回声，等了 ${formatMs(inTurn.waitedUs)}；同时服务两个时${
          together.overlapped ? "立即得到" : "仍要等待"
        }，只用了 ${formatMs(together.waitedUs)}。`,
      },
      scenes: [
        scene(inTurn, {
          title: { en: "echo_server: room for one", zh: "echo_server：一次一个" },
          note: {
            en: `The second connect() returned after ${formatMs(inTurn.connectUs)}, and what the ` +
              "client wrote was taken: the kernel holds both. The server calls accept() for it " +
              "when it has closed the first one.",
            zh:
              `第二个客户端的 connect() 用 ${
                formatMs(inTurn.connectUs)
              } 就返回，写出的数据也被接收了：` +
              "二者都由内核暂存。服务器端关闭第一个连接之后，才为它调用 accept()。",
          },
        }),
        scene(together, {
          title: {
            en: "echo_server --concurrent 2: room for two",
            zh: "echo_server --concurrent 2：同时两个",
          },
          note: {
            en:
              "One process, two clients, and the claim still holds: each of the two sockets that " +
              "accept() returned serves one client. What is new is that the program waits for both " +
              "at once (in Deno the event loop does that), instead of standing in read() for one.",
            zh:
              "一个进程服务两个客户端，论断依然成立：accept() 返回的两个套接字各自只服务一个客户端。不同之处在于，" +
              "程序同时等待这两个套接字（在 Deno 里由事件循环完成），而不是停在其中一个的 read() 上。",
          },
        }),
      ],
    };
  },
};

interface Seen {
  lanes: Lane[];
  /** Did the second client get its reply while the first one was there? */
  overlapped: boolean;
  waitedUs: number;
  /** How long the second connect() took. */
  connectUs: number;
}

/** What takes its time only once is over before anything is measured. */
async function warmUp(stage: Stage): Promise<void> {
  const server = await stage.play("echo_server", echoServer, ["--clients", "1"]);
  const conn = await stage.as("client 0").connect({ hostname: LOOPBACK, port: server.port });
  await echo(conn, HELLO);
  conn.close();
  await server.ended;
}

/** The first client is served and stays; meanwhile the second one comes. */
async function twoClients(stage: Stage, options: string[]): Promise<Seen> {
  const server = await stage.play("echo_server", echoServer, ["--clients", "2", ...options]);
  const to = { hostname: LOOPBACK, port: server.port };
  const first = await stage.as("client 1").connect(to);
  const since = stage.clock();
  await echo(first, HELLO);
  const came = since();
  const second = await stage.as("client 2").connect(to);
  const connected = since();
  let replied = Infinity;
  const reply = echo(second, HELLO).then(() => replied = since());
  reply.catch(() => {}); // should the lab be ended before it awaits it, that is no error of its own

  await pause(STAY_MS);
  // On a machine that is very busy, room for two may take a little longer.
  if (options.includes("--concurrent")) await before(PATIENCE_MS, reply);
  first.close();
  const firstGone = since();
  const overlapped = replied < firstGone;
  await reply;
  if (!overlapped) await pause(STAY_MS); // both stay as long
  second.close();
  const secondGone = since();
  await server.ended;

  return {
    overlapped,
    waitedUs: replied - came,
    connectUs: connected - came,
    lanes: [
      {
        who: { en: "client 1", zh: "客户端 1" },
        bars: [{ fromUs: 0, toUs: firstGone, state: "served" }],
        marks: [],
      },
      {
        who: { en: "client 2", zh: "客户端 2" },
        // Whoever is served while another one is there has not waited for him.
        bars: overlapped ? [{ fromUs: came, toUs: secondGone, state: "served" }] : [
          { fromUs: came, toUs: replied, state: "waits" },
          { fromUs: replied, toUs: secondGone, state: "served" },
        ],
        marks: [],
      },
    ],
  };
}

function scene({ lanes }: Seen, { title, note }: { title: Text; note: Text }): Scene {
  return { title, figure: { kind: "timeline", lanes }, notes: [note] };
}
