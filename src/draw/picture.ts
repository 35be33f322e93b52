/**
 * Figures as SVG. Every number that is drawn was measured or counted by a lab.
 *
 * @module
 */

import {
  type EndpointsFigure,
  type Figure,
  inLanguage,
  type Lang,
  type QueueFigure,
  type Text,
} from "./figure.ts";
import { bars } from "./bars_picture.ts";
import { difference } from "./difference_picture.ts";
import { ladder } from "./ladder_picture.ts";
import { layers } from "./layers_picture.ts";
import { path, stacks } from "./stack_picture.ts";
import { stream } from "./stream_picture.ts";
import { timeline } from "./timeline_picture.ts";
import {
  arrowHead,
  box,
  cross,
  GUTTER,
  label,
  line,
  type Picture,
  step,
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
    case "stacks":
      return stacks(figure, lang);
    case "path":
      return path(figure, lang);
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
    const squares = Array.from({ length: drawn }, (_, i) => {
      // Those beyond the number that was asked for stand outside of the frame.
      const x = GUTTER + i * pitch + (i < asked ? 0 : 7);
      const style = `tint ${i < asked ? "read" : "line"} even`;
      return box({ x, y, width: size, height: size, radius: 3 }, style);
    });
    const drawing = [
      label(0, y + 12, `backlog ${backlog}`),
      box({ x: GUTTER - 5, y: y - 6, width: asked * pitch + 6, height: size + 12 }, "stroke plain"),
      step(...squares.slice(0, asked)),
      step(...squares.slice(asked)),
    ];
    const x = GUTTER + drawn * pitch + 14;
    if (letIn > drawn) drawing.push(step(label(x, y + 12, `… ${letIn}`)));
    else if (next !== "none") {
      const waits = next === "waits";
      drawing.push(step(
        waits
          ? box({ x, y, width: size, height: size, radius: 3 }, "stroke wait dash")
          : cross(x + size / 2, y + size / 2),
        label(x + size + 4, y + 12, inLanguage(WORDS[next], lang), {
          class: waits ? "wait" : "bad",
        }),
      ));
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

/** Who is connected with whom. */
function endpoints({ server, clients }: EndpointsFigure, lang: Lang): Picture {
  const pitch = 44;
  const height = clients.length * pitch;
  const middle = height / 2;
  const serverX = WIDTH - 138;
  const parts = clients.map(({ who, address }, i) => {
    const y = i * pitch + pitch / 2;
    return step(
      label(0, y + 4, inLanguage(who, lang)),
      box({ x: 76, y: y - 14, width: 150, height: 28 }, "tint write"),
      label(151, y + 4, address, { anchor: "middle" }),
      line(227, y, serverX - 10, middle, "stroke write"),
    );
  });
  parts.unshift(
    arrowHead([0, middle], [serverX - 2, middle], "write"),
    box({ x: serverX, y: middle - 16, width: 137, height: 32 }, "tint read"),
    label(serverX + 68.5, middle + 4, server, { anchor: "middle" }),
  );
  return { body: parts.join("\n"), height };
}
