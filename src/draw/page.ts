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
  type Answer,
  inLanguage,
  type Lang,
  type Scene,
  type Section,
  type Table,
  type Text,
} from "./figure.ts";
import { SCRIPT } from "./page_script.ts";
import { STYLE } from "./page_style.ts";
import { picture } from "./picture.ts";
import { slideOf } from "./slides.ts";
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

/** How a page is made. */
export interface PageOptions {
  words: PageWords;
  lang: Lang;
  /** It begins as slides. A key makes slides of every page. */
  slides?: boolean;
}

/** The whole page, as HTML. */
export function page(sections: Section[], { words, lang, slides = false }: PageOptions): string {
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
<body${slides ? " data-begin" : ""} ${scriptWords(lang)}>
<a class="skip" href="#main">${say(words.skip)}</a>
<header class="slide">
<p class="kicker">${escapeXml(words.kicker)}</p>
<h1>${say(words.title)}</h1>
<p class="lead">${say(words.lead)}</p>
<p class="made">${escapeXml(made)}</p>
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
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** What the script says, for the body of the page. */
function scriptWords(lang: Lang): string {
  const { previous, following, slides, tables, leave } = WORDS;
  return Object.entries({ previous, following, slides, tables, leave })
    .map(([name, text]) => `data-${name}="${escapeXml(text[lang])}"`).join(" ");
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
  { name, section, title, claim, verdict, scenes, answers = [] }: Section,
  lang: Lang,
): string {
  const { good, word, seen } = verdict;
  const badge = `<span class="badge${toneOf(good)}">${markOf(good)} ${word[lang]}</span>`;
  const outcome = `<p class="verdict">${badge}<span>${flowing(seen[lang])}</span></p>`;
  const quotation = claim === undefined
    ? outcome
    : `<blockquote><p>${escapeXml(claim[lang])}</p></blockquote>`;
  const shown = scenes.map((scene, i) =>
    sceneOf(scene, { id: `${name}-${i + 1}`, number: i + 1, lang })
  );
  // A claim comes first, and whether it holds when it has been seen.
  const last = claim === undefined ? [] : [
    `<div class="slide closing">\n<p class="again">${
      escapeXml(title[lang])
    }</p>\n${outcome}\n</div>`,
  ];
  return `<section class="lab" id="${name}" aria-labelledby="${name}-title">
<div class="slide opening">
<p class="kicker">${escapeXml(WORDS.section(section)[lang])} · <span class="name">${name}</span></p>
<h2 id="${name}-title">${escapeXml(title[lang])}</h2>
${quotation}
</div>
${[...shown, ...last, ...answers.map((answer) => answerMarkup(answer, lang))].join("\n")}
</section>`;
}

function answerMarkup({ name, question, paragraphs }: Answer, lang: Lang): string {
  return `<article class="slide answer">
<h3><span>${escapeXml(name[lang])}</span>${escapeXml(question[lang])}</h3>
<div class="text">${paragraphs.map((words) => `<p>${flowing(words[lang])}</p>`).join("\n")}</div>
</article>`;
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
  const drawn = figure === undefined ? undefined : picture(figure, lang);
  const shown = drawn === undefined ? "" : `<figure>\n${
    drawing(
      { id, title: title[lang], description: describe(figure!, lang), height: drawn.height },
      drawn.body,
    )
  }\n</figure>`;
  const tables = [
    ...(figure === undefined ? [] : [tableOf(figure)]),
    ...(table === undefined ? [] : [table]),
  ].map((table, i) =>
    tableMarkup(table, { name: title[lang], lang, isFigure: figure !== undefined && i === 0 })
  );
  const lines = code === undefined
    ? ""
    : `<pre class="scroll" tabindex="0"><code>${escapeXml(code[lang])}</code></pre>`;
  const text = lines + notes.map((note) => `<p>${flowing(note[lang])}</p>`).join("\n");
  const said = text === "" ? "" : `<div class="text">${text}</div>`;
  const { isApart, style } = slideOf({
    height: drawn?.height,
    texts: notes.map((note) => note[lang]),
    lines: code === undefined ? 0 : code[lang].split("\n").length,
  });
  const head = `<article class="slide scene${isApart ? " apart" : ""}" id="${id}" \
aria-labelledby="${id}-name"${style}>
<h3 id="${id}-name"><span>${number}</span>${name}</h3>`;
  // A scene without a picture is all text.
  if (shown === "" && tables.length === 0) return `${head}\n${said}\n</article>`;
  return `${head}
<div class="body${said === "" ? "" : " pair"}">
<div>
${shown}
<div class="tables">
${tables.join("\n")}
</div>
</div>
${said}
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
