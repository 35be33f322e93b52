// 4.1, exercises 1 to 3: each layer puts its header around what the one above gave it, and
// takes it off on the other side. The sizes are facts, by their sources, not a capture.

import { writeAll } from "../framing.ts";
import { formatNumber, type Scene, type Text } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import {
  framesScene,
  HELLO,
  MEGABYTE,
  pathScene,
  segmentsScene,
  sourcesScene,
  stacksScene,
} from "./layer_scenes.ts";
import { connectedPair, LOOPBACK, readFull, type Stage } from "./stage.ts";

/** The lab. */
export const layers: Lab = {
  name: "layers",
  section: "4.1",
  title: {
    en: "Each layer adds its header, and takes it off again",
    zh: "每一层加上自己的首部，到了对方再去掉",
  },
  claim: {
    en: "All this is done by itself while sockets communicate: the choice of the path and the " +
      "acknowledgement of the data are hidden inside the socket.",
    zh:
      "上述内容是套接字通信过程中自动处理的。选择数据传输路径，数据确认过程都被隐藏到套接字内部。",
  },
  async run(stage) {
    const small = await throughTheLayers(stage, HELLO);
    const large = await throughTheLayers(stage, new Uint8Array(MEGABYTE).fill(0x61));
    // Not every machine has it.
    const six = await throughTheLayers(stage, HELLO, "::1").catch(() => null);
    return {
      holds: small && large && six !== false,
      seen: {
        en:
          `${HELLO.length} bytes and ${formatNumber(MEGABYTE)} bytes came ${
            small && large ? "exactly as they were sent" : "changed"
          }: no program sees a header, whatever the layers below added and cut. How much that is, ` +
          "the standards say: see the pictures and tables above.",
        zh: `${HELLO.length} 字节和 ${formatNumber(MEGABYTE)} 字节${
          small && large ? "都原样到达" : "到达时已改变"
        }：无论下面各层加了什么、切成几段，程序都看不到首部。加了多少，见上面的图和表，数值都出自标准。`,
      },
      scenes: [
        stacksScene(),
        pathScene(),
        framesScene(),
        segmentsScene(),
        exchangedScene(small, six),
        sourcesScene(),
      ],
    };
  },
};

/** Sends bytes and looks whether these, and nothing but these, come out. */
async function throughTheLayers(
  stage: Stage,
  sent: Uint8Array,
  hostname?: string,
): Promise<boolean> {
  const { near, far } = await connectedPair(stage.as("client"), stage.as("server"), hostname);
  const sending = writeAll(near, sent).then(() => near.close());
  const p = new Uint8Array(sent.length + 1);
  const came = await readFull(far, p); // full: something was added
  await sending;
  far.close();
  return came === sent.length && sent.every((byte, i) => byte === p[i]);
}

/** The same program, over two IP layers. */
function exchangedScene(four: boolean, six: boolean | null): Scene {
  const cameAs = (came: boolean | null): Text =>
    came === null
      ? { en: "not tried: this machine has no ::1", zh: "未验证：这台机器没有 ::1" }
      : came
      ? { en: "came as it was sent", zh: "原样到达" }
      : { en: "came changed", zh: "到达时已改变" };
  return {
    title: {
      en: "Why layers: one is exchanged, and the program is the same",
      zh: "为什么要分层：换掉一层，程序不变",
    },
    table: {
      head: [
        { en: "IP layer", zh: "IP 层" },
        { en: "address", zh: "地址" },
        { en: "“hello”", zh: "“hello”" },
      ],
      rows: [
        ["IPv4", LOOPBACK, cameAs(four)],
        ["IPv6", "::1", cameAs(six)],
      ],
    },
    notes: [{
      en: "The same lines of the program, over another IP layer. Each layer knows only what the " +
        "one below offers it, and that is laid down in open standards: so a card, a kernel and a " +
        "program of three makers work together.",
      zh:
        "同样几行程序，换了一个 IP 层。每一层只需要知道下一层提供什么，而这些都写在公开的标准里：所以三家" +
        "厂商的网卡、内核和程序能够协同工作。",
    }],
  };
}
