/**
 * Figures as lines for a terminal, as wide as it is. What does not fit is told as a table.
 *
 * @module
 */

import { barLines } from "./bars.ts";
import { padEnd, padStart, widthOf } from "../cli/columns.ts";
import { tableOf } from "./describe.ts";
import { differenceLines } from "./difference.ts";
import {
  type EndpointsFigure,
  type Figure,
  formatMs,
  inLanguage,
  type LayersFigure,
  type PathFigure,
  type QueueFigure,
  type StacksFigure,
  type TimelineFigure,
} from "./figure.ts";
import { ladderLines } from "./ladder.ts";
import { type LineStyle, namesWidth, type Paint } from "./paint.ts";
import { streamLines } from "./terminal_stream.ts";
import { tableLines } from "./terminal_table.ts";
import { WORDS } from "./words.ts";

/** So many who were let in are drawn, each with its own sign. */
const MOST_SLOTS = 24;

/** The lines of a figure. */
export function figureLines(figure: Figure, style: LineStyle): string[] {
  switch (figure.kind) {
    case "stream":
      return streamLines(figure, style);
    case "queue":
      return queueLines(figure, style);
    case "timeline":
      return timelineLines(figure, style);
    case "ladder":
      return ladderLines(figure, style);
    case "endpoints":
      return endpointsLines(figure, style);
    case "layers":
      return layersLines(figure, style);
    case "stacks":
      return stacksLines(figure, style);
    case "path":
      return pathLines(figure, style);
    case "difference":
      return differenceLines(figure, style);
    case "bars":
      return barLines(figure, style);
  }
}

/** A sign for everyone who was let in, and the next one outside. */
function queueLines({ queues }: QueueFigure, { lang, width, paint }: LineStyle): string[] {
  const names = queues.map(({ backlog }) => `backlog ${padStart(String(backlog), 2)}`);
  const label = namesWidth(names, width);
  // What stands behind the squares: "┊", "… " and "□ waits".
  const behind = 4 + Math.max(
    ...queues.map(({ next }) => next === "none" ? 0 : 2 + widthOf(WORDS[next][lang])),
  );
  const slots = Math.min(MOST_SLOTS, width - label - behind);
  const most = Math.max(...queues.map(({ letIn }) => Math.min(letIn, slots)));
  // "■ " where there is room for it, or else "■".
  const space = label + 2 * most + behind <= width ? " " : "";
  const rows = queues.map(({ backlog, letIn, next }, i) => {
    const drawn = Math.min(letIn, slots);
    const asked = `■${space}`.repeat(Math.min(backlog, drawn));
    const more = `■${space}`.repeat(drawn - Math.min(backlog, drawn)) +
      (letIn > drawn ? `…${space}` : "");
    const beyond = next === "none" ? "" : paint(
      next === "waits" ? "waits" : "bad",
      `${next === "waits" ? "□" : "×"} ${inLanguage(WORDS[next], lang)}`,
    );
    return padEnd(names[i], label) + paint("read", asked) + `┊${space}` + paint("line", more) +
      beyond;
  });
  const key = [`■ ┊ ${WORDS.asked[lang]}`, `┊ ■ ${WORDS.beyond[lang]}`];
  return [...rows, ...keyLines(key, { label, width }).map((line) => paint("dim", line))];
}

const BARS = {
  served: { sign: "█", paint: "read" },
  waits: { sign: "░", paint: "waits" },
  full: { sign: "▒", paint: "line" },
} as const satisfies Record<string, { sign: string; paint: Paint }>;

/** A Gantt chart: who was served, and who waited, for how long. */
function timelineLines({ lanes }: TimelineFigure, { lang, width, paint }: LineStyle): string[] {
  const names = lanes.map(({ who }) => inLanguage(who, lang));
  const label = namesWidth(names, width);
  const bar = width - label - 2;
  const last = Math.max(
    1,
    ...lanes.flatMap(({ bars, marks }) => [
      ...bars.map(({ toUs }) => toUs),
      ...marks.map(({ atUs }) => atUs),
    ]),
  );
  const at = (us: number) => Math.round(us / last * (bar - 1));
  const rows = lanes.map(({ bars, marks }, i) => {
    const cells: string[] = Array(bar).fill(" ");
    for (const { fromUs, toUs, state } of bars) {
      const { sign, paint: tone } = BARS[state];
      // A bar is at least one column, or nobody would see it.
      for (let i = at(fromUs); i < Math.max(at(toUs), at(fromUs) + 1); i++) {
        cells[i] = paint(tone, sign);
      }
    }
    for (const { atUs, sign, label: name } of marks) {
      const place = at(atUs);
      const text = ` ${inLanguage(name, lang)} `;
      // Its name stands behind it, or before it near the right end.
      const start = place + 1 + widthOf(text) <= bar ? place + 1 : place - widthOf(text);
      cells[place] = sign === "cross" ? paint("bad", "×") : "●";
      // A wide character takes the place of two cells.
      let column = Math.max(0, start);
      for (const character of text) {
        cells[column++] = sign === "cross" ? paint("bad", character) : character;
        if (widthOf(character) === 2) cells[column++] = "";
      }
    }
    return padEnd(names[i], label) + cells.join("");
  });
  const end = formatMs(last);
  const axis = `0${" ".repeat(bar - 1 - end.length)}${end}`;
  const states = new Set(lanes.flatMap(({ bars }) => bars.map(({ state }) => state)));
  const key = (["served", "waits", "full"] as const).filter((state) => states.has(state))
    .map((state) => `${paint(BARS[state].paint, BARS[state].sign)} ${WORDS[state][lang]}`);
  return [
    ...rows,
    " ".repeat(label) + paint("dim", axis),
    ...(key.length === 0 ? [] : keyLines(key, { label, width })),
  ];
}

/** What the signs mean: beside one another, or one below the other. */
function keyLines(key: string[], { label, width }: { label: number; width: number }): string[] {
  const beside = key.join("   ");
  const lines = label + widthOf(bare(beside)) <= width ? [beside] : key;
  return lines.map((line) => " ".repeat(label) + line);
}

/** The text without its colours. */
function bare(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

/** Who is connected with whom: three lines that meet. */
function endpointsLines(figure: EndpointsFigure, style: LineStyle): string[] {
  const { server, clients } = figure;
  const { lang, width, paint } = style;
  const names = Math.max(...clients.map(({ who }) => widthOf(inLanguage(who, lang))));
  const addresses = Math.max(...clients.map(({ address }) => address.length));
  if (names + 2 + addresses + 2 + 9 + server.length > width) return asTable(figure, style);
  const middle = Math.floor((clients.length - 1) / 2);
  return clients.map(({ who, address }, i) => {
    const first = i === 0, last = i === clients.length - 1;
    const joint = clients.length === 1 ? "─" : first ? "┐" : last ? "┘" : i === middle ? "┼" : "┤";
    const here = i === middle
      ? `${clients.length === 1 ? "─" : joint === "┐" ? "┬" : joint}──▶  ${server}`
      : joint;
    const name = padEnd(inLanguage(who, lang), names);
    return `${name}  ${paint("write", padEnd(address, addresses))}  ───${here}`;
  });
}

/** `TCP  [Ethernet 14][IPv4 20]…`. */
function layersLines(figure: LayersFigure, style: LineStyle): string[] {
  const { frames } = figure;
  const { lang, width, paint } = style;
  const names = Math.max(...frames.map(({ name }) => widthOf(inLanguage(name, lang))));
  const rows = frames.map(({ parts }) =>
    parts.map(({ name, bytes, layer }) => ({ text: `[${inLanguage(name, lang)} ${bytes}]`, layer }))
  );
  const widest = Math.max(...rows.map((row) => row.reduce((sum, it) => sum + widthOf(it.text), 0)));
  if (names + 2 + widest > width) return asTable(figure, style);
  return frames.map(({ name }, i) => {
    const boxes = rows[i].map(({ text, layer }) =>
      paint(layer === "application" ? "bold" : layer === "padding" ? "dim" : "write", text)
    );
    return `${padEnd(inLanguage(name, lang), names)}  ${boxes.join("")}`;
  });
}

/** Layers on top of one another, in boxes: those that all have are one box, across. */
function stacksLines(figure: StacksFigure, style: LineStyle): string[] {
  const { names, rows } = figure;
  const { lang, width, paint } = style;
  const label = Math.max(...rows.map(({ name }) => widthOf(inLanguage(name, lang)))) + 2;
  const texts = [names, ...rows.map(({ cells }) => cells)].flat();
  const inner = Math.max(...texts.map((text) => widthOf(inLanguage(text, lang)))) + 2;
  if (label + names.length * (inner + 4) > width) return asTable(figure, style);
  const centred = (text: string) => {
    const before = Math.floor((inner - widthOf(text)) / 2);
    return padEnd(" ".repeat(before) + text, inner);
  };
  const edge = (left: string, right: string) =>
    " ".repeat(label) + names.map(() => left + "─".repeat(inner) + right).join("  ");
  return [
    " ".repeat(label) + names.map((name) => ` ${centred(inLanguage(name, lang))} `).join("  "),
    edge("┌", "┐"),
    ...rows.flatMap(({ name, cells }, i) => {
      const differ = new Set(cells.map((cell) => inLanguage(cell, lang))).size > 1;
      const boxes = cells.map((cell) =>
        `│${paint(differ ? "line" : "write", centred(inLanguage(cell, lang)))}│`
      );
      return [
        padEnd(inLanguage(name, lang), label) + boxes.join("  "),
        i === rows.length - 1 ? edge("└", "┘") : edge("├", "┤"),
      ];
    }),
  ];
}

/** `●────── hello ──────●`: from whom to whom each layer reaches. */
function pathLines(figure: PathFigure, style: LineStyle): string[] {
  const { nodes, rows } = figure;
  const { lang, width, paint } = style;
  const label = Math.max(...rows.map(({ name }) => widthOf(inLanguage(name, lang)))) + 2;
  const nodeNames = nodes.map((node) => inLanguage(node, lang));
  const step = Math.min(30, Math.floor((width - label - 1) / (nodes.length - 1)));
  const room = (from: number, to: number) => (to - from) * step - 1;
  const fits = rows.every(({ spans }) =>
    spans.every(({ from, to, label }) => widthOf(inLanguage(label, lang)) + 4 <= room(from, to))
  );
  if (!fits) return asTable(figure, style);
  let head = "";
  nodeNames.forEach((name, i) => {
    const last = i === nodes.length - 1;
    const middle = i === 0 || last ? 0 : Math.floor(widthOf(name) / 2);
    const start = last ? label + i * step + 1 - widthOf(name) : label + i * step - middle;
    head = padEnd(head, start) + name;
  });
  return [
    paint("bold", head),
    ...rows.map(({ name, spans }) => {
      let line = padEnd(inLanguage(name, lang), label);
      spans.forEach(({ from, to, label }, i) => {
        const text = ` ${inLanguage(label, lang)} `;
        const dashes = room(from, to) - widthOf(text);
        const before = Math.floor(dashes / 2);
        const bar = "─".repeat(before) + text + "─".repeat(dashes - before);
        line += (i === 0 ? "●" : "") + paint("write", bar) + "●";
      });
      return line;
    }),
  ];
}

function asTable(figure: Figure, style: LineStyle): string[] {
  return tableLines(tableOf(figure), style);
}
