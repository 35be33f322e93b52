/**
 * The parts of a picture: elements of SVG, the colours, and how wide a text is.
 * Colours are custom properties, so one drawing serves light, dark and paper.
 *
 * @module
 */

import { widthOf } from "../cli/columns.ts";
import { MESSAGE_COLOURS, MESSAGES_DARK, MESSAGES_LIGHT } from "./message_colours.ts";

/** Units across; a page may show them smaller or larger. */
export const WIDTH = 480;
/** Room for the names of the rows. */
export const GUTTER = 96;
/** What is left of the width for what they name. */
export const INNER = WIDTH - GUTTER - 10;

/** A figure, drawn: markup for an `<svg>`, and the units it takes downwards. */
export interface Picture {
  body: string;
  height: number;
}

/** What a stroke or a box stands for; each has a colour. */
export type Tone = "write" | "read" | "line" | "wait" | "bad" | "plain";

/** Some text as it stands in SVG and HTML. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}

/** An element. Its content is markup already. */
export function element(
  name: string,
  attributes: Record<string, string | number | undefined>,
  content = "",
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) =>
      ` ${key}="${typeof value === "number" ? round(value) : escapeXml(value!)}"`
    )
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** How a text stands. */
export interface LabelOptions {
  anchor?: "start" | "middle" | "end";
  class?: string;
}

/** Text whose baseline is at `y`. */
export function label(x: number, y: number, text: string, options: LabelOptions = {}): string {
  const { anchor = "start" } = options;
  const attributes = { x, y, class: options.class, "text-anchor": anchor };
  return element(
    "text",
    anchor === "start" ? { ...attributes, "text-anchor": undefined } : attributes,
    escapeXml(text),
  );
}

/** How many units a text takes at this size, in the letters of a program. */
export function unitsOf(text: string, size = 13.5): number {
  return widthOf(text) * size * 0.602;
}

/** What comes in one go when a figure is gone through step by step; nothing is no step. */
export function step(...parts: string[]): string {
  return parts.length === 0 ? "" : element("g", { class: "step" }, parts.join("\n"));
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return element("line", { x1, y1, x2, y2, class: style });
}

/** A box with round corners. */
export function box(
  { x, y, width, height, radius = 4 }: {
    x: number;
    y: number;
    width: number;
    height: number;
    radius?: number;
  },
  style: string,
): string {
  return element("rect", { x, y, width, height, rx: Math.min(radius, width / 2), class: style });
}

/** The head of an arrow that comes from one place and ends at another. */
export function arrowHead(from: [number, number], [x, y]: [number, number], tone: Tone): string {
  const angle = Math.atan2(y - from[1], x - from[0]) * 180 / Math.PI;
  const transform = `translate(${x} ${y}) rotate(${angle.toFixed(1)})`;
  return element("path", { d: "M0 0L-8 -4.5V4.5Z", transform, class: `fill ${tone}` });
}

/** A cross in the middle of `x`, `y`. */
export function cross(x: number, y: number): string {
  return element("path", { d: `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`, class: "stroke bad thick" });
}

/** The drawing, with its name and its description for those who cannot see it. */
export function drawing(
  { id, title, description, height }: {
    id: string;
    title: string;
    description: string;
    height: number;
  },
  body: string,
  style = "",
): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`,
      role: "img",
      "aria-labelledby": `${id}-title ${id}-desc`,
      class: "figure",
    },
    `\n${element("title", { id: `${id}-title` }, escapeXml(title))}\n` +
      `${element("desc", { id: `${id}-desc` }, escapeXml(description))}\n${style}${body}\n`,
  );
}

const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono'," +
  "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Zen Hei',monospace";

/** The colours in the light. */
export const LIGHT = "--ink:#1b2430;--mute:#5b6675;--rule:#cfd6df;--card:#f7f9fb;--paper:#ffffff;" +
  "--write:#0b62c4;--read:#14773a;--line:#7a3fc0;--wait:#9a5b00;--bad:#c0242f;" +
  MESSAGES_LIGHT;
/** The colours in the dark. */
export const DARK = "--ink:#e8edf3;--mute:#9aa7b6;--rule:#3a4552;--card:#161c24;--paper:#0e1319;" +
  "--write:#62a8ff;--read:#4ec57a;--line:#c194ff;--wait:#e6ab4a;--bad:#ff7b82;" +
  MESSAGES_DARK;

/** The rules of all drawings; `scope` goes before every selector. */
export const RULES = (scope: string): string =>
  [
    `text{font:13.5px ${MONO};fill:var(--ink)}`,
    "text.small{font-size:12px}",
    "text.mute{fill:var(--mute)}",
    "text.strong{font-weight:700}",
    ...["write", "read", "line", "wait", "bad"].flatMap((tone) => [
      `text.${tone},.fill.${tone}{fill:var(--${tone})}`,
      `.tint.${tone}{fill:var(--${tone});fill-opacity:.15;stroke:var(--${tone});stroke-width:1.2}`,
      `.stroke.${tone}{stroke:var(--${tone});fill:none;stroke-width:1.6}`,
    ]),
    ".tint.plain{fill:var(--paper);stroke:var(--rule)}",
    ...Array.from({ length: MESSAGE_COLOURS }, (_, i) => `.m${i}{fill:var(--m${i})}`),
    ".cell{stroke:var(--rule);stroke-width:1}",
    ".stroke.plain{stroke:var(--rule);fill:none;stroke-width:1.2}",
    ".fill.plain{fill:var(--rule)}",
    ".dash{stroke-dasharray:3 3}",
    ".stroke.thick{stroke-width:2.2;stroke-linecap:round}",
    ".even{fill-opacity:.32!important}",
    ".card{fill:var(--card);stroke:var(--rule)}",
  ].map((rule) =>
    rule.replace(/^([^{]+)/, (selectors) =>
      selectors.split(",").map((selector) => `${scope} ${selector}`).join(","))
  ).join("\n");
