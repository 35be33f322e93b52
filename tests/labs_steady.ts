/**
 * Findings made steady: the same for every run, so that what is drawn from them
 * can be compared whole. Times, ports and the kernel's own cuts are replaced;
 * every other number stays what it was.
 *
 * @module
 */

import type { Figure, Lane, Scene, Table, Text } from "../src/draw/figure.ts";
import type { Finding, Outcome } from "../src/labs/lab.ts";
import { picture } from "../src/draw/picture.ts";
import { DARK, drawing, label, LIGHT, RULES, WIDTH } from "../src/draw/svg.ts";
import { rangeOf } from "../src/labs/ephemeral_port.ts";

/** The same outcome with steady times, ports and cuts. */
export function steady({ lab, finding, events }: Outcome): Outcome {
  const { holds, seen, scenes } = finding;
  const still: Finding = { holds, seen: steadyText(seen), scenes: scenes.map(steadyScene) };
  return { lab, finding: still, events, tookUs: 0 };
}

/** What may be said of the client's ports, which depends on the system and its settings. */
const RANGES = [[40_000], [62_000], [20_000]].map((ports) => rangeOf(ports, "linux"));

function steadyScene({ title, figure, table, notes }: Scene): Scene {
  const isRange = (note: Text) => RANGES.some(({ en }) => note.en === en);
  notes = notes?.map((note) => isRange(note) ? RANGES[0] : note);
  return {
    title: steadyText(title),
    figure: figure && steadyFigure(figure),
    table: table && steadyTable(table),
    notes: notes?.map(steadyText),
  };
}

function steadyText({ en, zh }: Text): Text {
  return { en: steadyWords(en), zh: steadyWords(zh) };
}

function steadyWords(words: string): string {
  return words.replace(/[0-9.]+ ms/g, "1 ms").replace(/(?<=(, |、|\(|（|:))[0-9]{5}\b/g, "50000")
    .replace(/([0-9]+|one)( reads?| 次 read)(: | into|：1 MB|\. Only|。消息)/g, "9$2$3");
}

/** The kernel decides how much of a long message one read gives. */
function steadyTable({ head, rows }: Table): Table {
  const long = (row: Table["rows"][number]) => Number(row[0]) >= 10_000 && row.length === 4;
  return {
    head,
    rows: rows.map((row) => long(row) ? [row[0], row[1], "…", "…"] : row),
  };
}

function steadyFigure(figure: Figure): Figure {
  switch (figure.kind) {
    case "stream": {
      if (figure.bytes !== undefined) return figure;
      const pieces = [65_536, 27_648, 41_984, 49_152, 90_112, 92_160, 186_368, 406_016, 41_024];
      return {
        ...figure,
        cuts: figure.cuts.map((cut) => cut.pieces.length === 1 ? cut : { ...cut, pieces }),
      };
    }
    case "timeline":
      return { ...figure, lanes: steadyLanes(figure.lanes) };
    case "ladder":
      return { ...figure, steps: figure.steps.map((step, i) => ({ ...step, atUs: 100 * i })) };
    case "endpoints":
      return {
        ...figure,
        server: figure.server.replace(/[0-9]+$/, "9190"),
        clients: figure.clients.map(({ who, address }, i) => ({
          who,
          address: address.replace(/[0-9]+$/, String(50_000 + i)),
        })),
      };
    default:
      return figure;
  }
}

/** Only the order of the times is kept, in steps of 50 ms. */
function steadyLanes(lanes: Lane[]): Lane[] {
  // Two that happen to fall on the same microsecond stay two, or the order of
  // the others would depend on it; the end of one bar and the start of the next
  // are one, and so are the beginning of all, and a mark and a bar that ends there.
  const instants: { us: number }[] = [{ us: 0 }];
  const instant = (us: number) => us === 0 ? instants[0] : instants[instants.push({ us }) - 1];
  const known = (us: number) => instants.find((it) => it.us === us) ?? instant(us);
  const rank = (one: { us: number }) => instants.indexOf(one) * 50_000;
  const held = lanes.map(({ who, bars, marks }) => {
    let end = { us: -1 };
    return {
      who,
      bars: bars.map(({ fromUs, toUs, state }) => {
        const from = end.us === fromUs ? end : instant(fromUs);
        return { from, to: end = instant(toUs), state };
      }),
      marks,
    };
  }).map((lane) => ({
    ...lane,
    marks: lane.marks.map((mark) => ({ mark, at: known(mark.atUs) })),
  }));
  instants.sort((a, b) => a.us - b.us);
  return held.map(({ who, bars, marks }) => ({
    who,
    bars: bars.map(({ from, to, state }) => ({ fromUs: rank(from), toUs: rank(to), state })),
    marks: marks.map(({ mark, at }) => ({ ...mark, atUs: rank(at) })),
  }));
}

/** All pictures of a lab below one another, as a file of its own: for a README. */
export function poster(
  { lab, finding }: Outcome,
  lang: "en" | "zh",
  scenes: number[] = [],
): string {
  const shown = finding.scenes.filter(({ figure }, i) =>
    figure !== undefined && (scenes.length === 0 || scenes.includes(i + 1))
  );
  const parts: string[] = [];
  let y = 14;
  for (const { title, figure } of shown) {
    const { body, height } = picture(figure!, lang);
    parts.push(label(18, y + 16, title[lang], { class: "title" }));
    parts.push(`<g transform="translate(18 ${y + 32})">\n${body}\n</g>`);
    y += height + 56;
  }
  const width = WIDTH + 36;
  const style = `<style>
svg.figure{${LIGHT}}
@media (prefers-color-scheme:dark){svg.figure{${DARK}}}
${RULES("svg.figure")}
svg.figure text.title{font:600 14px system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei",sans-serif}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${y - 7}" rx="10" class="card"/>
`;
  const description = shown.map(({ title }) => `${title[lang]}.`).join(" ");
  const svg = drawing(
    { id: lab.name, title: lab.title[lang], description, height: y - 6 },
    parts.join("\n"),
    style,
  );
  return svg.replace(`viewBox="0 0 ${WIDTH} `, `width="${width}" viewBox="0 0 ${width} `) + "\n";
}
