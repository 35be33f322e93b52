/**
 * What the page of a relay does in the browser. One function, which is sent as its own text:
 * it uses nothing outside itself but what a browser has, and two others that it is given.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- what a browser has, and Deno, which checks this file, has not
import type { Direction } from "../net/net.ts";
import type { LanePiece } from "./kept_pieces.ts";
import type { bytesOnPage, WrittenPiece } from "./page_bytes.ts";
import type { storyOnPage, ToldLane } from "./page_story.ts";

declare const document: any, location: any, history: any, EventSource: any;
declare const requestAnimationFrame: (call: () => void) => void;
declare const getComputedStyle: (element: any) => { fontSize: string };

/** The words of the page, by what they are for. */
export type PageScriptWords = Record<string, string>;

/** Runs the page. */
export function runPage(
  makeStory: typeof storyOnPage,
  makeBytes: typeof bytesOnPage,
): void {
  type Any = any;
  // Of each direction of a lane so many bytes are shown at most, and at least. How many there is
  // room for depends on how large a byte is to be: a few lanes are there to be read from far away.
  const MOST_CELLS = 72;
  const LEAST_CELLS = 16;
  const CELL_REM = 1.4;
  const SMALL_CELL_REM = 0.8;
  const FEW = 3; // lanes
  const COMPACT = 8; // with more lanes each shows its figures alone until it is opened
  const COLOURS = 6;
  const WAYS = ["to-server", "to-client"] as const;

  const resets = document.body.dataset.resets === "yes";
  const words: Record<string, string> = JSON.parse(document.getElementById("words").textContent);
  const fill = (word: string, values: Record<string, unknown>) =>
    words[word].replace(/\{(\w+)\}/g, (_: string, name: string) => String(values[name]));
  const byId = (id: string) => document.getElementById(id);
  const make = (tag: string, options: Record<string, unknown> = {}, ...children: Any[]) => {
    const element = Object.assign(document.createElement(tag), options);
    element.append(...children);
    return element;
  };

  const { partsOf, characterAt, shownText, hexOf } = makeBytes();
  const story = makeStory((connections) => {
    for (const connection of connections) dirty.add(connection);
    draw();
  });
  const opened = new Set<number>();
  // Not left in the address: the whole room can read that.
  if (location.hash.length > 1) {
    sessionStorage.setItem("token", location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
  const token = sessionStorage.getItem("token") ?? "";

  // --- What is drawn --------------------------------------------------------------------------
  const elements = new Map<number, Any>();
  const dirty = new Set<number>();
  let isDrawing = false;
  let wasCompact = false;
  let cells = MOST_CELLS;

  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      const list = byId("lanes");
      list.classList.toggle("many", story.lanes.size > FEW);
      const isCompact = story.lanes.size > COMPACT;
      list.classList.toggle("compact", isCompact);
      if (isCompact !== wasCompact) { for (const key of story.lanes.keys()) dirty.add(key); }
      wasCompact = isCompact;
      for (const key of dirty) {
        const lane = story.lanes.get(key);
        const old = elements.get(key);
        if (!lane) {
          old?.remove();
          elements.delete(key);
          continue;
        }
        const focused = old?.contains(document.activeElement)
          ? document.activeElement.dataset.key
          : undefined;
        const element = laneElement(lane);
        if (old) old.replaceWith(element);
        else list.append(element); // a lane is new only once, and they come in order
        elements.set(key, element);
        if (focused) element.querySelector(`[data-key="${focused}"]`)?.focus();
      }
      dirty.clear();
      byId("empty").hidden = story.lanes.size > 0;
      drawBar();
      fitCells(list);
    });
  }

  /** As many bytes as the strips have room for: once they are there, and when that changes. */
  function fitCells(list: Any): void {
    const strip = list.querySelector(".strip");
    if (!strip) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const size = (story.lanes.size > FEW ? SMALL_CELL_REM : CELL_REM) * rem;
    const room = Math.floor(strip.clientWidth / size);
    const fitting = Math.max(LEAST_CELLS, Math.min(MOST_CELLS, room));
    if (fitting === cells) return;
    cells = fitting;
    for (const key of story.lanes.keys()) dirty.add(key);
    draw();
  }

  function drawBar(): void {
    const isLive = story.shown === Infinity;
    byId("pause").textContent = isLive ? words.pause : words.goOn;
    byId("back").disabled = story.length === 0 || story.shown === 0;
    byId("forth").disabled = isLive;
    byId("place").textContent = isLive
      ? words.live
      : fill("place", { shown: story.shown, all: story.length });
    const open = [...story.lanes.values()].filter(({ endMs }) => endMs === null).length;
    byId("count").textContent = fill("count", { open, all: story.lanes.size });
    byId("cut-now").textContent = story.state.cut
      ? fill("cutOn", { n: story.state.cut })
      : words.cutOff;
    byId("delay-now").textContent = story.state.delayMs
      ? fill("delayOn", { n: story.state.delayMs })
      : words.delayOff;
    byId("cut-toggle").setAttribute("aria-pressed", String(Boolean(story.state.cut)));
    byId("delay-toggle").setAttribute("aria-pressed", String(Boolean(story.state.delayMs)));
  }

  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const number = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  /** What is going on, in words. */
  function stateOf(lane: ToldLane): string {
    const { read, written, halfClosed, pieces } = lane;
    if (lane.endMs !== null) {
      const why = [words[lane.reason], lane.error].filter(Boolean).join("; ");
      const end = words[`${lane.how}-${lane.by}`] ?? lane.how;
      return why ? `${end} (${why})` : end;
    }
    const parts = [];
    const last = pieces[pieces.length - 1];
    if (read["to-server"] === 0 && read["to-client"] === 0) parts.push(words.quiet);
    else if (last && last.direction === "to-server") {
      parts.push(fill("waits", { since: seconds(Math.max(0, story.nowMs() - last.atMs)) }));
    } else parts.push(words.talks);
    if (halfClosed["to-server"]) parts.push(words.halfServer);
    if (halfClosed["to-client"]) parts.push(words.halfClient);
    for (const way of WAYS) {
      const held = read[way] - written[way];
      if (held > 0) parts.push(fill(`held-${way}`, { n: number(held) }));
    }
    return parts.join(words.and);
  }

  function laneElement(lane: ToldLane): Any {
    const { connection, client } = lane;
    const name = `#${connection}`;
    const head = make(
      "header",
      {},
      make("h2", { textContent: name }),
      make("code", { textContent: client }),
    );
    const text = make("p", { className: "state", textContent: stateOf(lane) });
    text.setAttribute("data-state", String(connection));
    const counts = make("p", { className: "counts" });
    counts.textContent = fill("counts", {
      out: number(lane.written["to-server"]),
      back: number(lane.written["to-client"]),
    });
    head.append(text, counts);
    const element = make("section", { className: "lane" }, head);
    element.classList.toggle("over", lane.endMs !== null);
    element.setAttribute("aria-label", `${name} ${client}`);
    const isCompact = story.lanes.size > COMPACT && !opened.has(connection);
    if (story.lanes.size > COMPACT) {
      const toggle = make("button", {
        className: "open",
        textContent: isCompact ? words.open : words.fold,
        onclick: () => {
          if (isCompact) opened.add(connection);
          else opened.delete(connection);
          dirty.add(connection);
          draw();
        },
      });
      toggle.dataset.key = `open-${connection}`;
      toggle.setAttribute("aria-expanded", String(!isCompact));
      head.append(toggle);
    }
    element.classList.toggle("opened", !isCompact);
    if (token && lane.endMs === null && story.shown === Infinity && !isCompact) {
      const reset = make("button", {
        className: "reset",
        textContent: words[resets ? "resetNext" : "closeNext"],
        title: resets ? "" : words.noResets,
        onclick: () => control({ resetNext: connection }),
      });
      reset.dataset.key = `reset-${connection}`;
      head.append(reset);
    }
    if (!isCompact) { for (const way of WAYS) element.append(wayElement(lane, way)); }
    return element;
  }

  /** One direction: who sent above, the bytes, who was handed what below. */
  function wayElement(lane: ToldLane, way: Direction): Any {
    const pieces = lane.pieces.filter(({ direction }) => direction === way);
    const writes = pieces.filter((piece) => piece.kind === "write") as WrittenPiece[];
    const end = Math.max(lane.read[way], lane.written[way]);
    const start = Math.max(0, end - cells);
    const box = make("div", { className: "way" });
    const which = make("span", { className: "which", textContent: words[way] });
    box.append(which);
    const strip = make("div", { className: "strip" });
    strip.style.setProperty("--cells", String(cells));
    box.append(strip);
    const mark = (piece: LanePiece, row: number) => {
      const from = Math.max(piece.from, start);
      const to = piece.from + piece.bytes;
      if (to <= start) return;
      const text = fill(piece.kind, { n: number(piece.bytes) });
      const isWrite = piece.kind === "write";
      const element = make(isWrite ? "button" : "span", {
        className: `mark ${piece.kind}`,
        title: text,
      });
      element.style.gridColumn = `${from - start + 1} / ${to - start + 1}`;
      element.style.gridRow = String(row);
      element.append(make("span", { textContent: number(piece.bytes) }));
      element.setAttribute("aria-label", `${text}, ${seconds(piece.atMs)}`);
      element.classList.toggle("cut", piece.from < start);
      if (isWrite) {
        element.dataset.key = `${way}-${piece.from}`;
        element.onclick = () => showPiece(lane, piece as WrittenPiece);
      } else element.setAttribute("role", "img");
      strip.append(element);
    };
    for (const piece of pieces) mark(piece, piece.kind === "read" ? 1 : 3);
    const cell = (at: number, length: number, className: string, text: string) => {
      const element = make("span", { className: `byte ${className}`, textContent: text });
      element.style.gridColumn = `${at - start + 1} / span ${length}`;
      element.setAttribute("aria-hidden", "true");
      strip.append(element);
    };
    for (const piece of writes) {
      for (const part of partsOf(piece)) {
        let { message } = part;
        for (let i = 0; i < part.bytes.length;) {
          const { text, length } = characterAt(part.bytes, i);
          const at = part.from + i;
          if (at >= start) cell(at, length, `m${message % COLOURS}`, text);
          if (part.bytes[i] === 10) message++;
          i += length;
        }
      }
    }
    // Came, and not handed on yet.
    for (let at = Math.max(start, lane.written[way]); at < lane.read[way]; at++) {
      cell(at, 1, "held", "·");
    }
    if (start > 0) {
      const before = fill("before", { n: number(start) });
      which.append(make("span", { className: "before", textContent: before }));
    }
    return box;
  }

  function showPiece(lane: ToldLane, piece: WrittenPiece): void {
    const parts = partsOf(piece);
    const kept = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const isWhole = kept === piece.bytes;
    if (isWhole) parts.splice(0, 2, { ...parts[0], bytes: parts.flatMap(({ bytes }) => bytes) });
    byId("piece-title").textContent = `#${lane.connection} ${words[piece.direction]}: ` +
      fill("write", { n: number(piece.bytes) }) + `, ${(piece.atMs / 1000).toFixed(3)} s`;
    byId("piece-text").textContent = parts.map(({ bytes }) =>
      shownText(new TextDecoder().decode(new Uint8Array(bytes)))
    ).join(" … ");
    byId("piece-hex").textContent = parts.map((part) => hexOf(part, piece)).join("\n…\n");
    byId("piece-more").textContent = isWhole ? "" : fill("notKept", {
      n: number(piece.bytes - kept),
    });
    byId("piece").showModal();
  }

  // --- What the reader does -------------------------------------------------------------------
  async function control(body: unknown): Promise<void> {
    const response = await fetch("/control", {
      method: "POST",
      headers: { "x-token": token, "content-type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => null);
    byId("problem").textContent = response?.ok ? "" : words.controlFailed;
  }

  byId("controls").hidden = token === "";
  byId("pause").onclick = () =>
    story.shown === Infinity ? story.show(story.length - 1) : story.show(Infinity);
  byId("back").onclick = () =>
    story.show((story.shown === Infinity ? story.length : story.shown) - 1);
  byId("forth").onclick = () => story.show(story.shown + 1);
  byId("cut-toggle").onclick = () =>
    control({ cut: story.state.cut ? null : Number(byId("cut").value) || 5 });
  byId("delay-toggle").onclick = () =>
    control({ delayMs: story.state.delayMs ? null : Number(byId("delay").value) || 100 });
  byId("piece-close").onclick = () => byId("piece").close();
  document.addEventListener("keydown", (event: Any) => {
    if (event.target.tagName === "INPUT" || byId("piece").open || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === "ArrowLeft") byId("back").click();
    else if (event.key === "ArrowRight") byId("forth").click();
    else if (event.key === " " && event.target.tagName !== "BUTTON") byId("pause").click();
    else return;
    event.preventDefault();
  });
  addEventListener("resize", draw);
  // "Waits since" counts on, without anything having happened.
  setInterval(() => {
    for (const element of document.querySelectorAll("[data-state]")) {
      const lane = story.lanes.get(Number(element.dataset.state));
      const text = lane ? stateOf(lane) : "";
      if (lane && element.textContent !== text) element.textContent = text;
    }
  }, 500);

  // --- What comes -----------------------------------------------------------------------------
  const source = new EventSource("/events");
  source.addEventListener("all", ({ data }: Any) => {
    story.takeAll(JSON.parse(data));
  });
  source.onmessage = ({ data }: Any) => JSON.parse(data).forEach(story.take);
  source.onopen = () => byId("problem").textContent = "";
  source.onerror = () => byId("problem").textContent = words.away;
}
