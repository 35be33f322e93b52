/**
 * What the layers lab draws after the standards: nothing here was captured on a wire.
 *
 * @module
 */

import { formatNumber, type Frame, type Scene, type Text } from "../draw/figure.ts";

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

/** The messages of the lab, in bytes. */
export const HELLO = new TextEncoder().encode("hello");
export const MEGABYTE = 1_000_000;

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

const NAMES = {
  application: { en: "application", zh: "应用层" },
  transport: { en: "transport", zh: "传输层" },
  ip: { en: "IP", zh: "IP 层" },
  link: { en: "link", zh: "链路层" },
} as const satisfies Record<string, Text>;

function same(en: string, zh: string): Text[] {
  return [{ en, zh }, { en, zh }];
}

/** What a TCP socket and a UDP socket go through, side by side. */
export function stacksScene(): Scene {
  return {
    title: {
      en: "The four layers of a TCP socket and of a UDP socket",
      zh: "TCP 套接字与 UDP 套接字各自的四层",
    },
    figure: {
      kind: "stacks",
      names: [{ en: "TCP socket", zh: "TCP 套接字" }, { en: "UDP socket", zh: "UDP 套接字" }],
      rows: [
        { layer: "application", name: NAMES.application, cells: same("your program", "你的程序") },
        {
          layer: "transport",
          name: NAMES.transport,
          cells: [{ en: "TCP", zh: "TCP" }, { en: "UDP", zh: "UDP" }],
        },
        { layer: "ip", name: NAMES.ip, cells: same("IP", "IP") },
        { layer: "link", name: NAMES.link, cells: same("Ethernet, Wi-Fi", "以太网、Wi-Fi") },
      ],
    },
    table: {
      head: [
        { en: "layer", zh: "层" },
        { en: "its task", zh: "任务" },
        { en: "its address", zh: "地址" },
        { en: "done by", zh: "实现者" },
      ],
      rows: [
        [
          NAMES.application,
          { en: "what the bytes mean", zh: "规定数据的含义" },
          { en: "a name", zh: "名字" },
          { en: "your program", zh: "你的程序" },
        ],
        [
          NAMES.transport,
          { en: "from program to program", zh: "从程序到程序" },
          { en: "port", zh: "端口号" },
          { en: "the kernel", zh: "内核" },
        ],
        [
          NAMES.ip,
          { en: "from host to host: the path", zh: "从主机到主机：选择路径" },
          { en: "IP address", zh: "IP 地址" },
          { en: "the kernel", zh: "内核" },
        ],
        [
          NAMES.link,
          { en: "over one link", zh: "通过一段链路" },
          { en: "MAC address", zh: "MAC 地址" },
          { en: "the network card", zh: "网卡" },
        ],
      ],
    },
    notes: [{
      en: "Three of the four are the same; only the transport layer differs.",
      zh: "四层中三层相同，不同的只有传输层。",
    }],
  };
}

/** What the link layer and the IP layer do, and how they are related. */
export function pathScene(): Scene {
  const whole = (label: Text) => [{ from: 0, to: 2, label }];
  return {
    title: {
      en: "Through a router: the same packet, a new frame on each link",
      zh: "经过一台路由器：数据包不变，每段链路换一个帧",
    },
    figure: {
      kind: "path",
      nodes: [
        { en: "client", zh: "客户端" },
        { en: "router", zh: "路由器" },
        { en: "server", zh: "服务器端" },
      ],
      rows: [
        {
          layer: "application",
          name: NAMES.application,
          spans: whole({ en: '"hello"', zh: "“hello”" }),
        },
        {
          layer: "transport",
          name: NAMES.transport,
          spans: whole({ en: "port 50000 → port 9190", zh: "端口 50000 → 端口 9190" }),
        },
        {
          layer: "ip",
          name: NAMES.ip,
          spans: whole({ en: "192.0.2.7 → 198.51.100.5", zh: "192.0.2.7 → 198.51.100.5" }),
        },
        {
          layer: "link",
          name: NAMES.link,
          spans: [
            { from: 0, to: 1, label: { en: "Wi-Fi frame", zh: "Wi-Fi 帧" } },
            { from: 1, to: 2, label: { en: "Ethernet frame", zh: "以太网帧" } },
          ],
        },
      ],
    },
    notes: [{
      en:
        "The router takes the packet out of one frame, looks at its IP address, chooses the next " +
        "link, and puts it into a new frame. What lies within the packet is none of its business. " +
        "(Drawn after the standards, with addresses of RFC 5737 that are kept for examples.)",
      zh:
        "路由器从一个帧里取出数据包，查看 IP 地址，选定下一段链路，再装进一个新的帧；数据包里面是什么，" +
        "与它无关。（按标准画出，地址取自 RFC 5737 留给示例的地址。）",
    }],
  };
}

/** What each layer adds to a message of five bytes. */
export function framesScene(): Scene {
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
      en: "UDP's 8 bytes are two " +
        "ports, a length and a check sum. TCP's 20 also number every byte and acknowledge those " +
        "that came: that is what its reliability is made of.",
      zh: "UDP 首部的 8 字节是两个端口号、长度和校验和；TCP 首部的 " +
        "20 字节还给每个字节编号，并确认已收到的字节：可靠性正来自这里。",
    }],
  };
}

/** Into how many pieces a long message is cut. */
export function segmentsScene(): Scene {
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
        { en: "link", zh: "链路" },
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
      en: "TCP cuts the bytes to fit, where it likes, however they were written. UDP " +
        `cuts nothing: one datagram holds at most ${formatNumber(datagram)} bytes, and on an ` +
        `Ethernet IP has to break that into ${fragments} fragments; one lost, all lost.`,
      zh:
        "TCP 按需要切分字节，切在哪里由它决定，与 write() 怎样写无关。UDP 不切分：一个数据报最多 " +
        `${
          formatNumber(datagram)
        } 字节，在以太网上 IP 得把它拆成 ${fragments} 个分片；丢一片，全部作废。`,
    }],
  };
}

/** Where the sizes come from. */
export function sourcesScene(): Scene {
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
