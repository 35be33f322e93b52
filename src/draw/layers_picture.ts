/**
 * Frames on the wire as SVG: what each layer puts around the bytes of a program.
 *
 * @module
 */

import { type Frame, inLanguage, type Lang, type Layer, type LayersFigure } from "./figure.ts";
import { box, label, line, type Picture, step, type Tone, unitsOf, WIDTH } from "./svg.ts";

/** The colour of each layer. */
export const LAYER_TONES: Record<Layer, Tone> = {
  application: "read",
  transport: "line",
  ip: "write",
  link: "wait",
  padding: "plain",
};

/** From the inside to the outside: so one goes through it step by step. */
const INSIDE_OUT = [["application"], ["transport"], ["ip"], ["link", "padding"]] as const;

/** What each layer puts around the bytes of a program, and what the whole is called there. */
export function layers({ frames }: LayersFigure, lang: Lang): Picture {
  const pitch = 132;
  const totals = frames.map(({ parts }) => parts.reduce((sum, { bytes }) => sum + room(bytes), 0));
  const unit = (WIDTH - 4) / Math.max(...totals);
  const body = frames.flatMap((frame, row) => {
    const y = row * pitch;
    const { drawn, spans } = frameParts(frame, { y: y + 20, unit, lang });
    const names = unitNames(frame, { y: y + 69, spans, lang });
    return [
      label(2, y + 13, inLanguage(frame.name, lang), { class: "strong" }),
      ...INSIDE_OUT.map((layers) =>
        step(...layers.flatMap((layer) => [...drawn[layer] ?? [], ...names[layer] ?? []]))
      ),
    ];
  });
  return { body: body.join("\n"), height: frames.length * pitch - 20 };
}

/** What is drawn of each layer. */
type ByLayer = Partial<Record<Layer, string[]>>;

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
): { drawn: ByLayer; spans: Spans } {
  const drawn: ByLayer = {};
  const spans: Spans = {};
  let x = 2;
  for (const { name, bytes, layer } of parts) {
    const width = room(bytes) * unit;
    const style = `tint ${LAYER_TONES[layer]}`;
    const middle = x + width / 2;
    (drawn[layer] ??= []).push(
      box({ x: x + 0.75, y, width: width - 1.5, height: 38, radius: 3 }, style),
      ...[inLanguage(name, lang), String(bytes)].map((text, i) =>
        label(middle, y + 16 + i * 15, text, { anchor: "middle", class: "small" })
      ),
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
): ByLayer {
  const last = Math.max(...Object.values(spans).map(({ to }) => to));
  const end = { transport: spans.application!.to, ip: spans.application!.to, link: last };
  const names: ByLayer = {};
  (["transport", "ip", "link"] as const).forEach((layer, i) => {
    const middle = y + i * 17;
    const from = spans[layer]!.from, to = end[layer];
    const stroke = `stroke ${LAYER_TONES[layer]}`;
    const text = inLanguage(units[layer], lang);
    const wide = unitsOf(text, 12);
    // What does not fit into its line stands behind it.
    const inside = to - from > wide + 24;
    const at = inside ? (from + to) / 2 : to + 8 + wide / 2;
    const half = wide / 2 + 6;
    names[layer] = [
      line(from + 1, middle, inside ? at - half : to - 1, middle, stroke),
      ...(inside ? [line(at + half, middle, to - 1, middle, stroke)] : []),
      line(from + 1, middle - 4, from + 1, middle + 4, stroke),
      line(to - 1, middle - 4, to - 1, middle + 4, stroke),
      label(at, middle + 4, text, { anchor: "middle", class: `small ${LAYER_TONES[layer]}` }),
    ];
  });
  return names;
}
