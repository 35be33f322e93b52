/**
 * A stream of bytes as SVG, with the marks of the calls that cut it.
 *
 * @module
 */

import { type Cut, formatNumber, inLanguage, type Lang, type StreamFigure } from "./figure.ts";
import { colourOf, messageAt } from "./message_colours.ts";
import { box, GUTTER, INNER, label, line, type Picture, step, unitsOf } from "./svg.ts";
import { WORDS } from "./words.ts";

/** So many pieces at most come one by one when it is gone through. */
const FEW_PIECES = 12;

/** write() marks above, the bytes, read() marks below, and lines where they cut. */
export function stream(figure: StreamFigure, lang: Lang): Picture {
  const { bytes, cuts } = figure;
  const place = placesOf(figure);
  const top = 38;
  const high = bytes === undefined ? 14 : 30;
  const strip = { top, bottom: top + high };
  const parts: string[] = [];
  cuts.forEach((cut, row) => {
    const y = row === 0 ? 6 : strip.bottom + 8 + (row - 1) * 32;
    const { name, pieces } = cutMarks(cut, { figure, place, y, strip, isAbove: row === 0, lang });
    parts.push(name);
    // The bytes are there as soon as they are written.
    const whole = row > 0 ? pieces : pieces.map((piece, i) => {
      const from = cut.pieces.slice(0, i).reduce((sum, n) => sum + n, 0);
      const to = i === pieces.length - 1 ? figure.length : from + cut.pieces[i];
      const shown = bytes === undefined
        ? [box({
          x: place.left(from),
          y: top,
          width: place.right(to) - place.left(from),
          height: high,
          radius: 2,
        }, "fill plain")]
        : byteBoxes(figure, { from, to, place, y: top, height: high });
      return [...shown, ...piece];
    });
    if (whole.length > FEW_PIECES) parts.push(step(...whole.flat()));
    else parts.push(...whole.map((piece) => step(...piece)));
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

/** A box for every byte from one to another, with its character in it. */
function byteBoxes(
  { bytes, messages }: StreamFigure,
  { from, to, place, y, height }: {
    from: number;
    to: number;
    place: Places;
    y: number;
    height: number;
  },
): string[] {
  return [...bytes!.subarray(from, to)].flatMap((byte, i) => {
    const at = from + i;
    const newline = byte === 0x0a;
    const isPlain = byte >= 0x20 && byte < 0x7f;
    const hex = byte.toString(16).padStart(2, "0");
    const character = newline ? "\\n" : isPlain ? String.fromCharCode(byte) : hex;
    const style = messages === undefined
      ? "tint plain"
      : `cell ${colourOf(messageAt(at, messages))}`;
    return [
      box({ x: place.left(at), y, width: place.cell, height, radius: 0 }, style),
      label(place.left(at) + place.cell / 2, y + 19.5, character, {
        anchor: "middle",
        class: messages === undefined && (newline || !isPlain) ? "mute" : undefined,
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

/** The calls of one side: their name, and of each a box and a line where it cuts the bytes. */
function cutMarks(
  { call, pieces, tone }: Cut,
  { figure, place, y, strip, isAbove, lang }: CutPlace,
): { name: string; pieces: string[][] } {
  const { bytes, datagrams } = figure;
  const times = pieces.length > 1 && bytes === undefined ? ` ${pieces.length}×` : "";
  // Each side's cuts reach to the middle of the bytes.
  const middle = (strip.top + strip.bottom) / 2;
  const [y1, y2] = isAbove ? [y + 24, middle] : [middle, y];
  let at = 0;
  const drawn = pieces.map((n, i) => {
    const begin = at;
    const from = place.left(at);
    const to = place.right(at += n);
    // Narrow pieces of a long stream stand shoulder to shoulder.
    const inset = to - from > 8 ? 1.5 : 0.25;
    const even = bytes === undefined && i % 2 === 1 ? " even" : "";
    const width = Math.max(0.5, to - from - 2 * inset);
    const style = figure.messages === undefined ? `tint ${tone}${even}` : `stroke ${tone}`;
    const parts = [
      ...messageBands(figure, { from: begin, to: at, place, y, inset }),
      box({ x: from + inset, y, width, height: 24 }, style),
    ];
    const name = pieceName(n, width, lang);
    if (name !== "") parts.push(label((from + to) / 2, y + 16, name, { anchor: "middle" }));
    if (tone === "line" || i === pieces.length - 1 || datagrams) return parts;
    return [...parts, line(to, y1, to, y2, `stroke ${tone}`)];
  });
  return { name: label(0, y + 16, inLanguage(call, lang) + times, { class: tone }), pieces: drawn };
}

/** What of which message lies in a piece: behind its box, in the colours of the bytes. */
function messageBands(
  { messages = [] }: StreamFigure,
  { from, to, place, y, inset }: {
    from: number;
    to: number;
    place: Places;
    y: number;
    inset: number;
  },
): string[] {
  const bands: string[] = [];
  let begin = 0;
  messages.forEach((length, message) => {
    const [first, end] = [Math.max(from, begin), Math.min(to, begin += length)];
    if (first >= end) return;
    const x = place.left(first) + (first === from ? inset : 0);
    const right = place.right(end) - (end === to ? inset : 0);
    bands.push(box({ x, y, width: right - x, height: 24, radius: 0 }, colourOf(message)));
  });
  return bands;
}

function pieceName(bytes: number, width: number, lang: Lang): string {
  const full = inLanguage(WORDS.bytes(bytes), lang);
  return [full, formatNumber(bytes)].find((name) => unitsOf(name) + 6 <= width) ?? "";
}
