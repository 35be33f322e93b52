/**
 * The page of a relay, served by the relay itself: what passes, live, and the controls
 * that matter while one talks.
 *
 * What peers send is never trusted: it goes to the page as base64 and is shown as text. The page
 * loads nothing from elsewhere and runs no script but its own (Content-Security-Policy). Who
 * reads needs no token; who changes something does. A Host that is a name other than
 * localhost is refused: a page of another site could otherwise read through the
 * browser of somebody here (DNS rebinding).
 *
 * @module
 */

import { failure, type Words, words } from "../cli/failure.ts";
import type { Lang } from "../draw/figure.ts";
import { formatAddress } from "../net/net.ts";
import type { RelayEvent } from "./events.ts";
import { Lanes } from "./lanes.ts";
import { inWords } from "./text.ts";
import { pageOf, SCRIPT, STYLE } from "./page.ts";

/** What has happened is sent so often, in one piece. */
const BATCH_MS = 60;
/**
 * More changes than that at a time nobody can look at: viewers get the lanes as they are, not so
 * often. (Each change told by itself may make each message dearer.)
 */
const MOST_WAITING = 300;
const TOO_MUCH_MS = 500;
/** Of the time, this part at most is spent on viewers: so they hardly slow down what passes. */
const MOST_SHARE = 1 / 20;
const MOST_VIEWERS = 200;
const MOST_CONTROL_BYTES = 1000;
/** So long viewers may take at the end, to be told of it. */
const END_MS = 500;

/** What a page may change. What is not given stays as it is. */
export interface Control {
  /** Hand on at most so many bytes at a time; `null`: as they come. */
  cut?: number | null;
  /** Hand on so many milliseconds later; `null`: at once. */
  delayMs?: number | null;
  /** Reset the connection of this number at its next reply. */
  resetNext?: number;
}

/** What {@linkcode openWeb} is given. */
export interface WebOptions {
  hostname: string;
  port: number;
  lang: Lang;
  /** Words in that language. */
  textOf(what: Words): string;
  /** What is told above the lanes. */
  relay: { from: string; to: string };
  /** What its readers may change, if they have the token. Default: nothing. */
  controls?: Controls;
}

/** What the readers of a page may change. */
export interface Controls {
  /** Can a connection be reset? If not it is closed. */
  resets: boolean;
  /** How bytes are shaped now; `""`: not cut. */
  state(): { cut: string; delayMs: number | null };
  change(control: Control): void;
}

/** A page that is being served. */
export interface Web {
  /** With the token, which lets its reader change something. */
  url: string;
  tell(event: RelayEvent): void;
  close(): Promise<void>;
}

/** Serves the page. @throws {Failure} If it cannot listen there. */
export function openWeb(options: WebOptions): Web {
  const { hostname, port, controls, textOf } = options;
  const lanes = new Lanes((message) => textOf(inWords(message)));
  const viewers = new Set<Viewer>();
  const token = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  let beganMs = performance.now();
  let waiting: string[] = [];
  // Changes are counted: a page that got all anew leaves out those that it has in it.
  let changes = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pauseMs = BATCH_MS;
  let all: { changes: number; message: Uint8Array } = { changes: -1, message: new Uint8Array(0) };

  /** All lanes as they are now, made once for all who are to get it. */
  function allLanes(): Uint8Array {
    if (all.changes !== changes) {
      const nowMs = performance.now() - beganMs;
      const data = { lanes: lanes.all, state: controls?.state() ?? null, nowMs, change: changes };
      all = { changes, message: utf8.encode(`event: all\ndata: ${JSON.stringify(data)}\n\n`) };
    }
    return all.message;
  }
  function send(): void {
    timer = null;
    const startMs = performance.now();
    const isTooMuch = waiting.length >= MOST_WAITING;
    if (isTooMuch) viewers.forEach((viewer) => viewer.isStale = true);
    const isWanted = [...viewers].some(({ isStale }) => !isStale);
    const batch = utf8.encode(isWanted ? `data: [${waiting.join()}]\n\n` : "");
    waiting = [];
    for (const viewer of viewers) viewer.send(batch);
    const tookMs = performance.now() - startMs;
    pauseMs = Math.max(isTooMuch ? TOO_MUCH_MS : BATCH_MS, tookMs / MOST_SHARE);
  }
  const sendSoon = () => void (timer ??= setTimeout(send, pauseMs));
  function push(change: object): void {
    changes++;
    if (viewers.size === 0) return;
    if (waiting.length < MOST_WAITING) {
      waiting.push(JSON.stringify({ ...change, change: changes }));
    }
    sendSoon();
  }
  function watch(): Response {
    if (viewers.size >= MOST_VIEWERS) return text("Too many look at this page already.\n", 503);
    const viewer = new Viewer(allLanes, {
      onRoom: sendSoon,
      onLeave: () => viewers.delete(viewer),
    });
    viewers.add(viewer);
    return new Response(viewer.stream, {
      headers: { ...HEADERS, "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (!isOwnHost(request.headers.get("host"), hostname)) {
      return text("This name is not known here.\n", 421);
    }
    if (request.method === "GET") {
      if (url.pathname === "/") return page(pageOf(options), "text/html; charset=utf-8");
      if (url.pathname === "/page.js") return page(SCRIPT, "text/javascript; charset=utf-8");
      if (url.pathname === "/page.css") return page(STYLE, "text/css; charset=utf-8");
      if (url.pathname === "/events") return watch();
      return text("Nothing is here.\n", 404);
    }
    if (request.method !== "POST" || url.pathname !== "/control" || controls === undefined) {
      return text("Not here.\n", 405);
    }
    // A page of another site can send a form, but no header of its own.
    if (request.headers.get("x-token") !== token) return text("The token is wrong.\n", 403);
    const control = controlOf(await bodyOf(request));
    if (control === null) return text("That is no control.\n", 400);
    controls.change(control);
    push({ state: controls.state() });
    return new Response(null, { status: 204, headers: HEADERS });
  }

  const ending = new AbortController();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const { signal } = ending;
    const onError = () => text("The page has failed.\n", 500);
    server = Deno.serve({ hostname, port, signal, onListen() {}, onError }, answer);
  } catch (error) {
    throw failure(words`Cannot serve the page on ${formatAddress({ hostname, port })}`, error, {
      call: "bind",
      hostname,
      port,
    });
  }
  const at = formatAddress({ hostname: server.addr.hostname, port: server.addr.port });
  return {
    url: `http://${at}/${controls === undefined ? "" : `#${token}`}`,
    tell(event) {
      if (event.event === "listening") beganMs = performance.now() - event.atMs;
      const change = lanes.take(event);
      if (change !== null) push(change);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      send();
      for (const viewer of viewers) viewer.end();
      // One that does not read would keep it from its end.
      timer = setTimeout(() => ending.abort(), END_MS);
      await Promise.race([server.shutdown(), server.finished]);
      clearTimeout(timer);
    },
  };
}

/** Somebody who looks at the page. */
class Viewer {
  readonly stream: ReadableStream<Uint8Array>;
  /** It has missed something, and is to get all anew. */
  isStale = false;
  readonly #all: () => Uint8Array;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isOpen = true;

  /** Gets all at once. `all` makes it. */
  constructor(
    all: () => Uint8Array,
    { onRoom, onLeave }: { onRoom(): void; onLeave(): void },
  ) {
    this.#all = all;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(all());
      },
      pull: () => {
        if (this.isStale) onRoom();
      },
      cancel: () => {
        this.#isOpen = false;
        onLeave();
      },
    }, { highWaterMark: 4 });
  }

  /** Sends a batch; one that has not taken those before gets all when it has. */
  send(batch: Uint8Array): void {
    if (!this.#isOpen) return;
    const hasRoom = (this.#controller.desiredSize ?? 0) > 0;
    if (!hasRoom) this.isStale = true;
    else if (this.isStale) this.#sendAll();
    else if (batch.length > 0) this.#controller.enqueue(batch);
  }

  /** Nothing follows. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#controller.close();
  }

  #sendAll(): void {
    this.isStale = false;
    this.#controller.enqueue(this.#all());
  }
}

const utf8 = new TextEncoder();

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

function page(content: string, type: string): Response {
  return new Response(content, {
    headers: { ...HEADERS, "content-type": type, "cache-control": "no-store" },
  });
}

function text(content: string, status: number): Response {
  return new Response(content, {
    status,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}

/** Is it an address, localhost, or the name that the page was given? Others may point here. */
function isOwnHost(host: string | null, own: string): boolean {
  if (host?.replace(/:[0-9]+$/, "").toLowerCase() === own.toLowerCase()) return true;
  return /^(localhost|[0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])(:[0-9]+)?$/i.test(host ?? "");
}

async function bodyOf(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? Infinity) > MOST_CONTROL_BYTES) return null;
  try {
    return await request.json();
  } catch {
    return null;
  }
}

/** The control that this is; `null`: none. */
function controlOf(body: unknown): Control | null {
  if (typeof body !== "object" || body === null) return null;
  const { cut, delayMs, resetNext, ...more } = body as Record<string, unknown>;
  const isCount = (value: unknown, most: number) =>
    Number.isSafeInteger(value) && value as number >= 1 && value as number <= most;
  if (Object.keys(more).length > 0) return null;
  if (cut !== undefined && cut !== null && !isCount(cut, 1e9)) return null;
  if (delayMs !== undefined && delayMs !== null && !isCount(delayMs, 600_000)) return null;
  if (resetNext !== undefined && !isCount(resetNext, Number.MAX_SAFE_INTEGER)) return null;
  return body as Control;
}
