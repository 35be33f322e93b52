// 4.1, exercises 1 to 3: each layer puts its header around what the one above gave it, and
// takes it off on the other side. The sizes are facts, by their sources, not a capture.

import { writeAll } from "../framing.ts";
import { formatNumber, type Frame, type Scene, type Text } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { connectedPair, readFull, type Stage } from "./stage.ts";

/** In bytes. */
const ETHERNET = 14; // IEEE 802.3: two addresses of 6 and a type of 2
const FCS = 4; // IEEE 802.3: the check sum behind the frame
const LEAST_PAYLOAD = 46; // IEEE 802.3: what is shorter is filled up
const IPV4 = 20; // RFC 791, without options
const IPV6 = 40; // RFC 8200
const TCP = 20; // RFC 9293, without options
const TIMESTAMPS = 12; // RFC 7323: 10, filled up to 12; in every segment by default
const UDP = 8; // RFC 768
const ETHERNET_MTU = 1500; // RFC 894
const LARGEST_IPV4 = 65535; // RFC 791

const HELLO = new TextEncoder().encode("hello");
const MEGABYTE = 1_000_000;

/** The lab. */
export const layers: Lab = {
  name: "layers",
  section: "4.1",
  title: {
    en: "Each layer adds its header, and takes it off again",
    zh: "每一层加上自己的首部，到对方再取下",
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
    return {
      holds: small && large,
      seen: {
        en:
          `${HELLO.length} bytes and ${formatNumber(MEGABYTE)} bytes came ${
            small && large ? "exactly as they were sent" : "changed"
          }: no program sees a header, whatever the layers below added and cut. How much that is ` +
          "the pictures and tables tell, by the standards.",
        zh: `${HELLO.length} 字节和 ${formatNumber(MEGABYTE)} 字节${
          small && large ? "都原样到达" : "到达时已改变"
        }：无论下面各层加了什么、切了几段，程序都看不到首部。具体有多少，见下面按标准列出的图和表。`,
      },
      scenes: [framesScene(), segmentsScene(), sourcesScene()],
    };
  },
};

/** Sends bytes and looks whether these, and nothing but these, come out. */
async function throughTheLayers(stage: Stage, sent: Uint8Array): Promise<boolean> {
  const { near, far } = await connectedPair(stage.as("client"), stage.as("server"));
  const sending = writeAll(near, sent).then(() => near.close());
  const p = new Uint8Array(sent.length + 1);
  const came = await readFull(far, p); // full: something was added
  await sending;
  far.close();
  return came === sent.length && sent.every((byte, i) => byte === p[i]);
}

type Part = Frame["parts"][number];

/** An Ethernet frame around "hello", filled up if it is too short. */
function frame(name: Text, unit: Text, transport: Part[]): Frame {
  const inner: Part[] = [
    { name: { en: "IPv4", zh: "IPv4" }, bytes: IPV4, layer: "ip" },
    ...transport,
    { name: { en: "hello", zh: "hello" }, bytes: HELLO.length, layer: "application" },
  ];
  const padding = LEAST_PAYLOAD - inner.reduce((sum, { bytes }) => sum + bytes, 0);
  if (padding > 0) {
    inner.push({ name: { en: "padding", zh: "填充" }, bytes: padding, layer: "padding" });
  }
  const parts: Part[] = [
    { name: { en: "Ethernet", zh: "以太网" }, bytes: ETHERNET, layer: "link" },
    ...inner,
    { name: { en: "FCS", zh: "FCS" }, bytes: FCS, layer: "link" },
  ];
  const units = {
    transport: unit,
    ip: { en: "IP packet", zh: "IP 数据包" },
    link: { en: "Ethernet frame", zh: "以太网帧" },
  };
  return { name, parts, units };
}

function framesScene(): Scene {
  return {
    title: {
      en: "“hello” on an Ethernet: what each layer adds, in bytes",
      zh: "以太网上的“hello”：每一层加了多少字节",
    },
    figure: {
      kind: "layers",
      frames: [
        frame({ en: "TCP", zh: "TCP" }, { en: "TCP segment", zh: "TCP 报文段" }, [
          { name: { en: "TCP", zh: "TCP" }, bytes: TCP, layer: "transport" },
          { name: { en: "options", zh: "选项" }, bytes: TIMESTAMPS, layer: "transport" },
        ]),
        frame({ en: "UDP", zh: "UDP" }, { en: "UDP datagram", zh: "UDP 数据报" }, [
          { name: { en: "UDP", zh: "UDP" }, bytes: UDP, layer: "transport" },
        ]),
      ],
    },
    notes: [{
      en: "TCP and UDP sockets take the same way down, but for one layer. UDP's 8 bytes are two " +
        "ports, a length and a check sum. TCP's 20 also number every byte and acknowledge those " +
        "that came: that is what its reliability is made of.",
      zh:
        "TCP 和 UDP 套接字向下经过的层次只差一层。UDP 的 8 字节是两个端口、长度和校验和；TCP 的 20 字节" +
        "还给每个字节编号，并确认已收到的字节：可靠性正来自这里。",
    }],
  };
}

function segmentsScene(): Scene {
  const row = (name: Text, mtu: number, headers: number) => {
    const payload = mtu - headers;
    return [name, mtu, payload, Math.ceil(MEGABYTE / payload)];
  };
  const datagram = LARGEST_IPV4 - IPV4 - UDP;
  const fragments = Math.ceil((datagram + UDP) / (ETHERNET_MTU - IPV4));
  return {
    title: {
      en: "One megabyte, in how many segments?",
      zh: "1 MB 要分成多少段？",
    },
    table: {
      head: [
        { en: "way", zh: "途径" },
        { en: "MTU", zh: "MTU" },
        { en: "bytes a segment", zh: "每段字节数" },
        { en: "segments", zh: "段数" },
      ],
      rows: [
        row({ en: "Ethernet", zh: "以太网" }, ETHERNET_MTU, IPV4 + TCP),
        row(
          { en: "Ethernet, timestamps", zh: "以太网，时间戳" },
          ETHERNET_MTU,
          IPV4 + TCP + TIMESTAMPS,
        ),
        row(
          { en: "the same over IPv6", zh: "同上，IPv6" },
          ETHERNET_MTU,
          IPV6 + TCP + TIMESTAMPS,
        ),
        row({ en: "loopback, Linux", zh: "Linux 环回" }, 65536, IPV4 + TCP + TIMESTAMPS),
        row({ en: "loopback, macOS", zh: "macOS 环回" }, 16384, IPV4 + TCP + TIMESTAMPS),
      ],
    },
    notes: [{
      en: "TCP cuts the bytes to fit, where it likes: a write() is no unit for it either. UDP " +
        `cuts nothing: one datagram holds at most ${formatNumber(datagram)} bytes, and on an ` +
        `Ethernet IP has to break that into ${fragments} fragments; one lost, all lost.`,
      zh:
        "TCP 按需要切分字节，切在哪里由它决定：write() 对它来说也不是单位。UDP 不切分：一个数据报最多 " +
        `${
          formatNumber(datagram)
        } 字节，在以太网上 IP 得把它拆成 ${fragments} 个分片；丢一片，全部作废。`,
    }],
  };
}

function sourcesScene(): Scene {
  const row = (what: Text, bytes: number, source: string) => [what, bytes, source];
  return {
    title: { en: "Where the sizes come from", zh: "这些大小的出处" },
    table: {
      head: [
        { en: "what", zh: "内容" },
        { en: "bytes", zh: "字节" },
        { en: "source", zh: "出处" },
      ],
      rows: [
        row({ en: "Ethernet header", zh: "以太网首部" }, ETHERNET, "IEEE 802.3"),
        row({ en: "frame check sequence (FCS)", zh: "帧校验序列（FCS）" }, FCS, "IEEE 802.3"),
        row({ en: "least payload of a frame", zh: "帧的最小载荷" }, LEAST_PAYLOAD, "IEEE 802.3"),
        row({ en: "MTU of an Ethernet", zh: "以太网的 MTU" }, ETHERNET_MTU, "RFC 894"),
        row({ en: "IPv4 header", zh: "IPv4 首部" }, IPV4, "RFC 791"),
        row({ en: "IPv6 header", zh: "IPv6 首部" }, IPV6, "RFC 8200"),
        row({ en: "TCP header", zh: "TCP 首部" }, TCP, "RFC 9293"),
        row({ en: "TCP timestamps option", zh: "TCP 时间戳选项" }, TIMESTAMPS, "RFC 7323"),
        row({ en: "UDP header", zh: "UDP 首部" }, UDP, "RFC 768"),
      ],
    },
  };
}
