/**
 * Layers on top of one another, and how far each reaches on the way from host to host, as SVG.
 *
 * @module
 */

import { inLanguage, type Lang, type PathFigure, type StacksFigure } from "./figure.ts";
import { LAYER_TONES } from "./layers_picture.ts";
import { box, GUTTER, INNER, label, line, type Picture, step, unitsOf, WIDTH } from "./svg.ts";

const ROW = 34;
const GAP = 22;

/** Stacks side by side; a layer that they do not have in common stands out. */
export function stacks({ names, rows }: StacksFigure, lang: Lang): Picture {
  const width = (WIDTH - GUTTER - GAP * (names.length - 1) - 2) / names.length;
  const left = (i: number) => GUTTER + i * (width + GAP);
  const heads = names.map((name, i) =>
    label(left(i) + width / 2, 14, inLanguage(name, lang), { anchor: "middle", class: "strong" })
  );
  const layers = rows.map(({ layer, name, cells }, row) => {
    const y = 24 + row * ROW;
    const differ = new Set(cells.map((cell) => inLanguage(cell, lang))).size > 1;
    const style = `tint ${LAYER_TONES[layer]}${differ ? " even" : ""}`;
    return step(
      label(0, y + 20, inLanguage(name, lang)),
      ...cells.flatMap((cell, i) => [
        box({ x: left(i), y, width, height: ROW - 4, radius: 3 }, style),
        label(left(i) + width / 2, y + 20, inLanguage(cell, lang), {
          anchor: "middle",
          class: differ ? "strong" : undefined,
        }),
      ]),
    );
  });
  return { body: [...heads, ...layers].join("\n"), height: 24 + rows.length * ROW };
}

/** The way from host to host: what reaches how far. */
export function path({ nodes, rows }: PathFigure, lang: Lang): Picture {
  const pitch = (INNER - 30) / (nodes.length - 1);
  const x = (node: number) => GUTTER + 20 + node * pitch;
  const bottom = 26 + rows.length * ROW;
  const heads = nodes.flatMap((node, i) => {
    const text = inLanguage(node, lang);
    const last = i === nodes.length - 1;
    // The name of the last one ends where it stands, or it would stand out.
    const at = last ? Math.min(x(i) + unitsOf(text) / 2, WIDTH) : x(i);
    // A line down to the layers that have to do with this one.
    const first = rows.findIndex(({ spans }) =>
      spans.some(({ from, to }) => from === i || to === i)
    );
    return [
      label(at, 14, text, { anchor: last ? "end" : "middle", class: "strong" }),
      line(x(i), 26 + first * ROW, x(i), bottom, "stroke plain dash"),
    ];
  });
  const layers = rows.map(({ layer, name, spans }, row) => {
    const y = 28 + row * ROW;
    const tone = LAYER_TONES[layer];
    return step(
      label(0, y + 17, inLanguage(name, lang)),
      ...spans.flatMap(({ from, to, label: text }, i) => [
        box(
          { x: x(from) + 3, y, width: x(to) - x(from) - 6, height: 25 },
          `tint ${tone}${i % 2 === 1 ? " even" : ""}`,
        ),
        label((x(from) + x(to)) / 2, y + 17, inLanguage(text, lang), {
          anchor: "middle",
          class: "small",
        }),
      ]),
    );
  });
  return { body: [...heads, ...layers].join("\n"), height: bottom };
}
