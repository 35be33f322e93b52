// 4.3.2: close() on one side is what makes read() return 0 on the other. And closing one
// direction leaves the other one open.

import { writeAll } from "../framing.ts";
import type { Scene, Step, Text } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { connectedPair, readFull, type Stage } from "./stage.ts";

const HELLO = new TextEncoder().encode("hello");
const BYE = new TextEncoder().encode("bye");

/** The lab. */
export const endOfStream: Lab = {
  name: "end_of_stream",
  section: "4.3.2",
  title: {
    en: "close() is what the other side reads as 0",
    zh: "一方 close()，另一方的 read() 返回 0",
  },
  claim: {
    en: "close() sends EOF to the socket it is connected with. In other words: if the client's " +
      "socket calls close(), the condition of the loop (what read() returned) becomes false.",
    zh:
      "close函数，向连接的相应套接字发送EOF。换言之，客户端套接字若调用close函数，则第57行的循环" +
      "条件变为假",
  },
  async run(stage) {
    const closed = await closing(stage);
    const half = await halfClosing(stage);
    return {
      holds: closed.holds && half.holds,
      seen: {
        en: "After close() the other side read what was still on its way, and then " +
          `${closed.end === null ? "0, the end of the stream" : `${closed.end} bytes`}; after ` +
          `shutdown() the server still sent ${half.came} of ${BYE.length} bytes back.`,
        zh: `close() 之后，另一方先读完途中的数据，然后读到 ${
          closed.end ?? "0，即流的末尾"
        }；shutdown() 之后，客户端仍收到了服务器端发来的${
          half.came === BYE.length ? `全部 ${half.came}` : ` ${half.came}/${BYE.length}`
        } 字节。`,
      },
      scenes: [
        scene(closed.steps, {
          title: {
            en: "close(): both directions end",
            zh: "close()：两个方向都结束",
          },
          note: {
            en: "read() = 0 is no empty message and no byte: it says that nothing will follow. " +
              "What was sent before arrives before. While the client is merely silent, read() waits.",
            zh:
              "read() = 0 既不是空消息，也不是某个字节：它表示后面不会再有数据。之前发送的数据会先到达。" +
              "客户端只是沉默时，read() 会一直等待。",
          },
        }),
        scene(half.steps, {
          title: {
            en: "shutdown(): one direction ends, the other stays open",
            zh: "shutdown()：一个方向结束，另一个方向仍然开放",
          },
          note: {
            en: "The half-close says “I have sent everything” and waits for the answer. A " +
              "server that closes as soon as it reads 0, before it has written its replies, loses them.",
            zh:
              "半关闭表示“我已经发完”，随后等待对方的回复。服务器端读到 0 时，如果还没写完回复就关闭，回复就会丢失。",
          },
        }),
      ],
    };
  },
};

/** The client writes, and closes. The server reads until the end. */
async function closing(stage: Stage) {
  const { near, far, steps, tell } = await pair(stage);
  await writeAll(near, HELLO);
  near.close();
  tell({ left: 'write("hello")', arrow: "right", noticed: 2 });
  tell({ left: "close()", arrow: "right", noticed: 2 });
  const came = await readFull(far, new Uint8Array(HELLO.length));
  tell({ right: `read() = ${came}` });
  const end = await far.read(new Uint8Array(1));
  tell({ right: `read() = ${end ?? 0}` });
  far.close();
  tell({ right: "close()" });
  return { holds: came === HELLO.length && end === null, end, steps };
}

/** The client says all it has to say and listens on. */
async function halfClosing(stage: Stage) {
  const { near, far, steps, tell } = await pair(stage);
  await writeAll(near, HELLO);
  tell({ left: 'write("hello")', arrow: "right", noticed: 2 });
  await near.closeWrite();
  tell({ left: "shutdown(SHUT_WR)", arrow: "right", noticed: 2 });
  const asked = await readFull(far, new Uint8Array(HELLO.length));
  tell({ right: `read() = ${asked}` });
  const end = await far.read(new Uint8Array(1));
  tell({ right: `read() = ${end ?? 0}` });
  await writeAll(far, BYE);
  tell({ right: 'write("bye")', arrow: "left", noticed: 1 });
  const came = await readFull(near, new Uint8Array(BYE.length));
  tell({ left: `read() = ${came}` });
  far.close();
  tell({ right: "close()", arrow: "left", noticed: 1 });
  const last = await near.read(new Uint8Array(1));
  tell({ left: `read() = ${last ?? 0}` });
  near.close();
  tell({ left: "close()" });
  const holds = asked === HELLO.length && end === null && came === BYE.length && last === null;
  return { holds, came, steps };
}

async function pair(stage: Stage) {
  const { near, far } = await connectedPair(stage.as("client"), stage.as("server"));
  return { near, far, ...stage.ladder() };
}

function scene(steps: Step[], { title, note }: { title: Text; note: Text }): Scene {
  const left = { en: "client", zh: "客户端" };
  const right = { en: "server", zh: "服务器端" };
  return { title, figure: { kind: "ladder", left, right, steps, untimed: true }, notes: [note] };
}
