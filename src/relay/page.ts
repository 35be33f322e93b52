/**
 * The page of a relay: its frame, its looks and its words. What it does stands in page_script.ts.
 *
 * @module
 */

import type { Lang, Text } from "../draw/figure.ts";
import { MESSAGES_DARK, MESSAGES_LIGHT } from "../draw/message_colours.ts";
import { escapeXml } from "../draw/svg.ts";
import { bytesOnPage } from "./page_bytes.ts";
import { runPage } from "./page_script.ts";
import { storyOnPage } from "./page_story.ts";

/** The script, as the browser gets it. */
export const SCRIPT = `(${runPage})(${storyOnPage}, ${bytesOnPage});\n`;

const WORDS: Record<string, Text> = {
  title: { en: "What passes between them", zh: "两端之间传了什么" },
  from: { en: "clients of", zh: "客户端连接" },
  to: { en: "reach", zh: "，转到" },
  empty: {
    en: "Nobody has connected yet. Let a client connect to the relay's port.",
    zh: "还没有客户端连接。请让客户端连接到中继的端口。",
  },
  pause: { en: "Pause", zh: "暂停" },
  goOn: { en: "Live again", zh: "回到实时" },
  back: { en: "Step back", zh: "后退一步" },
  forth: { en: "Step forth", zh: "前进一步" },
  live: { en: "live", zh: "实时" },
  place: { en: "{shown} of {all}", zh: "第 {shown} 步，共 {all} 步" },
  count: { en: "{open} open, {all} shown", zh: "{open} 个连接中，共显示 {all} 个" },
  cut: { en: "bytes at a time", zh: "字节一段" },
  cutToggle: { en: "Cut", zh: "切开" },
  cutOn: { en: "cut: {n}", zh: "切成 {n} 字节" },
  cutOff: { en: "not cut", zh: "不切" },
  delay: { en: "ms later", zh: "毫秒延迟" },
  delayToggle: { en: "Delay", zh: "延迟" },
  delayOn: { en: "{n} ms late", zh: "延迟 {n} 毫秒" },
  delayOff: { en: "no delay", zh: "不延迟" },
  resetNext: { en: "Next reply: reset", zh: "下一个回复：复位" },
  closeNext: { en: "Next reply: close", zh: "下一个回复：关闭" },
  noResets: {
    en: "A reset needs a relay started with --resets, on Deno 2.7 or later",
    zh: "要复位连接，启动中继时须加 --resets（Deno 2.7 或更高版本）",
  },
  controls: { en: "What the relay does", zh: "中继的动作" },
  steps: { en: "Steps", zh: "步骤" },
  quiet: { en: "connected, and no byte yet", zh: "已连接，还没有数据" },
  waits: { en: "has waited for a reply for {since}", zh: "等待回复已 {since}" },
  talks: { en: "the server has spoken last", zh: "最后发送的是服务器" },
  and: { en: "; ", zh: "；" },
  "held-to-server": { en: "{n} B for the server held back", zh: "扣留发往服务器的 {n} 字节" },
  "held-to-client": { en: "{n} B for the client held back", zh: "扣留发往客户端的 {n} 字节" },
  "idle": { en: "no byte for too long", zh: "太久没有数据" },
  "max-duration": { en: "its time was over", zh: "时间已到" },
  "stopped": { en: "the relay was stopped", zh: "中继被停止" },
  legend: {
    en: "Above the bytes: what came in one piece. Below: what was handed on in one piece. " +
      "One colour a message (line).",
    zh: "字节上方：一次到达的一段；下方：一次转发的一段。每条消息（行）一种颜色。",
  },
  halfServer: { en: "the client has sent all (half-closed)", zh: "客户端已发完（半关闭）" },
  halfClient: { en: "the server has sent all (half-closed)", zh: "服务器已发完（半关闭）" },
  "end-client": { en: "closed, by the client first", zh: "已关闭，客户端先关" },
  "end-server": { en: "closed, by the server first", zh: "已关闭，服务器先关" },
  "end-relay": { en: "closed by the relay", zh: "由中继关闭" },
  "reset-client": { en: "reset by the client", zh: "被客户端复位" },
  "reset-server": { en: "reset by the server", zh: "被服务器复位" },
  "reset-relay": { en: "reset by the relay", zh: "被中继复位" },
  "unreachable-server": { en: "the server could not be reached", zh: "无法连接服务器" },
  counts: {
    en: "{out} B to the server, {back} B back",
    zh: "到服务器 {out} 字节，返回 {back} 字节",
  },
  open: { en: "Show bytes", zh: "显示字节" },
  fold: { en: "Fold", zh: "收起" },
  "to-server": { en: "to the server", zh: "到服务器" },
  "to-client": { en: "to the client", zh: "到客户端" },
  read: { en: "{n} bytes came in one piece", zh: "一次到达 {n} 字节" },
  write: { en: "{n} bytes handed on in one piece", zh: "一次转发 {n} 字节" },
  before: { en: "{n} B before", zh: "之前还有 {n} 字节" },
  notKept: { en: "{n} more bytes of it are not kept.", zh: "其余 {n} 字节没有保留。" },
  close: { en: "Close", zh: "关闭" },
  away: { en: "The relay is away; trying again …", zh: "与中继的连接已断开，正在重试……" },
  controlFailed: { en: "The relay did not take that.", zh: "中继没有接受这个操作。" },
};

/** The page as HTML. */
export function pageOf(
  { lang, relay, controls }: {
    lang: Lang;
    relay: { from: string; to: string };
    controls?: { resets: boolean };
  },
): string {
  const say = (word: string) => escapeXml(WORDS[word][lang]);
  const words = Object.fromEntries(Object.entries(WORDS).map(([key, text]) => [key, text[lang]]));
  // Within a script a "<" could end it.
  const json = JSON.stringify(words).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say("title")} · tcplab relay</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body data-resets="${controls?.resets ? "yes" : "no"}">
<header class="top">
<div class="title">
<h1>${say("title")}</h1>
<p>${say("from")} <code>${escapeXml(relay.from)}</code> ${say("to")} <code>${
    escapeXml(relay.to)
  }</code> · <output id="count"></output></p>
</div>
<div class="bars">
<div class="bar" role="group" aria-label="${say("steps")}">
<button id="back" aria-label="${say("back")}" title="${say("back")} (←)">←</button>
<button id="pause">${say("pause")}</button>
<button id="forth" aria-label="${say("forth")}" title="${say("forth")} (→)">→</button>
<output id="place"></output>
</div>
<div class="bar" id="controls" role="group" aria-label="${say("controls")}" hidden>
<button id="cut-toggle" aria-pressed="false">${say("cutToggle")}</button>
<label><input id="cut" type="number" min="1" value="5"> ${say("cut")}</label>
<output id="cut-now"></output>
<button id="delay-toggle" aria-pressed="false">${say("delayToggle")}</button>
<label><input id="delay" type="number" min="1" value="100"> ${say("delay")}</label>
<output id="delay-now"></output>
</div>
</div>
<p class="legend">${say("legend")}</p>
<p id="problem" role="status"></p>
</header>
<main id="lanes" aria-live="off"><p id="empty">${say("empty")}</p></main>
<dialog id="piece" aria-labelledby="piece-title">
<h2 id="piece-title"></h2>
<p id="piece-text"></p>
<pre id="piece-hex"></pre>
<p id="piece-more"></p>
<button id="piece-close">${say("close")}</button>
</dialog>
<script type="application/json" id="words">${json}</script>
<script src="/page.js"></script>
</body>
</html>
`;
}

const LIGHT =
  `--paper:#fff;--ink:#16181d;--mute:#5b6270;--rule:#d7dbe2;--card:#f7f8fa;--blue:#0a5fb4;--bad:#b3261e;
${MESSAGES_LIGHT}`;
const DARK =
  `--paper:#111317;--ink:#eceef2;--mute:#a2a9b6;--rule:#363b45;--card:#1a1d23;--blue:#7db8ff;--bad:#ff9a90;
${MESSAGES_DARK}`;

/** The style sheet. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{font-size:100%}
@media (min-width:100rem){html{font-size:137%}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.05rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,
"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif}
code,pre,.strip{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.top{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--rule);padding:.6rem 1rem}
.title{display:flex;flex-wrap:wrap;gap:0 1.2rem;align-items:baseline}
.top h1{font-size:1.3rem;margin:0}.top p{margin:.1rem 0;color:var(--mute)}
.bars{display:flex;flex-wrap:wrap;gap:.5rem 2rem}
.bar{display:flex;flex-wrap:wrap;gap:.4rem .6rem;align-items:center}
.bar[hidden]{display:none}
button,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--rule);border-radius:8px;padding:.15rem .7rem;min-height:2.1rem}
button{cursor:pointer}button:disabled{opacity:.45;cursor:default}
button[aria-pressed=true]{background:var(--blue);color:var(--paper);border-color:var(--blue)}
input{width:5.5rem}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
output{color:var(--mute);font-variant-numeric:tabular-nums}
#problem{color:var(--bad);min-height:0}#problem:empty{display:none}
main{padding:.6rem 1rem 2rem;display:grid;gap:.6rem}
main.many{gap:.25rem;padding:.25rem 1rem}
main.many .lane{padding:.1rem .7rem .2rem}
main.many .lane header{font-size:.9rem;line-height:1.25;gap:.1rem .6rem}
main.many .lane header button{min-height:1.2rem;font-size:.8rem;padding:0 .5rem}
main.many .way{margin-top:0}
main.many .strip{grid-template-rows:.85rem 1.25rem .85rem}
main.many .byte{line-height:1.25rem}
main.many .mark{height:.8rem;font-size:.62rem;line-height:.75rem}
main.many{grid-template-columns:repeat(auto-fill,minmax(min(100%,34rem),1fr))}
main.compact{grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.3rem}
main.compact .lane{padding:.25rem .6rem;font-size:.85rem}
main.compact .lane.opened{grid-column:1/-1;font-size:1rem}
main.compact .lane:not(.opened) header{display:grid;grid-template-columns:auto 1fr auto;gap:0 .5rem}
main.compact .lane:not(.opened) p{grid-column:1/-1}
main.compact .lane:not(.opened) .open{grid-row:1;grid-column:3;min-height:1.4rem;font-size:.8rem}
.lane{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:.45rem .8rem;min-width:0}
.lane.over{border-style:dashed}
.lane header{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline}
.lane h2{font-size:1.05rem;margin:0}
.lane p{margin:0}.state{font-weight:600}.counts{color:var(--mute);font-variant-numeric:tabular-nums}
.lane header button{margin-left:auto;min-height:1.7rem;padding:0 .6rem;font-size:.9rem}
.lane header button+button{margin-left:0}
.way{display:grid;grid-template-columns:7rem minmax(0,1fr);align-items:center;gap:0 .6rem;margin-top:.3rem}
.which{color:var(--mute);font-size:.9rem}
.before{display:block;font-size:.8rem;line-height:1.2}
.strip{display:grid;grid-template-columns:repeat(var(--cells),minmax(0,1fr));grid-template-rows:1.25rem 2.3rem 1.25rem;overflow:hidden;container-type:inline-size}
.byte{grid-row:2;text-align:center;line-height:2.3rem;font-size:1rem;font-size:min(calc(115cqw/var(--cells)),1.8rem);overflow:hidden}
.m0{background:var(--m0)}.m1{background:var(--m1)}.m2{background:var(--m2)}.m3{background:var(--m3)}.m4{background:var(--m4)}.m5{background:var(--m5)}
.held{color:var(--mute)}#piece-text{unicode-bidi:isolate}.legend{font-size:.85rem}
.mark{min-height:0;height:1.15rem;padding:0;border:0;border-radius:0;background:none;text-align:center;font-size:.9rem;line-height:1.1rem;color:var(--mute);overflow:hidden;opacity:1}
.mark span{background:var(--card);padding:0 .15rem}
.mark.read{border-top:2px solid var(--mute);border-left:2px solid var(--mute);border-right:2px solid var(--mute)}
.mark.write{border-bottom:2px solid var(--blue);border-left:2px solid var(--blue);border-right:2px solid var(--blue);color:var(--blue);align-self:end}
.mark.cut{border-left-style:dotted}
dialog{max-width:min(60rem,94vw);border:1px solid var(--rule);border-radius:12px;background:var(--paper);color:var(--ink)}
dialog pre{overflow-x:auto}#piece-text{overflow-wrap:anywhere}
@media (max-width:36rem){.before{display:inline;margin-left:.6rem}.way{grid-template-columns:minmax(0,1fr)}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`;
