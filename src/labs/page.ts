/**
 * The findings as one page: complete in itself, readable without a script,
 * asking nothing of any network.
 *
 * @module
 */

import { VERSION } from "../cli/command.ts";
import { widthOf } from "./columns.ts";
import { describe, tableOf } from "./describe.ts";
import { inLanguage, type Lang, type Outcome, type Scene, type Table, type Text } from "./lab.ts";
import { SCRIPT, STYLE } from "./page_style.ts";
import { picture } from "./picture.ts";
import { drawing, escapeXml } from "./svg.ts";
import { WORDS } from "./words.ts";

/** A cell of so many columns stays on one line, also on a phone. */
const SHORT = 24;
const SHORT_HEADING = 8;

/** The whole page, as HTML. */
export function page(outcomes: Outcome[], lang: Lang): string {
  const say = (text: Text) => escapeXml(text[lang]);
  const { os, arch } = Deno.build;
  const made = `tcplab ${VERSION}, Deno ${Deno.version.deno}, ${os} ${arch}, ${today()}`;
  return `<!DOCTYPE html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say(WORDS.pageTitle)} · tcplab</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#labs">${say(WORDS.skip)}</a>
<header>
<p class="kicker">tcplab labs</p>
<h1>${say(WORDS.pageTitle)}</h1>
<p class="lead">${say(WORDS.pageIntro)}</p>
<nav aria-label="${say(WORDS.contents)}">
<ol>
${outcomes.map((outcome) => entry(outcome, lang)).join("\n")}
</ol>
</nav>
</header>
<main id="labs">
${outcomes.map((outcome) => section(outcome, lang)).join("\n")}
</main>
<footer><p>${escapeXml(made)}</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function entry({ lab, finding }: Outcome, lang: Lang): string {
  const word = (finding.holds ? WORDS.holds : WORDS.doesNotHold)[lang];
  const mark = `<span class="mark${finding.holds ? "" : " no"}" role="img" aria-label="${word}">${
    finding.holds ? "✓" : "✗"
  }</span>`;
  return `<li><a href="#${lab.name}">${mark}<span class="section">${lab.section}</span>` +
    `<span>${escapeXml(lab.title[lang])}</span></a></li>`;
}

function section({ lab, finding }: Outcome, lang: Lang): string {
  const { holds, seen, scenes } = finding;
  return `<section class="lab" id="${lab.name}" aria-labelledby="${lab.name}-title">
<p class="kicker">${
    escapeXml(WORDS.section(lab.section)[lang])
  } · <span class="name">${lab.name}</span></p>
<h2 id="${lab.name}-title">${escapeXml(lab.title[lang])}</h2>
<blockquote><p>${escapeXml(lab.claim[lang])}</p></blockquote>
<p class="verdict"><span class="badge${holds ? "" : " no"}">${
    holds ? `✓ ${WORDS.holds[lang]}` : `✗ ${WORDS.doesNotHold[lang]}`
  }</span><span>${flowing(seen[lang])}</span></p>
${
    scenes.map((scene, i) => sceneOf(scene, { id: `${lab.name}-${i + 1}`, number: i + 1, lang }))
      .join("\n")
  }
</section>`;
}

/** A number is not parted from its unit. */
function flowing(text: string): string {
  return escapeXml(text).replace(/([0-9]) (?=(ms|MB|s)\b)/g, "$1&nbsp;");
}

interface Place {
  id: string;
  number: number;
  lang: Lang;
}

function sceneOf({ title, figure, table, notes = [] }: Scene, place: Place): string {
  const { id, number, lang } = place;
  const name = escapeXml(title[lang]);
  let shown = "";
  if (figure !== undefined) {
    const { body, height } = picture(figure, lang);
    const description = describe(figure, lang);
    const steps = figure.kind === "ladder"
      ? ` data-steps data-previous="${WORDS.previous[lang]}" data-next="${WORDS.following[lang]}"`
      : "";
    const svg = drawing({ id, title: title[lang], description, height }, body);
    shown = `<figure${steps}>\n${svg}\n</figure>`;
  }
  const tables = [
    ...(figure === undefined ? [] : [tableOf(figure)]),
    ...(table === undefined ? [] : [table]),
  ].map((table, i) =>
    tableMarkup(table, { name: title[lang], lang, isFigure: figure !== undefined && i === 0 })
  );
  const text = notes.map((note) => `<p>${flowing(note[lang])}</p>`).join("\n");
  return `<article class="scene" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name"><span>${number}</span>${name}</h3>
<div class="body${text === "" ? "" : " pair"}">
<div>
${[shown, ...tables].join("\n")}
</div>
${text === "" ? "" : `<div class="text">${text}</div>`}
</div>
</article>`;
}

function tableMarkup(
  { head, rows }: Table,
  { name, lang, isFigure }: { name: string; lang: Lang; isFigure: boolean },
): string {
  const cells = rows.map((row) => row.map((cell) => inLanguage(cell, lang)));
  const numeric = head.map((_, i) => cells.every((row) => /^((✗ )?[0-9,.]+( ms)?)?$/.test(row[i])));
  const style = (i: number, text: string, most = SHORT) => {
    const classes = [numeric[i] ? "number" : "", widthOf(text) <= most ? "short" : ""];
    const names = classes.filter((name) => name !== "").join(" ");
    return names === "" ? "" : ` class="${names}"`;
  };
  const headings = head.map((cell, i) =>
    `<th scope="col"${style(i, cell[lang], SHORT_HEADING)}>${escapeXml(cell[lang])}</th>`
  );
  const body = cells.map((row) =>
    `<tr>${row.map((cell, i) => `<td${style(i, cell)}>${escapeXml(cell)}</td>`).join("")}</tr>`
  );
  const caption = isFigure ? WORDS.inNumbers[lang] : name;
  // It scrolls by itself on a narrow screen; a keyboard must be able to do that.
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeXml(name)}">
<table>
<caption${isFigure ? "" : ' class="unseen"'}>${escapeXml(caption)}</caption>
<thead><tr>${headings.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>`;
}
