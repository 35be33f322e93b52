/**
 * How the page looks: on a screen, projected as slides, and on paper.
 *
 * @module
 */

import { DARK, LIGHT, RULES } from "./svg.ts";

// One unit (rem) is 32 px where 1920×1080 are projected, and no letter is smaller: see slides.ts.
const SLIDES = `@media screen{
html.slides{font-size:min(1.668vw,2.965vh);overflow:hidden}
.slides :is(.skip,.start,.steps,.made){display:none}
.slides .slide{display:none}
.slides main,.slides header{max-width:none;margin:0;padding:0}
.slides .lab{margin:0;padding:0;border:0}
.slides .slide.current{display:flex;flex-direction:column;position:fixed;inset:0 0 2.5rem;padding:1.2rem 3rem .1rem;margin:0;max-width:none;border:0;border-radius:0;background:var(--paper);overflow:auto}
.slides :is(.opening,.closing,.answer,header).current{justify-content:safe center}
.slides .kicker{font-size:1.1rem}
.slides h1{font-size:2.2rem;margin:.1em 0 .3em}
.slides h2{font-size:2.6rem;line-height:1.2}
.slides blockquote{font-size:1.5rem;line-height:1.45;max-width:50rem;padding-left:1.6rem;border-left-width:.3rem}
.slides h3{font-size:1.45rem;line-height:1.3;margin:0 0 .5em}
.slides .again{display:block;font-size:1.45rem;margin:0 0 1rem}
.slides .lead{font-size:1.05rem;max-width:52rem;margin-bottom:.6rem}
.slides nav a{padding:.25rem 0}
.slides nav .section{font-size:1rem}
.slides .body,.slides .body.pair{display:block}
.slides .scene figure{outline:none}
.slides svg.figure{width:var(--wide);max-width:none;margin:0 auto .8rem}
.slides .text p{margin:0 0 .6rem;line-height:1.4}
.slides .text>:last-child{margin:0}
.slides pre{font-size:1rem;line-height:1.4;padding:.5rem .8rem}
.slides .verdict{font-size:1.5rem;line-height:1.45;max-width:52rem;margin:0;flex-direction:column;align-items:flex-start}
.slides .badge{font-size:1.6rem}
.slides table{font-size:1rem;line-height:1.25;margin-bottom:1rem}
.slides figure+.tables{display:none}
.slides .tabled :is(figure,.text){display:none}
.slides .tabled figure+.tables{display:block;visibility:visible;overflow:auto;max-height:25rem}
.slides .apart:not(.telling)>.body>.text{display:none}
.slides .telling .body>:first-child{display:none}
.slides .remote{display:flex;gap:.5rem 1rem;align-items:baseline;position:fixed;z-index:3;left:3rem;right:3rem;bottom:.4rem;color:var(--mute)}
.slides .remote :last-child{margin-left:auto}
.slides .remote button{padding:0 .6rem;line-height:1.5}
}`;

/** The style sheet. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media print{:root{color-scheme:light;${LIGHT}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (min-width:100rem){html{font-size:125%}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.6 system-ui,-apple-system,"Segoe UI",
  Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif}
main,header{max-width:64rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:3.5rem}
h1{font-size:clamp(1.9rem,5vw,2.9rem);line-height:1.15;letter-spacing:-.02em;margin:.2em 0 .4em;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:clamp(1.5rem,4vw,2.1rem);line-height:1.25;letter-spacing:-.01em;margin:.15em 0 .6em;text-wrap:balance}
:lang(zh) :is(h1,h2){text-wrap:wrap}
h3{font-size:1.15rem;line-height:1.4;margin:0 0 .8em}
h3 span{color:var(--mute);font-weight:400;margin-right:.6em}
a{color:var(--write)}
:focus-visible{outline:3px solid var(--write);outline-offset:3px;border-radius:4px}
code,.name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.kicker{color:var(--mute);font-size:.95rem;margin:0}
.lead{font-size:1.2rem;color:var(--mute);max-width:44rem;margin:0 0 1.6rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem .8rem}
nav ol{list-style:none;margin:0;padding:0;display:grid;gap:.1rem 2.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
nav li{border-top:1px solid var(--rule)}
nav a,nav li>div{display:flex;gap:.9rem;align-items:baseline;padding:.5rem 0;text-decoration:none;color:inherit}
nav a:hover span:last-child{text-decoration:underline}
nav .section{color:var(--mute);font-size:.9rem;min-width:2.6rem;font-variant-numeric:tabular-nums}
.lab{border-top:1px solid var(--rule);margin-top:3.5rem;padding-top:2.2rem}
blockquote{margin:0 0 1.2rem;padding:.1rem 0 .1rem 1.1rem;border-left:4px solid var(--write);color:var(--mute);max-width:46rem}
blockquote p{margin:0}
.verdict{display:flex;gap:.9rem;align-items:baseline;margin:0 0 2.2rem;max-width:50rem}
.badge{flex:none;white-space:nowrap;font-weight:700;font-size:.95rem;padding:.1rem .7rem;border-radius:99rem;border:1.5px solid currentColor;color:var(--read)}
.badge.no{color:var(--bad)}
.mark{flex:none;width:1em;font-weight:700;color:var(--read)}
.mark.no{color:var(--bad)}
.mark.none,.badge.none{color:var(--mute)}
nav small{display:block;color:var(--mute);font-size:.9rem}
pre{margin:0 0 .8em;padding:.7rem .9rem;overflow-x:auto;font-size:.9rem;line-height:1.5;background:var(--paper);border:1px solid var(--rule);border-radius:8px}
.scene{margin:0 0 2.6rem;padding:1.4rem 1.5rem;background:var(--card);border:1px solid var(--rule);border-radius:12px}
.body{display:grid;gap:1.2rem 2.2rem}
.body>*{min-width:0}
@media (min-width:58rem){.body.pair{grid-template-columns:minmax(0,1.7fr) minmax(0,1fr)}}
figure{margin:0}
svg.figure{display:block;width:100%;max-width:40rem;height:auto;overflow:visible}
.text p{margin:0 0 .8em}
.text>:last-child{margin:0}
figure+.tables{margin-top:1.1rem}
.scroll+.scroll{margin-top:1.1rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem;line-height:1.4;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--mute);padding-bottom:.3rem}
th,td{text-align:left;padding:.28rem 1.4rem .28rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{color:var(--mute);font-weight:600}
.number{text-align:right}
.short{white-space:nowrap}
.steps{display:flex;gap:.6rem;align-items:center;margin-top:.8rem;font-size:.9rem;color:var(--mute)}
.steps button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--rule);border-radius:8px;padding:.2rem .8rem;min-height:2.2rem;cursor:pointer}
.steps output{font-variant-numeric:tabular-nums}
figure:focus-visible{outline-offset:8px}
.answer{margin:0 0 1.6rem;max-width:50rem}
.answer h3{margin-bottom:.5em}
.made{color:var(--mute);font-size:.9rem;display:flex;flex-wrap:wrap;gap:.6rem 1.2rem;align-items:baseline;margin:0 0 1.6rem}
.start,.remote button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--rule);border-radius:8px;padding:.2rem .8rem;cursor:pointer}
.remote,.again{display:none}
.step.later{visibility:hidden}
.stepping .tables{visibility:hidden}
main{padding-bottom:3rem}
@media (max-width:36rem){body{font-size:1.02rem}header{padding-top:1.8rem}main,header{padding-inline:1rem}.scene{padding:1rem .8rem;margin-inline:-.4rem}th,td{padding-right:.8rem}table{font-size:.82rem}.verdict{flex-direction:column;gap:.5rem}}
${SLIDES}
@media print{body{font-size:10.5pt}header{padding-top:0}main{padding-bottom:0}.lab{break-before:page;border:0;margin:0;padding:0}
  svg.figure{max-width:11.5cm}.scene,.answer,.verdict,tr{break-inside:avoid}h2,h3,.opening{break-after:avoid}
  .scene{background:none;padding:0;border:0;margin-bottom:1.4rem}.verdict{margin-bottom:1.2rem;break-before:avoid}
  .steps,.skip,.start,.remote,.again{display:none}.step.later,.stepping .tables{visibility:visible}
  *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;scroll-behavior:auto!important}}
${RULES("svg.figure")}
`;
