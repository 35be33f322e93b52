/**
 * Figures in words and as tables: for those who cannot see them, and for those
 * who want the numbers.
 *
 * @module
 */

import {
  type DifferenceFigure,
  type Figure,
  formatMs,
  formatNumber,
  inLanguage,
  type Lang,
  type Table,
  type Text,
} from "./figure.ts";
import { excerptOf, type Rest } from "./excerpt.ts";
import { compared } from "./difference.ts";
import { WORDS } from "./words.ts";

/** More pieces than this are summed up. */
const MANY = 12;
/** So many characters of a row of bytes are enough. */
const AROUND = 120;

/** What a figure shows, in one or two sentences. */
export function describe(figure: Figure, lang: Lang): string {
  const { head, rows } = tableOf(figure);
  const names = head.map((cell) => inLanguage(cell, lang));
  const [stop, separator] = lang === "zh" ? ["。", "，"] : [".", ", "];
  const sentences = rows.map((row) =>
    row.map((cell, i) => `${names[i]} ${inLanguage(cell, lang)}`).join(separator) + stop
  );
  return sentences.join(lang === "zh" ? "" : " ");
}

/** The numbers of a figure. */
export function tableOf(figure: Figure): Table {
  switch (figure.kind) {
    case "stream":
      return {
        head: [WORDS.call, WORDS.times, WORDS.bytesOfEach],
        rows: figure.cuts.map(({ call, pieces }) => [call, pieces.length, list(pieces)]),
      };
    case "queue":
      return {
        head: [WORDS.backlog, WORDS.letIn, WORDS.next],
        rows: figure.queues.map(({ backlog, letIn, next }) => [backlog, letIn, WORDS[next]]),
      };
    case "timeline":
      return {
        head: [WORDS.who, WORDS.what, WORDS.from, WORDS.to, WORDS.duration],
        rows: figure.lanes.flatMap(({ who, bars, marks }) => [
          ...bars.map(({ fromUs, toUs, state }) => [
            who,
            WORDS[state],
            formatMs(fromUs),
            formatMs(toUs),
            formatMs(toUs - fromUs),
          ]),
          ...marks.map(({ atUs, label }) => [who, label, formatMs(atUs), "", ""]),
        ]),
      };
    case "ladder": {
      const { left, middle, right, steps, untimed } = figure;
      const between = middle === undefined ? [] : [middle];
      return {
        head: [untimed ? WORDS.step : WORDS.time, left, ...between, right],
        rows: steps.map(({ left = "", middle = "", right = "", atUs }, i) => [
          untimed ? String(i + 1) : formatMs(atUs),
          left,
          ...between.map(() => middle),
          right,
        ]),
      };
    }
    case "endpoints":
      return {
        head: [WORDS.who, WORDS.itsAddress, WORDS.theServer],
        rows: figure.clients.map(({ who, address }) => [who, address, figure.server]),
      };
    case "layers":
      return {
        head: [WORDS.frame, WORDS.parts, WORDS.inAll],
        rows: figure.frames.map(({ name, parts }) => [
          name,
          {
            en: parts.map(({ name, bytes }) => `${name.en} ${bytes}`).join(" + "),
            zh: parts.map(({ name, bytes }) => `${name.zh} ${bytes}`).join(" + "),
          },
          parts.reduce((sum, { bytes }) => sum + bytes, 0),
        ]),
      };
    case "bars":
      return {
        head: [WORDS.row, WORDS.howMany],
        rows: figure.bars.map(({ label, value, shown = value }) => [label, shown]),
      };
    case "stacks":
      return {
        head: [WORDS.layer, ...figure.names],
        rows: figure.rows.map(({ name, cells }) => [name, ...cells]),
      };
    case "path": {
      const { nodes, rows } = figure;
      return {
        head: [WORDS.layer, WORDS.fromTo, WORDS.carries],
        rows: rows.flatMap(({ name, spans }) =>
          spans.map(({ from, to, label }) => [name, arrow(nodes[from], nodes[to]), label])
        ),
      };
    }
    case "difference": {
      const [due, came] = around(figure);
      return {
        head: [WORDS.row, WORDS.length, WORDS.asText],
        rows: [
          [WORDS.due, figure.due.length, due],
          [WORDS.came, figure.came.length, came],
        ],
      };
    }
  }
}

/** Both rows around the place where they part. */
function around(figure: DifferenceFigure): [due: string, came: string] {
  const rows = compared(figure);
  const { isCutBefore, before, due, came } = excerptOf(rows, {
    room: AROUND,
    widthOf: (text) => text.length,
  });
  const textOf = ({ characters, isCut }: Rest, isCutBefore: boolean) =>
    (isCutBefore ? "…" : '"') + [...before, ...characters].map(({ text }) => text).join("") +
    (isCut ? "…" : '"');
  return [textOf(due, isCutBefore), textOf(came, isCutBefore || rows.isCutBefore)];
}

function arrow(from: Text, to: Text): Text {
  return { en: `${from.en} → ${to.en}`, zh: `${from.zh} → ${to.zh}` };
}

function list(pieces: number[]): string {
  const shown = pieces.slice(0, MANY).map(formatNumber).join(" + ");
  return pieces.length > MANY ? `${shown} + …` : shown;
}
