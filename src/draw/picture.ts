/**
 * Figures as SVG. Every number that is drawn was measured or counted by a lab.
 *
 * @module
 */

import {
  type EndpointsFigure,
  type Figure,
  formatMs,
  formatNumber,
  inLanguage,
  type LadderFigure,
  type Lang,
  type Layer,
  type LayersFigure,
  type QueueFigure,
  type StreamFigure,
  type Text,
  type TimelineFigure,
} from "./figure.ts";
import { arrowHead, box, cross, label, line, type Tone, unitsOf, WIDTH } from "./svg.ts";
import { WORDS } from "./words.ts";

/** A figure, drawn: markup for an `<svg>`, and the units it takes downwards. */
export interface Picture {
  body: string;
  height: number;
}

/** Room for the names of the rows. */
const GUTTER = 96;
const INNER = WIDTH - GUTTER - 10;

/** Draws a figure. */
export function picture(figure: Figure, lang: Lang): Picture {
  switch (figure.kind) {
    case "stream":
      return stream(figure, lang);
    case "queue":
      return queue(figure, lang);
    case "timeline":
      return timeline(figure, lang);
    case "ladder":
      return ladder(figure, lang);
    case "endpoints":
      return endpoints(figure, lang);
    case "layers":
      return layers(figure, lang);
  }
}

/** write() marks above, the bytes, read() marks below, and lines where they cut. */
function stream({ bytes, length, datagrams, cuts }: StreamFigure, lang: Lang): Picture {
  const gap = datagrams ? 10 : 0; // between messages
  const messages = datagrams ? cuts[0].pieces : [length];
  const cell = Math.min(27, (INNER - gap * (messages.length - 1)) / length);
  const ends = messages.map((_, i) => messages.slice(0, i + 1).reduce((sum, n) => sum + n, 0));
  // Where byte number `at` begins; the gap before it belongs to the message before.
  const x = (at: number) => GUTTER + at * cell + gap * ends.filter((end) => end <= at).length;
  const right = (at: number) => x(at - 1) + cell;

  const top = 38;
  const high = bytes === undefined ? 14 : 30;
  const parts: string[] = [];
  if (bytes === undefined) {
    parts.push(box({ x: GUTTER, y: top, width: INNER, height: high, radius: 2 }, "fill plain"));
  }
  bytes?.forEach((byte, i) => {
    parts.push(box({ x: x(i), y: top, width: cell, height: high, radius: 0 }, "tint plain"));
    const newline = byte === 0x0a;
    parts.push(
      label(x(i) + cell / 2, top + 19.5, newline ? "\\n" : String.fromCharCode(byte), {
        anchor: "middle",
        class: newline ? "mute" : undefined,
      }),
    );
  });
  cuts.forEach(({ call, pieces, tone }, row) => {
    const y = row === 0 ? 6 : top + high + 8 + (row - 1) * 32;
    const times = pieces.length > 1 && bytes === undefined ? ` ${pieces.length}×` : "";
    parts.push(label(0, y + 16, call + times, { class: tone }));
    let at = 0;
    pieces.forEach((n, i) => {
      const from = x(at);
      const to = right(at += n);
      // Narrow pieces of a long stream stand shoulder to shoulder.
      const inset = to - from > 8 ? 1.5 : 0.25;
      const even = bytes === undefined && i % 2 === 1 ? " even" : "";
      const width = Math.max(0.5, to - from - 2 * inset);
      parts.push(box({ x: from + inset, y, width, height: 24 }, `tint ${tone}${even}`));
      const name = pieceName(n, width, lang);
      parts.push(name === "" ? "" : label((from + to) / 2, y + 16, name, { anchor: "middle" }));
      if (tone === "line" || i === pieces.length - 1 || datagrams) return;
      // Each side's cuts reach to the middle of the bytes.
      const [y1, y2] = row === 0 ? [y + 24, top + high / 2] : [top + high / 2, y];
      parts.push(line(to, y1, to, y2, `stroke ${tone}`));
    });
  });
  return {
    body: parts.filter((part) => part !== "").join("\n"),
    height: top + high + 8 + (cuts.length - 1) * 32,
  };
}

function pieceName(bytes: number, width: number, lang: Lang): string {
  const full = inLanguage(WORDS.bytes(bytes), lang);
  return [full, formatNumber(bytes)].find((name) => unitsOf(name) + 6 <= width) ?? "";
}

/** A square for everyone who was let in, and the next one outside. */
function queue({ queues }: QueueFigure, lang: Lang): Picture {
  const pitch = 19, size = 15, most = 17;
  const parts = queues.map(({ backlog, letIn, next }, row) => {
    const y = 12 + row * 46;
    const drawn = Math.min(letIn, most);
    const asked = Math.min(backlog, most);
    const drawing = [
      label(0, y + 12, `backlog ${backlog}`),
      box({ x: GUTTER - 5, y: y - 6, width: asked * pitch + 6, height: size + 12 }, "stroke plain"),
    ];
    for (let i = 0; i < drawn; i++) {
      // Those beyond the number that was asked for stand outside of the frame.
      const x = GUTTER + i * pitch + (i < asked ? 0 : 7);
      drawing.push(
        box(
          { x, y, width: size, height: size, radius: 3 },
          `tint ${i < asked ? "read" : "line"} even`,
        ),
      );
    }
    const x = GUTTER + drawn * pitch + 14;
    if (letIn > drawn) drawing.push(label(x, y + 12, `… ${letIn}`));
    else if (next !== "none") {
      const waits = next === "waits";
      drawing.push(
        waits
          ? box({ x, y, width: size, height: size, radius: 3 }, "stroke wait dash")
          : cross(x + size / 2, y + size / 2),
        label(x + size + 4, y + 12, inLanguage(WORDS[next], lang), {
          class: waits ? "wait" : "bad",
        }),
      );
    }
    return drawing.join("\n");
  });
  const y = queues.length * 46 + 4;
  let x = GUTTER;
  const key: [string, Text][] = [["tint read even", WORDS.asked], ["tint line even", WORDS.beyond]];
  for (const [style, word] of key) {
    const text = inLanguage(word, lang);
    parts.push(
      box({ x, y, width: 11, height: 11, radius: 2 }, style),
      label(x + 17, y + 10, text, { class: "small mute" }),
    );
    x += unitsOf(text, 12) + 40;
  }
  return { body: parts.join("\n"), height: y + 16 };
}

/** A Gantt chart: who was served, and who waited, for how long. */
function timeline({ lanes }: TimelineFigure, lang: Lang): Picture {
  const bars = lanes.flatMap(({ bars }) => bars);
  const marks = lanes.flatMap(({ marks }) => marks);
  const last = Math.max(1, ...bars.map(({ toUs }) => toUs), ...marks.map(({ atUs }) => atUs));
  const inner = INNER - 14;
  const x = (us: number) => GUTTER + us / last * inner;
  const bottom = 4 + lanes.length * 32;
  const parts: string[] = [];
  for (const us of ticks(last)) {
    parts.push(line(x(us), 2, x(us), bottom, "stroke plain dash"));
    const text = us === 0 ? "0" : `${us / 1000} ms`;
    parts.push(label(x(us), bottom + 15, text, { anchor: "middle", class: "small mute" }));
  }
  lanes.forEach(({ who, bars, marks }, row) => {
    const y = 8 + row * 32;
    parts.push(label(0, y + 15, inLanguage(who, lang)));
    for (const { fromUs, toUs, state } of bars) {
      const width = x(toUs) - x(fromUs);
      if (width < 1.5) continue; // too short to be seen on this scale; the table has it
      const style = state === "waits" ? "tint wait dash" : "tint read even";
      parts.push(box({ x: x(fromUs), y, width, height: 22 }, style));
      const time = formatMs(toUs - fromUs);
      const name = [`${inLanguage(WORDS[state], lang)} ${time}`, time]
        .find((name) => unitsOf(name, 12) + 8 <= width);
      if (name === undefined) continue;
      const middle = x(fromUs) + width / 2;
      parts.push(label(middle, y + 15, name, { anchor: "middle", class: "small" }));
    }
    for (const { atUs, sign, label: name } of marks) {
      if (sign === "cross") {
        parts.push(cross(x(atUs), y + 11));
        const text = inLanguage(name, lang);
        parts.push(label(x(atUs) - 10, y + 15, text, { anchor: "end", class: "small bad" }));
      } else {
        parts.push(line(x(atUs), y - 2, x(atUs), y + 24, "stroke write thick"));
        parts.push(label(x(atUs) + 8, y + 15, inLanguage(name, lang), { class: "small write" }));
      }
    }
  });
  return { body: parts.join("\n"), height: bottom + 20 };
}

/** Four or five round numbers from 0 to the last one that fits. */
function ticks(last: number): number[] {
  const raw = last / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((step) => step >= raw)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}

/** Calls of two sides, downwards in time, with what goes from one to the other. */
function ladder({ left, right, steps }: LadderFigure, lang: Lang): Picture {
  const leftX = 214, rightX = 306, top = 34, pitch = 28;
  const bottom = top + steps.length * pitch;
  const parts = [
    label(leftX, 14, inLanguage(left, lang), { anchor: "end", class: "strong" }),
    label(rightX, 14, inLanguage(right, lang), { class: "strong" }),
    line(leftX + 6, 22, leftX + 6, bottom, "stroke plain"),
    line(rightX - 6, 22, rightX - 6, bottom, "stroke plain"),
  ];
  steps.forEach(({ left, right, arrow, noticed = 0, atUs }, i) => {
    const y = top + i * pitch + 12;
    const row = [label(0, y, formatMs(atUs), { class: "small mute" })];
    if (left !== undefined) row.push(label(leftX, y, left, { anchor: "end" }));
    if (right !== undefined) row.push(label(rightX, y, right));
    if (arrow !== undefined) {
      const ends = { from: leftX + 9, to: rightX - 9, y: y - 4, down: noticed * pitch };
      row.push(ladderArrow(arrow, ends));
    }
    parts.push(`<g class="step">${row.join("")}</g>`);
  });
  return { body: parts.join("\n"), height: bottom + 4 };
}

function ladderArrow(
  arrow: "right" | "left" | "bounce",
  { from, to, y, down }: { from: number; to: number; y: number; down: number },
): string {
  if (arrow === "bounce") return line(from, y, to - 8, y, "stroke bad dash") + cross(to - 6, y);
  const [tone, start, end]: [Tone, number, number] = arrow === "right"
    ? ["write", from, to]
    : ["read", to, from];
  return line(start, y, end, y + down, `stroke ${tone}`) +
    arrowHead([start, y], [end, y + down], tone);
}

/** Who is connected with whom. */
function endpoints({ server, clients }: EndpointsFigure, lang: Lang): Picture {
  const pitch = 44;
  const height = clients.length * pitch;
  const middle = height / 2;
  const serverX = WIDTH - 138;
  const parts = clients.map(({ who, address }, i) => {
    const y = i * pitch + pitch / 2;
    return [
      label(0, y + 4, inLanguage(who, lang)),
      box({ x: 76, y: y - 14, width: 150, height: 28 }, "tint write"),
      label(151, y + 4, address, { anchor: "middle" }),
      line(227, y, serverX - 10, middle, "stroke write"),
    ].join("\n");
  });
  parts.push(
    arrowHead([0, middle], [serverX - 2, middle], "write"),
    box({ x: serverX, y: middle - 16, width: 137, height: 32 }, "tint read"),
    label(serverX + 68.5, middle + 4, server, { anchor: "middle" }),
  );
  return { body: parts.join("\n"), height };
}

/** What each layer puts around the bytes of a program, and what the whole is called there. */
function layers({ frames }: LayersFigure, lang: Lang): Picture {
  const pitch = 132;
  // A little more than in proportion, so that the name of a small part has room.
  const room = (bytes: number) => bytes + 3;
  const total = Math.max(
    ...frames.map(({ parts }) => parts.reduce((sum, { bytes }) => sum + room(bytes), 0)),
  );
  const unit = (WIDTH - 4) / total;
  const tones: Record<Layer, Tone> = {
    application: "read",
    transport: "line",
    ip: "write",
    link: "wait",
    padding: "plain",
  };
  const body = frames.map(({ name, parts, units }, row) => {
    const y = row * pitch;
    let x = 2;
    const drawn = [label(2, y + 13, inLanguage(name, lang), { class: "strong" })];
    const spans: Partial<Record<Layer, { from: number; to: number }>> = {};
    for (const { name, bytes, layer } of parts) {
      const width = room(bytes) * unit;
      const style = `tint ${tones[layer]}`;
      drawn.push(box({ x: x + 0.75, y: y + 20, width: width - 1.5, height: 38, radius: 3 }, style));
      [inLanguage(name, lang), String(bytes)].forEach((text, i) =>
        drawn.push(
          label(x + width / 2, y + 36 + i * 15, text, { anchor: "middle", class: "small" }),
        )
      );
      spans[layer] = { from: spans[layer]?.from ?? x, to: x + width };
      x += width;
    }
    // From the inside to the outside: each one's data is the next one's whole.
    const end = { transport: spans.application!.to, ip: spans.application!.to, link: x };
    (["transport", "ip", "link"] as const).forEach((layer, i) => {
      const middle = y + 69 + i * 17;
      const from = spans[layer]!.from, to = end[layer];
      const text = inLanguage(units[layer], lang);
      const wide = unitsOf(text, 12);
      // What does not fit into its line stands behind it.
      const inside = to - from > wide + 24;
      const at = inside ? (from + to) / 2 : to + 8 + wide / 2;
      const half = wide / 2 + 6;
      drawn.push(
        line(from + 1, middle, inside ? at - half : to - 1, middle, `stroke ${tones[layer]}`),
        inside ? line(at + half, middle, to - 1, middle, `stroke ${tones[layer]}`) : "",
        line(from + 1, middle - 4, from + 1, middle + 4, `stroke ${tones[layer]}`),
        line(to - 1, middle - 4, to - 1, middle + 4, `stroke ${tones[layer]}`),
        label(at, middle + 4, text, { anchor: "middle", class: `small ${tones[layer]}` }),
      );
    });
    return drawn.filter((part) => part !== "").join("\n");
  });
  return { body: body.join("\n"), height: frames.length * pitch - 20 };
}
