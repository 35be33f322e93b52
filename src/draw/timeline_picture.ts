/**
 * What several do at the same time, as SVG: a Gantt chart.
 *
 * @module
 */

import { formatMs, inLanguage, type Lane, type Lang, type TimelineFigure } from "./figure.ts";
import {
  box,
  cross,
  GUTTER,
  INNER,
  label,
  line,
  type Picture,
  step,
  unitsOf,
  WIDTH,
} from "./svg.ts";
import { WORDS } from "./words.ts";

const PITCH = 32;
const STYLES = { served: "tint read even", waits: "tint wait dash", full: "tint line" } as const;

/** Who was served, and who waited, for how long; step by step in the order of time. */
export function timeline({ lanes }: TimelineFigure, lang: Lang): Picture {
  const bars = lanes.flatMap(({ bars }) => bars);
  const marks = lanes.flatMap(({ marks }) => marks);
  const last = Math.max(1, ...bars.map(({ toUs }) => toUs), ...marks.map(({ atUs }) => atUs));
  const inner = INNER - 14;
  const x = (us: number) => GUTTER + us / last * inner;
  const bottom = 4 + lanes.length * PITCH;
  const frame: string[] = [];
  for (const us of ticks(last)) {
    frame.push(line(x(us), 2, x(us), bottom, "stroke plain dash"));
    const text = us === 0 ? "0" : `${us / 1000} ms`;
    // Below its line, or as near to that as the picture ends.
    const middle = Math.min(x(us), WIDTH - unitsOf(text, 12) / 2);
    frame.push(label(middle, bottom + 15, text, { anchor: "middle", class: "small mute" }));
  }
  const events = lanes.flatMap((lane, row) => {
    const y = 8 + row * PITCH;
    frame.push(label(0, y + 15, inLanguage(lane.who, lang)));
    return laneEvents(lane, { x, y, lang });
  });
  const drawn = events.toSorted((one, other) => one.atUs - other.atUs)
    .map(({ parts }) => step(...parts));
  return { body: [...frame, ...drawn].join("\n"), height: bottom + 20 };
}

/** What is drawn of a lane, and when it happened. */
function laneEvents(
  { bars, marks }: Lane,
  { x, y, lang }: { x(us: number): number; y: number; lang: Lang },
): { atUs: number; parts: string[] }[] {
  const names = marks.map(({ atUs, label: name }) => {
    const text = inLanguage(name, lang);
    const wide = unitsOf(text, 12);
    // Behind its mark; before it where the picture ends.
    const start = x(atUs) + 9 + wide <= WIDTH ? x(atUs) + 9 : x(atUs) - 9 - wide;
    return { text, start, end: start + wide };
  });
  const drawnBars = bars.map(({ fromUs, toUs, state }) => {
    const [from, to] = [x(fromUs), x(toUs)];
    const parts = [box({ x: from, y, width: to - from, height: 22 }, STYLES[state])];
    const room = largestGap([from, to], names);
    const time = formatMs(toUs - fromUs);
    const name = [`${inLanguage(WORDS[state], lang)} ${time}`, time]
      .find((name) => unitsOf(name, 12) + 10 <= room[1] - room[0]);
    if (name !== undefined) {
      parts.push(
        label((room[0] + room[1]) / 2, y + 15, name, { anchor: "middle", class: "small" }),
      );
    }
    // Too short to be seen on this scale; the table has it.
    return { atUs: fromUs, parts: to - from < 1.5 ? [] : parts };
  });
  const drawnMarks = marks.map(({ atUs, sign }, i) => {
    const { text, start } = names[i];
    const [mark, tone] = sign === "cross"
      ? [cross(x(atUs), y + 11), "bad"]
      : [line(x(atUs), y - 2, x(atUs), y + 24, "stroke write thick"), "write"];
    return { atUs, parts: [mark, label(start, y + 15, text, { class: `small ${tone}` })] };
  });
  return [...drawnBars, ...drawnMarks].filter(({ parts }) => parts.length > 0);
}

/** The largest part of a bar on which no name of a mark stands. */
function largestGap(
  [from, to]: [number, number],
  names: { start: number; end: number }[],
): [number, number] {
  const within = names.filter(({ start, end }) => start < to && end > from)
    .toSorted((one, other) => one.start - other.start);
  const edges = [from, ...within.flatMap(({ start, end }) => [start, end]), to];
  let best: [number, number] = [from, from];
  for (let i = 0; i + 1 < edges.length; i += 2) {
    if (edges[i + 1] - edges[i] > best[1] - best[0]) best = [edges[i], edges[i + 1]];
  }
  return best;
}

/** Four or five round numbers from 0 to the last one that fits. */
function ticks(last: number): number[] {
  const raw = last / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((step) => step >= raw)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}
