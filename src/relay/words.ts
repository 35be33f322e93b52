/**
 * What a relay says to people.
 *
 * @module
 */

import { formatNumber, type Text } from "../draw/figure.ts";
import type { PassedCounts } from "./text.ts";

const BY = {
  client: { en: "the client", zh: "客户端" },
  server: { en: "the server", zh: "服务器" },
  relay: { en: "the relay", zh: "中继" },
};
const WHO = ["client", "server", "relay"] as const;

function forEach<T>(of: (who: Text) => T): Record<typeof WHO[number], T> {
  return { client: of(BY.client), server: of(BY.server), relay: of(BY.relay) };
}

export const WORDS = {
  connected: (address: string): Text => ({
    en: `${address} connected`,
    zh: `${address} 已连接`,
  }),
  halfClose: { en: "end of the stream", zh: "数据流结束" },
  ended: forEach((who): Text => ({ en: `ended by ${who.en}`, zh: `由${who.zh}结束` })),
  reset: forEach((who): Text => ({ en: `reset by ${who.en}`, zh: `被${who.zh}复位` })),
  reasons: {
    "idle": { en: "no byte for too long", zh: "太久没有数据" },
    "max-duration": { en: "its time was over", zh: "时间已到" },
    "stopped": { en: "the relay was stopped", zh: "中继被停止" },
  } satisfies Record<string, Text>,
  because: (reasons: string[]): Text => ({
    en: ` (${reasons.join("; ")})`,
    zh: `（${reasons.join("；")}）`,
  }),
  colon: { en: ": ", zh: "：" },
  passedOnAsEnd: {
    en: "the other side sees an end of the stream; --resets passes it on",
    zh: "另一端看到的是数据流结束；--resets 会原样转达",
  },
  moved: (toServer: PassedCounts, toClient: PassedCounts): Text => ({
    en: `${countEn(toServer)} to the server, ${countEn(toClient)} to the client`,
    zh: `到服务器 ${countZh(toServer)}，到客户端 ${countZh(toClient)}`,
  }),
  refused: (address: string, reason: string): Text => ({
    en: `Refused a client (${address}): ${REFUSALS[reason]?.en ?? reason}`,
    zh: `拒绝了客户端（${address}）：${REFUSALS[reason]?.zh ?? reason}`,
  }),
  summary: (connections: number, toServer: PassedCounts, toClient: PassedCounts): Text => ({
    en: `Relayed ${connections === 1 ? "1 connection" : `${connections} connections`}: ` +
      `${countEn(toServer)} to the server, ${countEn(toClient)} to the client`,
    zh: `共中继 ${connections} 个连接：到服务器 ${countZh(toServer)}，到客户端 ${
      countZh(toClient)
    }`,
  }),
};

const REFUSALS: Record<string, Text> = {
  "not-allowed": { en: "its address is not allowed", zh: "不允许该地址" },
  "max-per-address": { en: "too many from its address", zh: "来自该地址的连接太多" },
  "refuse": { en: "as --refuse says", zh: "按 --refuse 的要求" },
};

function countEn({ bytes, pieces, lost }: PassedCounts): string {
  const rest = lost === 0 ? "" : `, ${formatNumber(lost)} not handed on`;
  return `${formatNumber(bytes)} ${bytes === 1 ? "byte" : "bytes"} in ` +
    `${formatNumber(pieces)} ${pieces === 1 ? "piece" : "pieces"}${rest}`;
}

function countZh({ bytes, pieces, lost }: PassedCounts): string {
  const rest = lost === 0 ? "" : `（另有 ${formatNumber(lost)} 字节未转发）`;
  return `${formatNumber(bytes)} 字节，分 ${formatNumber(pieces)} 段${rest}`;
}
