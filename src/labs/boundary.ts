// 4.3.3: TCP carries bytes, not messages. What many writes sent one read may give,
// and what one write sent many reads may give; a datagram of UDP stays whole.

import { echoServer } from "../echo_server.ts";
import { LineReader, writeAll } from "../framing.ts";
import { chopped } from "../net/chop.ts";
import type { Conn, Net } from "../net/net.ts";
import { before, pause } from "../net/silence.ts";
import { sendDatagrams } from "./datagrams.ts";
import { formatNumber, type Scene, type StreamFigure } from "../draw/figure.ts";
import type { Lab } from "./lab.ts";
import { connectedPair, LOOPBACK, type Stage } from "./stage.ts";

const MESSAGES = ["hello\n", "hi!\n", "TCP\n"].map((text) => new TextEncoder().encode(text));
const ALL = new Uint8Array(MESSAGES.flatMap((message) => [...message]));
const LENGTHS = MESSAGES.map((message) => message.length);
/** How long the reader does something else: the kernel gathers what comes. */
const BUSY_MS = 20;
/** The reads of a busy network: at most so many bytes each. */
const CUT = 5;

const SIZES = [10, 100, 1000, 10_000, 100_000, 1_000_000];
/** The book's #define. */
const BUF_SIZE = 1024;
/** A write() that nobody reads may block: then the book's client hangs, and we go on. */
const BLOCKED_MS = 200;

/** The lab. */
export const boundary: Lab = {
  name: "boundary",
  section: "4.3.3",
  title: {
    en: "write() calls mark no boundaries",
    zh: "write() 不标记消息边界：所谓“粘包”与“拆包”",
  },
  claim: {
    en: "Because the client is based on TCP, the data that it sends has no boundaries. So the " +
      "strings of several write() calls may be delivered to the server all at once.",
    zh: "因为客户端是基于TCP的，其传输的数据不存在数据边界，因此，多次调用write函数传递的字符串" +
      "有可能一次性传递到服务器。",
  },
  async run(stage) {
    const server = stage.as("server");
    const merged = await threeWrites(stage, server);
    const cut = await threeWrites(stage, chopped(server, CUT));
    const sizes = await echoSizes(stage);
    const datagrams = (await sendDatagrams(stage, MESSAGES)).map((message) => message.length);

    const whole = [merged, cut].every(({ lines }) => String(lines) === String(LENGTHS));
    const oursRight = sizes.every(({ size, ours }) => sum(ours) === size);
    const bookWrong = sizes.some(({ size, book }) => book < size);
    const holds = merged.reads.length < MESSAGES.length &&
      String(cut.reads) !== String(LENGTHS) && whole && oursRight && bookWrong &&
      String(datagrams) === String(LENGTHS);
    return {
      holds,
      seen: {
        en: `Three writes came in ${count(merged.reads.length, "read")}, and cut elsewhere in ` +
          `${count(cut.reads.length, "read")}; one megabyte, written at once, in ` +
          `${count(sizes.at(-1)!.ours.length, "read")}. Only the "\\n" in the bytes marks where ` +
          "a message ends. Over UDP every message stayed whole.",
        zh:
          `三次 write 写出的数据，先是${
            countZh(merged.reads.length)
          } read 就全部读到，切在别处时用了${
            countZh(cut.reads.length)
          } read；一次写出的 1 MB 则用了 ${
            sizes.at(-1)!.ours.length
          } 次 read。消息在哪里结束，只能由字节` +
          "中的“\\n”判断。UDP 的每条消息则始终完整。",
      },
      scenes: [mergedScene(merged), cutScene(cut), sizesScene(sizes), datagramScene(datagrams)],
    };
  },
};

interface Received {
  reads: number[]; // bytes of each read()
  lines: number[]; // bytes of each readLine()
}

/** The client writes three messages while the server is busy; then the server reads. */
async function threeWrites(stage: Stage, server: Net): Promise<Received> {
  const { near, far } = await connectedPair(stage.as("client"), server);
  for (const message of MESSAGES) await writeAll(near, message);
  await pause(BUSY_MS);
  const reads: number[] = [];
  const reader = new LineReader(counted(far, reads));
  const lines: number[] = [];
  while (sum(lines) < ALL.length) {
    const line = await reader.readLine();
    if (line === null) break;
    lines.push(line.length);
  }
  near.close();
  far.close();
  return { reads, lines };
}

interface Echoed {
  size: number;
  book: number; // bytes of its one read
  large: number; // the same, with a buffer as large as the message
  ours: number[]; // bytes of each read
}

/** Messages of many sizes to our echo_server, by the book's client and by ours. */
async function echoSizes(stage: Stage): Promise<Echoed[]> {
  const clients = ["--clients", String(3 * SIZES.length)];
  const { port, ended } = await stage.play("echo_server", echoServer, clients);
  const echoed: Echoed[] = [];
  for (const size of SIZES) {
    const message = new Uint8Array(size).fill(0x61).with(size - 1, 0x0a); // "aaa…\n"
    const connect = (who: string) => stage.as(who).connect({ hostname: LOOPBACK, port });
    const book = await echoWrong(await connect("book's client"), message, {
      bufferSize: BUF_SIZE - 1,
    });
    const large = await echoWrong(await connect("book's client"), message, { bufferSize: size });
    const ours = await echoRight(await connect("our client"), message);
    echoed.push({ size, book, large, ours });
  }
  await ended;
  return echoed;
}

/** WRONG, and kept to show it: the book's client takes one read for the whole reply. */
async function echoWrong(
  conn: Conn,
  message: Uint8Array,
  { bufferSize }: { bufferSize: number },
): Promise<number> {
  // write(sock, message, strlen(message)); str_len = read(sock, message, BUF_SIZE-1);
  const written = writeAll(conn, message).catch(() => {});
  await before(BLOCKED_MS, written);
  const length = await conn.read(new Uint8Array(bufferSize)) ?? 0;
  conn.close();
  await written;
  return length;
}

/** Right: reads until the "\n" is there. The bytes of each read, if the echo is true. */
async function echoRight(conn: Conn, message: Uint8Array): Promise<number[]> {
  const reads: number[] = [];
  const reader = new LineReader(counted(conn, reads), { maxLineBytes: message.length });
  const [reply] = await Promise.all([reader.readLine(), writeAll(conn, message)]);
  conn.close();
  return reply?.every((byte, i) => byte === message[i]) ? reads : [];
}

/** The connection as a Reader, each of whose reads is noted. */
function counted(conn: Conn, reads: number[]): { read(p: Uint8Array): Promise<number | null> } {
  return {
    async read(p) {
      const n = await conn.read(p);
      if (n !== null) reads.push(n);
      return n;
    },
  };
}

function mergedScene({ reads, lines }: Received): Scene {
  return {
    title: {
      en: `Three writes, ${count(reads.length, "read")}`,
      zh: `三次 write，${countZh(reads.length).trimStart()} read`,
    },
    figure: stream([["write()", LENGTHS, "write"], ["read()", reads, "read"], [
      "readLine()",
      lines,
      "line",
    ]]),
    notes: [{
      en: "The server was busy while the client wrote. What came meanwhile lay in the kernel as " +
        "one row of bytes, and one read() took it all. Our readLine() cuts at the newlines.",
      zh: "客户端写数据时服务器端正忙，到达的数据在内核中排成一串字节，一次 read() 就全部取走了" +
        "（俗称“粘包”）。我们的 readLine() 按换行符重新切分。",
    }],
  };
}

function cutScene({ reads, lines }: Received): Scene {
  return {
    title: {
      en: "The same three writes, cut elsewhere",
      zh: "同样三次 write，切在别处",
    },
    figure: stream([["write()", LENGTHS, "write"], ["read()", reads, "read"], [
      "readLine()",
      lines,
      "line",
    ]]),
    notes: [{
      en: `Here every read() gives at most ${CUT} bytes, as on a busy network. The second one ` +
        "holds the end of one message and all of the next. readLine() gives the same lines.",
      zh: `这里每次 read() 最多给出 ${CUT} 字节，如同繁忙的网络（俗称“拆包”或“半包”）。第二次 ` +
        "read 里既有上一条消息的末尾，又有下一条消息的全部。readLine() 得到的行完全相同。",
    }],
  };
}

function sizesScene(sizes: Echoed[]): Scene {
  const { size, ours } = sizes.at(-1)!;
  const mark = (came: number, size: number): string =>
    (came === size ? "" : "✗ ") + formatNumber(came);
  return {
    title: {
      en: `One write, ${count(ours.length, "read")}: a message of 1 MB and its echo`,
      zh: `一次 write，${ours.length} 次 read：1 MB 的消息及其回声`,
    },
    figure: {
      kind: "stream",
      length: size,
      cuts: [
        { call: "write()", pieces: [size], tone: "write" },
        { call: "read()", pieces: ours, tone: "read" },
      ],
    },
    table: {
      head: [
        { en: "message, bytes", zh: "消息（字节）" },
        { en: "the book: one read", zh: "书中的客户端：读一次" },
        { en: "one read, large buffer", zh: "读一次，大缓冲区" },
        { en: "ours: reads", zh: "我们的：read 次数" },
      ],
      rows: sizes.map(({ size, book, large, ours }) => [
        size,
        mark(book, size),
        mark(large, size),
        ours.length === 0 ? "✗" : ours.length,
      ]),
    },
    notes: [{
      en:
        `The book's client reads once, into ${BUF_SIZE - 1} bytes, and takes that for the whole ` +
        "reply (✗: it is not): kept here as a wrong variant. A buffer as large as the message does not cure " +
        "it: read() gives what has come so far. Ours reads until the newline is there.",
      zh:
        `书中的客户端只读一次（缓冲区 ${
          BUF_SIZE - 1
        } 字节），就当作完整的回复（✗ 表示并不完整）：这里作为错误示范保留。` +
        "缓冲区与消息一样大也无济于事：read() 只给出此刻已到达的字节。我们的客户端一直读到换行符为止。",
    }],
  };
}

function datagramScene(came: number[]): Scene {
  return {
    title: { en: "The same three messages over UDP", zh: "同样三条消息，经由 UDP" },
    figure: {
      ...stream([["sendto()", LENGTHS, "write"], ["recvfrom()", came, "read"]]),
      datagrams: true,
    },
    notes: [{
      en: "A datagram comes whole or not at all. Boundaries are kept; order and arrival are not " +
        "promised. TCP promises these two, and keeps no boundaries.",
      zh:
        "一个数据报要么完整到达，要么不到达。UDP 保留消息边界，但不保证顺序和到达；TCP 保证后两者，" +
        "却不保留边界。",
    }],
  };
}

function stream(cuts: [call: string, pieces: number[], tone: "write" | "read" | "line"][]) {
  return {
    kind: "stream",
    bytes: ALL,
    length: ALL.length,
    messages: LENGTHS,
    cuts: cuts.map(([call, pieces, tone]) => ({ call, pieces, tone })),
  } satisfies StreamFigure;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

/** `一次`, `9 次`. */
function countZh(n: number): string {
  return n <= 3 ? `${["零", "一", "两", "三"][n]}次` : ` ${n} 次`;
}

function count(n: number, what: string): string {
  return n === 1 ? `one ${what}` : `${n} ${what}s`;
}
