/**
 * Sections as one page: complete in itself, readable without a script, asking
 * nothing of any network.
 *
 * @module
 */

import { VERSION } from "../cli/command.ts";
import { widthOf } from "../cli/columns.ts";
import { describe, tableOf } from "./describe.ts";
import {
  inLanguage,
  type Lang,
  type Scene,
  type Section,
  type Table,
  type Text,
} from "./figure.ts";
import { SCRIPT, STYLE } from "./page_style.ts";
import { picture } from "./picture.ts";
import { drawing, escapeXml } from "./svg.ts";
import { markOf } from "./mark.ts";
import { WORDS } from "./words.ts";

/** A cell of so many columns stays on one line, also on a phone. */
const SHORT = 24;
const SHORT_HEADING = 8;

/** What a page says besides its sections. */
export interface PageWords {
  /** Above the title: `tcplab labs`. */
  kicker: string;
  title: Text;
  lead: Text;
  /** The link that leaps over the contents. */
  skip: Text;
  /** What the contents are a list of. */
  contents: Text;
}

/** The whole page, as HTML. */
export function page(sections: Section[], words: PageWords, lang: Lang): string {
  const say = (text: Text) => escapeXml(text[lang]);
  const { os, arch } = Deno.build;
  const made = `tcplab ${VERSION}, Deno ${Deno.version.deno}, ${os} ${arch}, ${today()}`;
  return `<!DOCTYPE html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say(words.title)} · tcplab</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">${say(words.skip)}</a>
<header>
<p class="kicker">${escapeXml(words.kicker)}</p>
<h1>${say(words.title)}</h1>
<p class="lead">${say(words.lead)}</p>
<nav aria-label="${say(words.contents)}">
<ol>
${sections.map((section) => entry(section, lang)).join("\n")}
</ol>
</nav>
</header>
<main id="main">
${
    sections.filter(({ scenes }) => scenes.length > 0)
      .map((section) => sectionMarkup(section, lang)).join("\n")
  }
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

/** A line of the contents. What has nothing more to show says here what was seen. */
function entry({ name, section, title, verdict, scenes }: Section, lang: Lang): string {
  const { good, word, seen } = verdict;
  const mark = `<span class="mark${toneOf(good)}" role="img" aria-label="${word[lang]}">${
    markOf(good)
  }</span>`;
  const head = `${mark}<span class="section">${section}</span>`;
  if (scenes.length > 0) {
    return `<li><a href="#${name}">${head}<span>${escapeXml(title[lang])}</span></a></li>`;
  }
  const more = seen[lang] === "" ? "" : `<small>${flowing(seen[lang])}</small>`;
  return `<li><div>${head}<span>${escapeXml(title[lang])}${more}</span></div></li>`;
}

function toneOf(good: boolean | null): string {
  return good === null ? " none" : good ? "" : " no";
}

function sectionMarkup(
  { name, section, title, claim, verdict: { good, word, seen }, scenes }: Section,
  lang: Lang,
): string {
  return `<section class="lab" id="${name}" aria-labelledby="${name}-title">
<p class="kicker">${escapeXml(WORDS.section(section)[lang])} · <span class="name">${name}</span></p>
<h2 id="${name}-title">${escapeXml(title[lang])}</h2>
${claim === undefined ? "" : `<blockquote><p>${escapeXml(claim[lang])}</p></blockquote>\n`}\
<p class="verdict"><span class="badge${toneOf(good)}">${markOf(good)} ${word[lang]}</span><span>${
    flowing(seen[lang])
  }</span></p>
${
    scenes.map((scene, i) => sceneOf(scene, { id: `${name}-${i + 1}`, number: i + 1, lang }))
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

function sceneOf({ title, figure, table, notes = [], code }: Scene, place: Place): string {
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
  const lines = code === undefined
    ? ""
    : `<pre class="scroll" tabindex="0"><code>${escapeXml(code[lang])}</code></pre>`;
  const parts = [shown, ...tables].join("\n");
  // A scene without a picture is all text.
  if (parts === "") {
    return `<article class="scene" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name"><span>${number}</span>${name}</h3>
<div class="text">${lines}${text}</div>
</article>`;
  }
  return `<article class="scene" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name"><span>${number}</span>${name}</h3>
<div class="body${text + lines === "" ? "" : " pair"}">
<div>
${parts}
</div>
${text + lines === "" ? "" : `<div class="text">${lines}${text}</div>`}
</div>
</article>`;
}

function tableMarkup(
  { head, rows }: Table,
  { name, lang, isFigure }: { name: string; lang: Lang; isFigure: boolean },
): string {
  const cells = rows.map((row) => row.map((cell) => inLanguage(cell, lang)));
  const numeric = head.map((_, i) =>
    cells.every((row) => /^((✗ )?[0-9,.]+( ms)?)?$/.test(row[i])) &&
    cells.some((row) => row[i] !== "")
  );
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
