/**
 * What the page of a relay does in the browser. One function, which is sent as its own text:
 * it uses nothing outside itself but what a browser has.
 *
 * @module
 */

// A browser has them; Deno, which checks this file, has not.
// deno-lint-ignore no-explicit-any
declare const document: any, location: any, EventSource: any, requestAnimationFrame: any;

/** The words of the page, by what they are for. */
export type PageScriptWords = Record<string, string>;

/** Runs the page. */
export function runPage(): void {
  // deno-lint-ignore no-explicit-any
  type Any = any;
  const MOST_EVENTS = 3000; // that one can step back through
  const SHOWN_BYTES = 72; // of each direction of a lane
  const COMPACT = 30; // with more lanes each shows its figures alone until it is opened
  const COLOURS = 6;
  const WAYS = ["to-server", "to-client"];

  const words: Record<string, string> = JSON.parse(document.getElementById("words").textContent);
  const fill = (word: string, values: Record<string, unknown>) =>
    words[word].replace(/\{(\w+)\}/g, (_: string, name: string) => String(values[name]));
  const byId = (id: string) => document.getElementById(id);
  const make = (tag: string, options: Record<string, unknown> = {}, ...children: Any[]) => {
    const element = Object.assign(document.createElement(tag), options);
    element.append(...children);
    return element;
  };

  // --- What is known -------------------------------------------------------------------------
  /** The lanes before `events`. */
  let base = new Map<number, Any>();
  /** What has changed since, the oldest first. */
  let events: Any[] = [];
  /** So many of `events` are shown; Infinity: all, live. */
  let shown = Infinity;
  let lanes = base;
  let lastChange = 0;
  let state: Any = {};
  let clockMs = 0; // the relay's time, when this page's was `clockAtMs`
  let clockAtMs = 0;
  const opened = new Set<number>();
  const token = location.hash.slice(1);

  const copy = (all: Map<number, Any>) =>
    new Map([...all].map(([key, lane]) => [key, {
      ...lane,
      read: { ...lane.read },
      written: { ...lane.written },
      halfClosed: { ...lane.halfClosed },
      pieces: [...lane.pieces],
    }]));

  /** The lanes after a change; tells which lane it was. */
  function apply(all: Map<number, Any>, event: Any): number | null {
    if (event.state) {
      state = event.state;
      return null;
    }
    if (event.lane) {
      all.set(event.lane.connection, { ...event.lane, pieces: [] });
      return event.lane.connection;
    }
    const lane = all.get(event.connection);
    if (!lane) return null;
    if (event.piece) {
      const { direction, kind, bytes } = event.piece;
      lane[kind === "read" ? "read" : "written"][direction] += bytes;
      lane.pieces.push(event.piece);
      if (lane.pieces.length > 200) {
        lane.pieces.shift();
        lane.forgotten++;
      }
    } else if (event.halfClosed) lane.halfClosed[event.halfClosed] = true;
    else if (event.endMs !== undefined) Object.assign(lane, event);
    return event.connection;
  }

  function take(event: Any): void {
    if (event.change <= lastChange) return;
    lastChange = event.change;
    events.push(event);
    if (events.length > MOST_EVENTS) {
      apply(base, events.shift());
      if (shown !== Infinity) shown = Math.max(0, shown - 1);
    }
    if (shown !== Infinity) return drawBar();
    const changed = apply(lanes, event);
    if (changed !== null) dirty.add(changed);
    draw();
  }

  /** Shows so many of the events. */
  function show(count: number): void {
    shown = count >= events.length ? Infinity : Math.max(0, count);
    lanes = copy(base);
    for (const event of events.slice(0, shown)) apply(lanes, event);
    for (const key of [...lanes.keys(), ...elements.keys()]) dirty.add(key);
    draw();
  }

  // --- What is drawn --------------------------------------------------------------------------
  const elements = new Map<number, Any>();
  const dirty = new Set<number>();
  let isDrawing = false;

  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      const list = byId("lanes");
      list.classList.toggle("many", lanes.size > 8);
      list.classList.toggle("compact", lanes.size > COMPACT);
      for (const key of dirty) {
        const lane = lanes.get(key);
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
        else list.append(element);
        elements.set(key, element);
        if (focused) element.querySelector(`[data-key="${focused}"]`)?.focus();
      }
      dirty.clear();
      byId("empty").hidden = lanes.size > 0;
      drawBar();
    });
  }

  function drawBar(): void {
    const isLive = shown === Infinity;
    byId("pause").textContent = isLive ? words.pause : words.goOn;
    byId("back").disabled = events.length === 0 || shown === 0;
    byId("forth").disabled = isLive;
    byId("place").textContent = isLive ? words.live : fill("place", { shown, all: events.length });
    const open = [...lanes.values()].filter(({ endMs }) => endMs === null).length;
    byId("count").textContent = fill("count", { open, all: lanes.size });
    byId("cut-now").textContent = state.cut ? fill("cutOn", { n: state.cut }) : words.cutOff;
    byId("delay-now").textContent = state.delayMs
      ? fill("delayOn", { n: state.delayMs })
      : words.delayOff;
    byId("cut-toggle").setAttribute("aria-pressed", String(Boolean(state.cut)));
    byId("delay-toggle").setAttribute("aria-pressed", String(Boolean(state.delayMs)));
  }

  const nowMs = () => clockMs + performance.now() - clockAtMs;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const number = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  /** What is going on, in words. */
  function stateOf(lane: Any): string {
    const { read, halfClosed, pieces } = lane;
    if (lane.endMs !== null) {
      const end = fill(`${lane.how}-${lane.by}`, {}) || lane.how;
      return lane.error ? `${end} (${lane.error})` : end;
    }
    if (halfClosed["to-server"] || halfClosed["to-client"]) {
      return halfClosed["to-server"] ? words.halfServer : words.halfClient;
    }
    if (read["to-server"] === 0 && read["to-client"] === 0) return words.quiet;
    const last = pieces[pieces.length - 1];
    if (last && last.direction === "to-server" && shown === Infinity) {
      return fill("waits", { since: seconds(Math.max(0, nowMs() - last.atMs)) });
    }
    return words.talks;
  }

  function laneElement(lane: Any): Any {
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
    const isCompact = lanes.size > COMPACT && !opened.has(connection);
    if (lanes.size > COMPACT) {
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
    if (token && lane.endMs === null && shown === Infinity) {
      const reset = make("button", {
        className: "reset",
        textContent: words.resetNext,
        onclick: () => control({ resetNext: connection }),
      });
      reset.dataset.key = `reset-${connection}`;
      head.append(reset);
    }
    if (!isCompact) { for (const way of WAYS) element.append(wayElement(lane, way)); }
    return element;
  }

  /** One direction: who sent above, the bytes, who was handed what below. */
  function wayElement(lane: Any, way: string): Any {
    const pieces = lane.pieces.filter(({ direction }: Any) => direction === way);
    const writes = pieces.filter(({ kind }: Any) => kind === "write");
    const end = Math.max(lane.read[way], lane.written[way]);
    const start = Math.max(0, end - SHOWN_BYTES);
    const box = make("div", { className: "way" });
    box.append(make("span", { className: "which", textContent: words[way] }));
    const strip = make("div", { className: "strip" });
    strip.style.setProperty("--cells", String(SHOWN_BYTES));
    box.append(strip);
    const mark = (piece: Any, row: number) => {
      const from = Math.max(piece.from, start);
      const to = piece.from + piece.bytes;
      if (to <= start) return;
      const text = fill(piece.kind, { n: number(piece.bytes) });
      const button = make("button", { className: `mark ${piece.kind}`, title: text });
      button.style.gridColumn = `${from - start + 1} / ${to - start + 1}`;
      button.style.gridRow = String(row);
      button.append(make("span", { textContent: number(piece.bytes) }));
      button.setAttribute("aria-label", `${text}, ${seconds(piece.atMs)}`);
      button.classList.toggle("cut", piece.from < start);
      button.dataset.key = `${piece.kind}-${way}-${piece.from}`;
      if (piece.kind === "write") button.onclick = () => showPiece(lane, piece);
      else button.disabled = true;
      strip.append(button);
    };
    for (const piece of pieces) mark(piece, piece.kind === "read" ? 1 : 3);
    for (const piece of writes) {
      const data = bytesOf(piece);
      let message = piece.message;
      for (let i = 0; i < data.length; i++) {
        const at = piece.from + i;
        if (at >= start) {
          const cell = make("span", {
            className: `byte m${message % COLOURS}`,
            textContent: charOf(data[i]),
          });
          cell.style.gridColumn = String(at - start + 1);
          strip.append(cell);
        }
        if (data[i] === 10) message++;
      }
    }
    // Came, and not handed on yet.
    for (let at = Math.max(start, lane.written[way]); at < lane.read[way]; at++) {
      const cell = make("span", { className: "byte held", textContent: "·" });
      cell.style.gridColumn = String(at - start + 1);
      strip.append(cell);
    }
    if (start > 0) {
      box.append(
        make("span", { className: "before", textContent: fill("before", { n: number(start) }) }),
      );
    }
    return box;
  }

  const bytesOf = (piece: Any): number[] => [...atob(piece.data)].map((c) => c.charCodeAt(0));
  const charOf = (byte: number) =>
    byte === 10
      ? "↵"
      : byte === 32
      ? "␣"
      : byte > 32 && byte < 127
      ? String.fromCharCode(byte)
      : "▪";

  function showPiece(lane: Any, piece: Any): void {
    const data = bytesOf(piece);
    const rows = [];
    for (let at = 0; at < data.length; at += 16) {
      const row = data.slice(at, at + 16);
      const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const text = row.map((byte) => byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")
        .join("");
      rows.push(`${at.toString(16).padStart(4, "0")}  ${hex.padEnd(47)}  ${text}`);
    }
    byId("piece-title").textContent = `#${lane.connection} ${words[piece.direction]}: ` +
      fill("write", { n: number(piece.bytes) }) + `, ${(piece.atMs / 1000).toFixed(3)} s`;
    const decoder = new TextDecoder();
    byId("piece-text").textContent = JSON.stringify(decoder.decode(new Uint8Array(data))).slice(
      1,
      -1,
    );
    byId("piece-hex").textContent = rows.join("\n");
    byId("piece-more").textContent = data.length < piece.bytes
      ? fill("notKept", { n: number(piece.bytes - data.length) })
      : "";
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
  byId("pause").onclick = () => shown === Infinity ? show(events.length - 1) : show(Infinity);
  byId("back").onclick = () => show((shown === Infinity ? events.length : shown) - 1);
  byId("forth").onclick = () => show(shown + 1);
  byId("cut-toggle").onclick = () =>
    control({ cut: state.cut ? null : Number(byId("cut").value) || 5 });
  byId("delay-toggle").onclick = () =>
    control({ delayMs: state.delayMs ? null : Number(byId("delay").value) || 100 });
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
  // "Waits since" counts on, without anything having happened.
  setInterval(() => {
    for (const element of document.querySelectorAll("[data-state]")) {
      const lane = lanes.get(Number(element.dataset.state));
      if (lane) element.textContent = stateOf(lane);
    }
  }, 500);

  // --- What comes -----------------------------------------------------------------------------
  const source = new EventSource("/events");
  source.addEventListener("all", ({ data }: Any) => {
    const all = JSON.parse(data);
    base = new Map(all.lanes.map((lane: Any) => [lane.connection, lane]));
    events = [];
    state = all.state;
    lastChange = all.change;
    clockMs = all.nowMs;
    clockAtMs = performance.now();
    show(Infinity);
  });
  source.onmessage = ({ data }: Any) => JSON.parse(data).forEach(take);
  source.onopen = () => byId("problem").textContent = "";
  source.onerror = () => byId("problem").textContent = words.away;
}
