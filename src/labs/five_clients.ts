// 4.3.2: the echo server serves five clients, one after the other, and ends. The sixth
// finds nobody.

import { echoServer } from "../echo_server.ts";
import type { Lane } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { echo, knock } from "./stage.ts";

/** The loop of the book: for (int i = 0; i < 5; i++). */
const CLIENTS = 5;

/** The lab. */
export const fiveClients: Lab = {
  name: "five_clients",
  section: "4.3.2",
  title: {
    en: "Five clients in turn, and no sixth",
    zh: "依次服务五个客户端，没有第六个",
  },
  claim: {
    en: "The server serves five clients one after the other, and exits.",
    zh: "服务器端依次向5个客户端提供服务并退出。",
  },
  async run(stage) {
    // No option: these are the defaults of the book.
    const server = await stage.play("echo_server", echoServer, []);
    const start = stage.now();
    const since = () => stage.now() - start;
    const lanes: Lane[] = [];
    let echoed = 0;
    for (let i = 1; i <= CLIENTS; i++) {
      const fromUs = since();
      const conn = await knock(stage.as(`client ${i}`), server.port);
      if (conn === null) break;
      if (await echo(conn, new TextEncoder().encode(`I am ${i}\n`))) echoed++;
      conn.close();
      lanes.push({
        who: { en: `client ${i}`, zh: `客户端 ${i}` },
        bars: [{ fromUs, toUs: since(), state: "served" }],
        marks: [],
      });
    }
    // With fewer clients it would wait for the others.
    const code = lanes.length === CLIENTS ? await server.ended : null;
    const sixth = await knock(stage.as("client 6"), server.port);
    lanes.push({
      who: { en: "client 6", zh: "客户端 6" },
      bars: [],
      marks: sixth !== null ? [] : [{
        atUs: since(),
        sign: "cross",
        label: { en: "refused", zh: "被拒绝" },
      }],
    });
    const printed = server.lines.map(({ text }) => text);
    const wanted = Array.from({ length: CLIENTS }, (_, i) => `Connected client ${i + 1}`);
    const asBook = String(printed) === String(wanted);
    return {
      holds: echoed === CLIENTS && code === 0 && sixth === null && asBook,
      seen: {
        en:
          `${echoed} clients got their echo, the server ended with exit code ${
            code ?? "none"
          }, and the ` +
          `sixth client ${sixth === null ? "was refused" : "was let in"}.`,
        zh: `${echoed} 个客户端得到了回声，服务器端以退出码 ${code ?? "（无）"} 结束，第六个客户端${
          sixth === null ? "被拒绝" : "被接受"
        }。`,
      },
      scenes: [{
        title: {
          en: "One after the other, then the end",
          zh: "一个接一个，然后结束",
        },
        figure: { kind: "timeline", lanes },
        table: {
          head: [{ en: "what echo_server printed", zh: "echo_server 的输出" }],
          rows: printed.map((line) => [line]),
        },
        notes: [{
          en: "Each time the loop closes the socket that accept() made, not the listening one. " +
            "After the fifth turn that one is closed as well: who calls then finds nobody.",
          zh:
            "循环每次关闭的是 accept() 产生的套接字，而不是监听套接字。第五次之后监听套接字也被关闭：" +
            "此后再来连接，就没有人接受了。",
        }],
      }],
    };
  },
};
