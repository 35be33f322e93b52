/**
 * The cases of an echo server (4.3.2).
 *
 * @module
 */

import type { Case } from "./case.ts";
import {
  lineComesBack,
  longLineComesBack,
  oddBytesComeBack,
  piecesComeBack,
} from "./echo_lines.ts";
import { halfCloseIsAnswered, megabyteComesBack } from "./echo_streams.ts";
import { clientsAreCounted, nextClientIsServed, servesEcho } from "./server_clients.ts";
import { staysIdle } from "./server_idle.ts";
import { refusesPorts, startsAgain } from "./server_start.ts";
import { survivesReset, survivesUnread } from "./server_survival.ts";

const LINE = "echo_server/line";
const PIECES = "echo_server/pieces";
const LONG_LINE = "echo_server/long-line";
const NEXT_CLIENT = "echo_server/next-client";

export const ECHO_SERVER_CASES: readonly Case[] = [
  {
    id: LINE,
    section: "4.3.2",
    weight: "book",
    title: {
      en: "A line comes back exactly, and so does the next",
      zh: "一行数据原样返回，下一行也是",
    },
    run: lineComesBack,
  },
  {
    id: PIECES,
    section: "4.3.3",
    weight: "book",
    title: {
      en: "A line sent in small pieces comes back exactly",
      zh: "分成小段发送的一行也原样返回",
    },
    lab: "boundary",
    after: [LINE],
    run: piecesComeBack,
  },
  {
    id: "echo_server/odd-bytes",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "An empty line, NUL and bytes that are no UTF-8 come back exactly",
      zh: "空行、NUL 和非 UTF-8 的字节都原样返回",
    },
    after: [LINE],
    run: oddBytesComeBack,
  },
  {
    id: LONG_LINE,
    section: "4.3.2",
    weight: "book",
    title: { en: "A line of 5000 bytes comes back exactly", zh: "5000 字节的一行原样返回" },
    lab: "boundary",
    after: [LINE, PIECES],
    run: longLineComesBack,
  },
  {
    id: NEXT_CLIENT,
    section: "4.3.2",
    weight: "book",
    title: {
      en: "The next client is served after the first has gone",
      zh: "第一个客户端离开后，下一个客户端得到服务",
    },
    lab: "second_client",
    after: [LINE],
    run: nextClientIsServed,
  },
  {
    id: "echo_server/half-close",
    section: "4.3.2",
    weight: "book",
    title: {
      en: "After a half-close all comes back, then the end of the stream",
      zh: "客户端半关闭后，数据全部返回，然后是流的结束",
    },
    lab: "end_of_stream",
    after: [LINE, PIECES],
    run: halfCloseIsAnswered,
  },
  {
    id: "echo_server/megabyte",
    section: "4.3.3",
    weight: "robust",
    title: { en: "A megabyte of lines comes back whole", zh: "一兆字节的若干行完整返回" },
    lab: "boundary",
    after: [LINE, PIECES, LONG_LINE],
    run: megabyteComesBack,
  },
  {
    id: "echo_server/unread",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "It survives a client that leaves its replies unread and goes",
      zh: "客户端不读取回复就离开，服务器仍能继续服务",
    },
    after: [LINE, NEXT_CLIENT],
    listingFails: true,
    run: survivesUnread,
  },
  {
    id: "echo_server/reset",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "It survives a client that resets while it is idle",
      zh: "空闲的客户端复位连接，服务器仍能继续服务",
    },
    after: [LINE, NEXT_CLIENT],
    run: survivesReset,
  },
  {
    id: "echo_server/restart",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "Stopped while a client is connected, it can be started again at once",
      zh: "有客户端连接时被停止后，可以立即在同一端口再次启动",
    },
    starts: true,
    listingFails: true,
    holdsPort: true,
    run: (trial) => startsAgain(trial, { serve: servesEcho }),
  },
  {
    id: "echo_server/ports",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "It refuses what is no port (abc, 70000, 80x), and does not crash without one",
      zh: "拒绝不是端口的参数（abc、70000、80x），缺少参数时也不崩溃",
    },
    starts: true,
    listingFails: true,
    run: refusesPorts,
  },
  {
    id: "echo_server/idle-cpu",
    section: "4.3.2",
    weight: "robust",
    title: {
      en: "It burns no CPU while a client is silent, nor after one left",
      zh: "客户端不发送时、离开之后，都不空耗 CPU",
    },
    after: [LINE],
    starts: true,
    alone: true,
    run: (trial) => staysIdle(trial, { serve: servesEcho }),
  },
  {
    id: "echo_server/clients",
    section: "4.3.2",
    weight: "note",
    title: {
      en: "How many clients it serves, one at a time or together",
      zh: "服务多少个客户端，是逐个还是同时",
    },
    lab: "five_clients",
    after: [LINE, NEXT_CLIENT],
    starts: true,
    run: (trial) => clientsAreCounted(trial, { serve: servesEcho, together: true }),
  },
];
