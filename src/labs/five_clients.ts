// 4.3.2: the echo server serves five clients, one after the other, and ends. The sixth
// finds nobody.

import { echoServer } from "../echo_server.ts";
import type { Lane } from "../draw/figure.ts";
import { pause } from "../net/silence.ts";
import type { Finding, Lab } from "./lab.ts";
import { echo, knock, type Stage } from "./stage.ts";

/** So long each client thinks before it closes. */
const THINK_MS = 40;

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
    return find(await serveFive(stage));
  },
};

/** What was seen. */
interface Seen {
  lanes: Lane[];
  /** So many of the five got back what they sent. */
  echoed: number;
  /** The server's exit code; `null`: it did not end. */
  code: number | null;
  sixthRefused: boolean;
  printed: string[];
}

/** Five clients in turn, and then a sixth. */
async function serveFive(stage: Stage): Promise<Seen> {
  // No option: these are the defaults of the book.
  const server = await stage.play("echo_server", echoServer, []);
  let now = () => 0; // nothing is measured before the first one is there
  const lanes: Lane[] = [];
  let echoed = 0;
  for (let i = 1; i <= CLIENTS; i++) {
    const conn = await knock(stage.as(`client ${i}`), server.port);
    if (conn === null) break;
    const fromUs = now();
    if (i === 1) now = stage.clock();
    if (await echo(conn, new TextEncoder().encode(`I am ${i}\n`))) echoed++;
    await pause(THINK_MS);
    conn.close();
    lanes.push({
      who: { en: `client ${i}`, zh: `客户端 ${i}` },
      bars: [{ fromUs, toUs: now(), state: "served" }],
      marks: [],
    });
  }
  // With fewer clients it would wait for the others.
  const code = lanes.length === CLIENTS ? await server.ended : null;
  const sixthRefused = await knock(stage.as("client 6"), server.port) === null;
  const refusal: Lane["marks"][number] = {
    atUs: now(),
    sign: "cross",
    label: { en: "refused", zh: "被拒绝" },
  };
  lanes.push({
    who: { en: "client 6", zh: "客户端 6" },
    bars: [],
    marks: sixthRefused ? [refusal] : [],
  });
  return { lanes, echoed, code, sixthRefused, printed: server.lines.map(({ text }) => text) };
}

function find({ lanes, echoed, code, sixthRefused, printed }: Seen): Finding {
  const wanted = Array.from({ length: CLIENTS }, (_, i) => `Connected client ${i + 1}`);
  const asBook = String(printed) === String(wanted);
  return {
    holds: echoed === CLIENTS && code === 0 && sixthRefused && asBook,
    seen: {
      en: `${echoed} clients got their echo, the server ended with exit code ${code ?? "none"}, ` +
        `and the sixth client ${sixthRefused ? "was refused" : "was let in"}.`,
      zh: `${echoed} 个客户端得到了回声，服务器端以退出码 ${code ?? "（无）"} 结束，第六个客户端${
        sixthRefused ? "被拒绝" : "被接受"
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
          "循环每次关闭的是 accept() 产生的套接字，而不是监听套接字。服务完第五个客户端，监听套接字也关闭：" +
          "此后再来连接，就没有人受理了。",
      }],
    }],
  };
}
