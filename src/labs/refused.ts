// 4.2.2, 4.2.7, exercise 4: connect() before listen() is an error. Not the address makes
// a server, and not bind(): listen() does.

import { formatMs } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { knock, LOOPBACK, type Stage } from "./stage.ts";

/** Windows tries a refused connect() again, for two seconds. */
const SLOW_US = 300_000;

/** The lab. */
export const refused: Lab = {
  name: "refused",
  section: "4.2.2",
  also: ["4.2.7"],
  title: {
    en: "No listen(), no connect()",
    zh: "没有 listen()，就没有 connect()",
  },
  claim: {
    en: "Only when listen() has been called can a client send a connection request. In other " +
      "words: only then may it call connect(). (If it does so earlier, an error occurs.)",
    zh: "只有调用了listen函数，客户端才能进入可发出连接请求的状态。换言之，这时客户端才能调用" +
      "connect函数(若提前调用将发生错误)",
  },
  async run(stage) {
    const client = stage.as("client");
    const port = freePort(stage);
    const { steps, tell } = stage.ladder();
    const calls = async () => {
      const from = stage.now();
      const conn = await knock(client, port);
      const left = conn === null ? "connect() = -1" : "connect() = 0";
      tell({ left, arrow: conn === null ? "bounce" : "right" });
      conn?.close();
      return { refused: conn === null, tookUs: stage.now() - from };
    };

    // What takes its time only once is over before a time is taken.
    (await knock(client, port))?.close();
    const before = await calls();
    const listener = stage.as("server").listen({ hostname: LOOPBACK, port, tcpBacklog: 5 });
    tell({ right: "bind(), listen()" });
    const during = await calls();
    listener.close();
    tell({ right: "close()" });
    const after = await calls();

    const slow = before.tookUs > SLOW_US;
    return {
      holds: before.refused && !during.refused && after.refused,
      seen: {
        en: `Before listen() connect() ${before.refused ? "was refused" : "succeeded"}, after it ` +
          `it ${during.refused ? "was refused" : "succeeded"}, and when the listening socket was ` +
          `closed it ${after.refused ? "was refused again" : "still succeeded"}.`,
        zh: `listen() 之前，connect() ${before.refused ? "被拒绝" : "成功"}；之后，connect() ${
          during.refused ? "被拒绝" : "成功"
        }；监听套接字关闭以后，${after.refused ? "又被拒绝" : "仍然成功"}。`,
      },
      scenes: [{
        title: {
          en: "The same address, three times",
          zh: "同一个地址，连接三次",
        },
        figure: {
          kind: "ladder",
          left: { en: "client", zh: "客户端" },
          right: { en: "server", zh: "服务器端" },
          steps,
          untimed: true,
        },
        notes: [
          {
            en: "Nobody has to look: where no socket listens, the kernel itself answers the " +
              "request with a reset (RST), and connect() gives ECONNREFUSED. Where one listens, " +
              "the kernel accepts it, although nobody called accept().",
            zh:
              "这里不需要任何程序参与：端口上没有监听套接字时，内核直接用 RST 回应连接请求，connect() " +
              "得到 ECONNREFUSED。有监听套接字时，内核就接下请求，哪怕还没有人调用 accept()。",
          },
          ...(slow
            ? [{
              en: `This system tried again for ${formatMs(before.tookUs)} before it gave up, as ` +
                "Windows does.",
              zh: `这个系统在放弃之前重试了 ${formatMs(before.tookUs)}，Windows 就是这样。`,
            }]
            : []),
        ],
      }],
    };
  },
};

/** A port on which nobody listens: it was free a moment ago. */
function freePort(stage: Stage): number {
  const listener = stage.as("nobody").listen({ hostname: LOOPBACK, port: 0 });
  listener.close();
  return listener.addr.port;
}
