/**
 * Figures as SVG. Every number that is drawn was measured or counted by a lab.
 *
 * @module
 */

import {
  type EndpointsFigure,
  type Figure,
  formatMs,
  inLanguage,
  type Lang,
  type QueueFigure,
  type Text,
  type TimelineFigure,
} from "./figure.ts";
import { bars } from "./bars_picture.ts";
import { difference } from "./difference_picture.ts";
import { ladder } from "./ladder_picture.ts";
import { layers } from "./layers_picture.ts";
import { stream } from "./stream_picture.ts";
import {
  arrowHead,
  box,
  cross,
  GUTTER,
  INNER,
  label,
  line,
  type Picture,
  unitsOf,
  WIDTH,
} from "./svg.ts";
import { WORDS } from "./words.ts";

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
    case "difference":
      return difference(figure, lang);
    case "bars":
      return bars(figure, lang);
  }
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
