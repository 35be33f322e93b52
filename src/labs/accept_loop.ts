// 4.3.1, exercise 7: hello_server greets one client and ends. With accept() in a loop it
// greets one after the other.

import { helloServer } from "../hello_server.ts";
import { helloServerIterative } from "../hello_server_iterative.ts";
import type { Program } from "../cli/command.ts";
import type { LadderFigure, Scene } from "../draw/figure.ts";
import { text } from "../draw/words.ts";
import type { Lab } from "./lab.ts";
import { knock, readFull, type Stage } from "./stage.ts";

const GREETING = "Hello World!";
const CLIENTS = 3;

/** The lab. */
export const acceptLoop: Lab = {
  name: "accept_loop",
  section: "4.3.1",
  also: ["4.2.4", "4.2.6"],
  title: text(
    "accept() in a loop makes a server iterative",
    "把 accept() 放进循环，就成了迭代服务器",
  ),
  claim: text(
    "The Hello world server ends after one client's request. How does one go on to take the " +
      "requests of further clients? The simplest way is a loop that calls accept() again and again.",
    "之前讨论的Hello world服务器端处理完1个客户端连接请求就退出了。如果想继续受理后续的客户端连接请求，" +
      "应该怎样扩展代码？最简单的办法就是插入循环语句反复调用accept函数",
  ),
  async run(stage) {
    const once = await greetings(stage, helloServer, { clients: 2, args: [] });
    const loop = await greetings(stage, helloServerIterative, {
      clients: CLIENTS,
      args: ["--clients", String(CLIENTS)],
    });
    return {
      holds: once.greeted === 1 && once.refused === 1 && loop.greeted === CLIENTS,
      seen: text(
        `hello_server greeted ${once.greeted === 1 ? "one client" : `${once.greeted} clients`}, ` +
          `and the next one ${once.refused === 1 ? "was refused" : "was not refused"}; ` +
          `hello_server_iterative greeted ${
            loop.greeted === CLIENTS ? `all ${CLIENTS}` : `only ${loop.greeted} of ${CLIENTS}`
          }.`,
        `hello_server 问候了 ${once.greeted} 个客户端，下一个${
          once.refused === 1 ? "被拒绝" : "没有被拒绝"
        }；hello_server_iterative ${
          loop.greeted === CLIENTS
            ? `把 ${CLIENTS} 个客户端都问候到了`
            : `在 ${CLIENTS} 个客户端中只问候了 ${loop.greeted} 个`
        }。`,
      ),
      scenes: [
        {
          title: text("hello_server: accept() once", "hello_server：accept() 只调用一次"),
          figure: once.figure,
          notes: [text(
            "The program runs from top to bottom, and its listening socket ends with it. Nobody " +
              "listens any more when the second client comes.",
            "程序从头执行到尾，监听套接字随之关闭。第二个客户端到来时，已经没有人在监听。",
          )],
        },
        loopScene(loop.figure),
      ],
    };
  },
};

function loopScene(figure: LadderFigure): Scene {
  return {
    title: text(
      "hello_server_iterative: accept() in a loop",
      "hello_server_iterative：循环调用 accept()",
    ),
    figure,
    code: text(
      `for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    write(clnt_sock, message, strlen(message));
    close(clnt_sock);      /* this client is done */
}                          /* serv_sock stays open */`,
      `for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    write(clnt_sock, message, strlen(message));
    close(clnt_sock);      /* 这个客户端服务完毕 */
}                          /* serv_sock 一直不关闭 */`,
    ),
    notes: [text(
      "Two sockets, two lives: the one that accept() returns serves one client and is closed; the " +
        "listening one goes on taking requests.",
      "两种套接字，寿命不同：accept() 返回的套接字只服务一个客户端，服务完就关闭；监听套接字则继续受理请求。",
    )],
  };
}

interface Greetings {
  greeted: number;
  refused: number;
  figure: LadderFigure;
}

/** So many clients, one after the other: each connects, and reads to the end. */
async function greetings(
  stage: Stage,
  program: Program,
  { clients, args }: { clients: number; args: string[] },
): Promise<Greetings> {
  const who = program === helloServer ? "hello_server" : "hello_server_iterative";
  const server = await stage.play(who, program, args);
  const { steps, tell } = stage.ladder();
  tell({ right: "listen()" });
  let greeted = 0;
  let refused = 0;
  for (let i = 1; i <= clients; i++) {
    const name = (call: string) => text(`client ${i}: ${call}`, `客户端 ${i}：${call}`);
    const conn = await knock(stage.as(`client ${i}`), server.port);
    if (conn === null) {
      refused++;
      tell({ left: name("connect() = -1"), arrow: "bounce" });
      continue;
    }
    tell({ left: name("connect() = 0"), arrow: "right" });
    const p = new Uint8Array(64);
    const came = new TextDecoder().decode(p.subarray(0, await readFull(conn, p)));
    conn.close();
    if (came === GREETING) {
      greeted++;
      tell({ right: "accept(), write()", arrow: "left", noticed: 1 });
    }
    tell({ left: name(`read() = ${came.length}`) });
    // The book's server is over now; an iterative one waits for the next client, unless it is done.
    if (program === helloServer || i === clients) {
      await server.ended;
      tell({ right: "exit()" });
    }
  }
  const [left, right] = [text("clients", "客户端"), text("server", "服务器端")];
  return { greeted, refused, figure: { kind: "ladder", left, right, steps, untimed: true } };
}
