/**
 * A stream of bytes as SVG, with the marks of the calls that cut it.
 *
 * @module
 */

import { type Cut, formatNumber, inLanguage, type Lang, type StreamFigure } from "./figure.ts";
import { box, GUTTER, INNER, label, line, type Picture, unitsOf } from "./svg.ts";
import { WORDS } from "./words.ts";

/** write() marks above, the bytes, read() marks below, and lines where they cut. */
export function stream(figure: StreamFigure, lang: Lang): Picture {
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
    const isPlain = byte >= 0x20 && byte < 0x7f;
    const hex = byte.toString(16).padStart(2, "0");
    const character = newline ? "\\n" : isPlain ? String.fromCharCode(byte) : hex;
    return [
      box({ x: place.left(i), y, width: place.cell, height, radius: 0 }, "tint plain"),
      label(place.left(i) + place.cell / 2, y + 19.5, character, {
        anchor: "middle",
        class: newline || !isPlain ? "mute" : undefined,
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
  const parts = [label(0, y + 16, inLanguage(call, lang) + times, { class: tone })];
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
