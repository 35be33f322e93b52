// 4.2.5, exercise 6: a client calls no bind(). Its address and its port come from the
// kernel, at connect().

import { formatAddress } from "../net/net.ts";
import type { Scene, Text } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { LOOPBACK, type Stage } from "./stage.ts";

const CLIENTS = [1, 2, 3];

/** The lab. */
export const ephemeralPort: Lab = {
  name: "ephemeral_port",
  section: "4.2.5",
  title: {
    en: "The kernel gives the client its address at connect()",
    zh: "客户端的地址和端口由内核在 connect() 时分配",
  },
  claim: {
    en: "The client's IP address and port are assigned automatically when connect() is called; " +
      "there is no need to call bind() for that.",
    zh: "客户端的IP地址和端口在调用connect函数时自动分配，无需调用标记的bind函数进行分配",
  },
  async run(stage) {
    const four = await meet(stage, LOOPBACK);
    const six = await meet(stage, "::1").catch(() => null); // not every machine has it
    const all = [...four.met, ...(six?.met ?? [])];

    const ports = four.met.map(({ port }) => port);
    const distinct = new Set(ports).size === CLIENTS.length && !ports.includes(0);
    const same = all.every(({ own, seen }) => own === seen);
    const local = four.met.every(({ own }) => own.startsWith(`${LOOPBACK}:`));
    return {
      holds: distinct && same && local,
      seen: {
        en:
          `Nobody called bind(), and ${CLIENTS.length} clients had ${
            new Set(ports).size
          } different ports (${ports.join(", ")}); what a client got is what accept() told the ` +
          "server.",
        zh: `没有人调用 bind()，${CLIENTS.length} 个客户端得到了 ${
          new Set(ports).size
        } 个不同的端口（${
          ports.join("、")
        }）；客户端得到的地址，正是服务器端从 accept() 看到的地址。`,
      },
      scenes: [oneServer(four, ports), six === null ? noIpv6 : overIpv6(six)],
    };
  },
};

function oneServer(four: Meeting, ports: number[]): Scene {
  return {
    title: { en: "Three clients of one server", zh: "一个服务器端，三个客户端" },
    figure: figureOf(four),
    notes: [rangeOf(ports), {
      en: "All three are connected to one port of the server. A connection is known by " +
        "both its ends, four values in all: that is why one port can serve many clients.",
      zh: "三个连接都通向服务器端的同一个端口。一个连接由两端的地址和端口共四个值来标识，所以一个" +
        "端口可以服务许多客户端。",
    }],
  };
}

function overIpv6(six: Meeting): Scene {
  return {
    title: { en: "Over IPv6: another address, too", zh: "经由 IPv6：地址也随之不同" },
    figure: figureOf(six),
    notes: [{
      en: "The address is chosen to suit the destination: whoever calls ::1 does so from " +
        "::1, whoever calls 127.0.0.1 from 127.0.0.1.",
      zh:
        "地址随目的地而定：连接 ::1 时，客户端自己的地址也是 ::1；连接 127.0.0.1 时，就是 127.0.0.1。",
    }],
  };
}

const noIpv6: Scene = {
  title: { en: "Over IPv6", zh: "经由 IPv6" },
  notes: [{
    en: "This machine has no ::1, so this part was not seen here.",
    zh: "这台机器没有 ::1，这一部分在此未能验证。",
  }],
};

function figureOf({ server, met }: Meeting): Scene["figure"] {
  return { kind: "endpoints", server, clients: met.map(({ own, who }) => ({ who, address: own })) };
}

/** A server, and the clients that are connected with it. */
interface Meeting {
  server: string;
  met: Met[];
}

interface Met {
  who: Text;
  /** What the client sees: getsockname(). */
  own: string;
  /** What the server sees: the second argument of accept(). */
  seen: string;
  port: number;
}

/** Three clients connect to one server, and stay. */
async function meet(stage: Stage, hostname: string): Promise<Meeting> {
  const listener = stage.as("server").listen({ hostname, port: 0, tcpBacklog: 5 });
  const met: Met[] = [];
  for (const i of CLIENTS) {
    const near = await stage.as(`client ${i}`).connect({ hostname, port: listener.addr.port });
    const far = await listener.accept();
    met.push({
      who: { en: `client ${i}`, zh: `客户端 ${i}` },
      own: formatAddress(near.localAddr),
      seen: formatAddress(far.remoteAddr),
      port: near.localAddr.port,
    });
  }
  // They are connected all at the same time; the stage closes them at its end.
  return { server: formatAddress(listener.addr), met };
}

/** What is to be said of ports that the kernel has chosen. */
export function rangeOf(ports: number[], os = Deno.build.os): Text {
  const within = (from: number, to: number) => ports.every((port) => port >= from && port <= to);
  if (os === "linux" && within(32768, 60999)) {
    return {
      en: "They lie in Linux's usual range for this, 32768 to 60999 " +
        "(net.ipv4.ip_local_port_range). IANA sets aside 49152 to 65535 (RFC 6335).",
      zh:
        "它们都在 Linux 的默认范围 32768–60999 之内（net.ipv4.ip_local_port_range）。IANA 规定的" +
        "动态端口是 49152–65535（RFC 6335）。",
    };
  }
  if (within(49152, 65535)) {
    return {
      en: "They lie in the range that IANA sets aside for this, 49152 to 65535 (RFC 6335).",
      zh: "它们都在 IANA 规定的动态端口范围 49152–65535 之内（RFC 6335）。",
    };
  }
  return {
    en: "IANA sets aside 49152 to 65535 for this (RFC 6335); this system has a range of its own.",
    zh: "IANA 规定的动态端口是 49152–65535（RFC 6335）；这个系统用的是它自己的范围。",
  };
}
