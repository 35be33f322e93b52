/**
 * Figures as SVG. Every number that is drawn was measured or counted by a lab.
 *
 * @module
 */

import {
  type Cut,
  type EndpointsFigure,
  type Figure,
  formatMs,
  formatNumber,
  type Frame,
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
function stream(figure: StreamFigure, lang: Lang): Picture {
  const { bytes, cuts } = figure;
  const place = placesOf(figure);
  const top = 38;
  const high = bytes === undefined ? 14 : 30;
  const strip = { top, bottom: top + high };
  const parts = bytes === undefined
    ? [box({ x: GUTTER, y: top, width: INNER, height: high, radius: 2 }, "fill plain")]
    : byteBoxes(bytes, { place, y: top, height: high });
  cuts.forEach((cut, row) => {
    const y = row === 0 ? 6 : strip.bottom + 8 + (row - 1) * 32;
    parts.push(...cutMarks(cut, { figure, place, y, strip, isAbove: row === 0, lang }));
  });
  return { body: parts.join("\n"), height: strip.bottom + 8 + (cuts.length - 1) * 32 };
}

/** Where the bytes of a stream stand, from left to right. */
interface Places {
  /** The width of one. */
  cell: number;
  /** The left edge of byte number `at`. The gap before it belongs to the message before. */
  left(at: number): number;
  /** The right edge of the byte before number `at`. */
  right(at: number): number;
}

function placesOf({ length, datagrams, cuts }: StreamFigure): Places {
  const gap = datagrams ? 10 : 0; // between messages
  const messages = datagrams ? cuts[0].pieces : [length];
  const cell = Math.min(27, (INNER - gap * (messages.length - 1)) / length);
  const ends = messages.map((_, i) => messages.slice(0, i + 1).reduce((sum, n) => sum + n, 0));
  const left = (at: number) => GUTTER + at * cell + gap * ends.filter((end) => end <= at).length;
  return { cell, left, right: (at) => left(at - 1) + cell };
}

/** A box for every byte, with its character in it. */
function byteBoxes(
  bytes: Uint8Array,
  { place, y, height }: { place: Places; y: number; height: number },
): string[] {
  return [...bytes].flatMap((byte, i) => {
    const newline = byte === 0x0a;
    const character = newline ? "\\n" : String.fromCharCode(byte);
    return [
      box({ x: place.left(i), y, width: place.cell, height, radius: 0 }, "tint plain"),
      label(place.left(i) + place.cell / 2, y + 19.5, character, {
        anchor: "middle",
        class: newline ? "mute" : undefined,
      }),
    ];
  });
}

/** What {@linkcode cutMarks} is given besides the cut. */
interface CutPlace {
  figure: StreamFigure;
  place: Places;
  /** Where the row begins. */
  y: number;
  /** From where to where the bytes stand. */
  strip: { top: number; bottom: number };
  isAbove: boolean;
  lang: Lang;
}

/** The calls of one side: a box for each piece, and a line where it cuts the bytes. */
function cutMarks(
  { call, pieces, tone }: Cut,
  { figure: { bytes, datagrams }, place, y, strip, isAbove, lang }: CutPlace,
): string[] {
  const times = pieces.length > 1 && bytes === undefined ? ` ${pieces.length}×` : "";
  const parts = [label(0, y + 16, call + times, { class: tone })];
  // Each side's cuts reach to the middle of the bytes.
  const middle = (strip.top + strip.bottom) / 2;
  const [y1, y2] = isAbove ? [y + 24, middle] : [middle, y];
  let at = 0;
  pieces.forEach((n, i) => {
    const from = place.left(at);
    const to = place.right(at += n);
    // Narrow pieces of a long stream stand shoulder to shoulder.
    const inset = to - from > 8 ? 1.5 : 0.25;
    const even = bytes === undefined && i % 2 === 1 ? " even" : "";
    const width = Math.max(0.5, to - from - 2 * inset);
    parts.push(box({ x: from + inset, y, width, height: 24 }, `tint ${tone}${even}`));
    const name = pieceName(n, width, lang);
    if (name !== "") parts.push(label((from + to) / 2, y + 16, name, { anchor: "middle" }));
    if (tone === "line" || i === pieces.length - 1 || datagrams) return;
    parts.push(line(to, y1, to, y2, `stroke ${tone}`));
  });
  return parts;
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

const LAYER_TONES: Record<Layer, Tone> = {
  application: "read",
  transport: "line",
  ip: "write",
  link: "wait",
  padding: "plain",
};

/** What each layer puts around the bytes of a program, and what the whole is called there. */
function layers({ frames }: LayersFigure, lang: Lang): Picture {
  const pitch = 132;
  const totals = frames.map(({ parts }) => parts.reduce((sum, { bytes }) => sum + room(bytes), 0));
  const unit = (WIDTH - 4) / Math.max(...totals);
  const body = frames.flatMap((frame, row) => {
    const y = row * pitch;
    const { drawn, spans } = frameParts(frame, { y: y + 20, unit, lang });
    const name = label(2, y + 13, inLanguage(frame.name, lang), { class: "strong" });
    return [name, ...drawn, ...unitNames(frame, { y: y + 69, spans, lang })];
  });
  return { body: body.join("\n"), height: frames.length * pitch - 20 };
}

/** A little more than in proportion, so that the name of a small part has room. */
function room(bytes: number): number {
  return bytes + 3;
}

/** From where to where the parts of each layer stand. */
type Spans = Partial<Record<Layer, { from: number; to: number }>>;

/** The parts of a frame in a row. */
function frameParts(
  { parts }: Frame,
  { y, unit, lang }: { y: number; unit: number; lang: Lang },
): { drawn: string[]; spans: Spans } {
  const drawn: string[] = [];
  const spans: Spans = {};
  let x = 2;
  for (const { name, bytes, layer } of parts) {
    const width = room(bytes) * unit;
    const style = `tint ${LAYER_TONES[layer]}`;
    drawn.push(box({ x: x + 0.75, y, width: width - 1.5, height: 38, radius: 3 }, style));
    [inLanguage(name, lang), String(bytes)].forEach((text, i) =>
      drawn.push(label(x + width / 2, y + 16 + i * 15, text, { anchor: "middle", class: "small" }))
    );
    spans[layer] = { from: spans[layer]?.from ?? x, to: x + width };
    x += width;
  }
  return { drawn, spans };
}

/** From the inside to the outside: each one's data is the next one's whole, and has a name there. */
function unitNames(
  { units }: Frame,
  { y, spans, lang }: { y: number; spans: Spans; lang: Lang },
): string[] {
  const last = Math.max(...Object.values(spans).map(({ to }) => to));
  const end = { transport: spans.application!.to, ip: spans.application!.to, link: last };
  return (["transport", "ip", "link"] as const).flatMap((layer, i) => {
    const middle = y + i * 17;
    const from = spans[layer]!.from, to = end[layer];
    const stroke = `stroke ${LAYER_TONES[layer]}`;
    const text = inLanguage(units[layer], lang);
    const wide = unitsOf(text, 12);
    // What does not fit into its line stands behind it.
    const inside = to - from > wide + 24;
    const at = inside ? (from + to) / 2 : to + 8 + wide / 2;
    const half = wide / 2 + 6;
    return [
      line(from + 1, middle, inside ? at - half : to - 1, middle, stroke),
      ...(inside ? [line(at + half, middle, to - 1, middle, stroke)] : []),
      line(from + 1, middle - 4, from + 1, middle + 4, stroke),
      line(to - 1, middle - 4, to - 1, middle + 4, stroke),
      label(at, middle + 4, text, { anchor: "middle", class: `small ${LAYER_TONES[layer]}` }),
    ];
  });
}
