/**
 * What can be drawn, as data: figures, tables, and texts in two languages. How that
 * looks, on a terminal or on a page, is the business of the others in this folder.
 *
 * @module
 */

/** The languages of all that is drawn. */
export const LANGUAGES = ["en", "zh"] as const;
export type Lang = typeof LANGUAGES[number];

/** A text in both languages. */
export type Text = Readonly<Record<Lang, string>>;

/** What was tried, what came of it, and the pictures: a part of a page, or of what a terminal shows. */
export interface Section {
  /** As one types it, and its anchor on a page: `boundary`. */
  name: string;
  /** Where the chapter says it: `4.3.3`. */
  section: string;
  title: Text;
  /** The words that were put to the test. Without them it begins with its verdict. */
  claim?: Text;
  verdict: Verdict;
  scenes: Scene[];
  /** Questions that it answers. */
  answers?: Answer[];
}

/** A question with its answer. */
export interface Answer {
  /** What the book calls it: `Exercise 5`. */
  name: Text;
  question: Text;
  paragraphs: Text[];
}

/** What came of it. */
export interface Verdict {
  /** `null`: neither good nor bad. */
  good: boolean | null;
  /** In a word or two: `holds`. */
  word: Text;
  /** What was seen, in a sentence or two. */
  seen: Text;
}

/** One part of a section: a picture or a table, and what there is to say. */
export interface Scene {
  title: Text;
  figure?: Figure;
  table?: Table;
  notes?: Text[];
  /** Lines of a program. */
  code?: Text;
}

/** Rows of cells; columns of numbers stand to the right. */
export interface Table {
  head: Text[];
  rows: (Text | string | number)[][];
}

/** What can be drawn. */
export type Figure =
  | StreamFigure
  | QueueFigure
  | TimelineFigure
  | LadderFigure
  | EndpointsFigure
  | LayersFigure
  | StacksFigure
  | PathFigure
  | DifferenceFigure
  | BarsFigure;

/** Bytes in a row, with the marks of the calls that cut them. */
export interface StreamFigure {
  kind: "stream";
  /** The bytes, where they are few enough to be shown one by one. */
  bytes?: Uint8Array;
  /** How many they are. */
  length: number;
  /** The bytes of each message, in order: all bytes of one have its colour. */
  messages?: number[];
  /** Each message by itself: datagrams, not a stream. */
  datagrams?: boolean;
  cuts: Cut[];
}

/** The calls of one side. */
export interface Cut {
  /** The call: `write()`. */
  call: Text | string;
  /** Bytes of each call, in order. */
  pieces: number[];
  tone: "write" | "read" | "line";
}

/** Listen queues: who got in, and what became of the next one. */
export interface QueueFigure {
  kind: "queue";
  queues: Queue[];
}

/** One listen queue. */
export interface Queue {
  /** The second argument of listen(). */
  backlog: number;
  /** So many connect() calls returned although nobody called accept(). */
  letIn: number;
  /** What the next connect() did; `none`: no next one was tried. */
  next: "waits" | "refused" | "none";
}

/** What several do at the same time. */
export interface TimelineFigure {
  kind: "timeline";
  lanes: Lane[];
}

/** One of them. */
export interface Lane {
  who: Text;
  bars: { fromUs: number; toUs: number; state: "served" | "waits" | "full" }[];
  marks: { atUs: number; sign: "point" | "cross"; label: Text }[];
}

/** Calls of two sides, downwards in time. */
export interface LadderFigure {
  kind: "ladder";
  left: Text;
  /** Somebody who stands between both sides: the kernel's queue. */
  middle?: Text;
  right: Text;
  steps: Step[];
  /** Only the order matters: the steps have numbers, not times. */
  untimed?: boolean;
}

/** A call, or one that answers another. */
export interface Step {
  left?: Text | string;
  middle?: Text | string;
  right?: Text | string;
  /**
   * Where something goes; `bounce`: to the right, and refused there. Where somebody stands in the
   * middle: `in` to him from the left, `out` from him to the right.
   */
  arrow?: "right" | "left" | "bounce" | "in" | "out";
  /** The other side notices it so many steps later. Default: with the step itself. */
  noticed?: number;
  atUs: number;
}

/** Who is connected with whom. */
export interface EndpointsFigure {
  kind: "endpoints";
  server: string;
  clients: { who: Text; address: string }[];
}

/** What each layer puts around the bytes of a program. */
export interface LayersFigure {
  kind: "layers";
  frames: Frame[];
}

/** One frame on the wire, its parts in their order there. */
export interface Frame {
  name: Text;
  parts: { name: Text; bytes: number; layer: Layer }[];
  /** What the whole is called on each layer: a segment, a packet, a frame. */
  units: Record<"transport" | "ip" | "link", Text>;
}

/** From the top to the bottom of 4.1.1; `padding` fills a frame to its least size. */
export type Layer = "application" | "transport" | "ip" | "link" | "padding";

/** Layers on top of one another, for several kinds of sockets side by side. */
export interface StacksFigure {
  kind: "stacks";
  /** Whose stacks they are: `TCP socket`. */
  names: Text[];
  /** From the top down, a cell for each of `names`. */
  rows: { layer: Layer; name: Text; cells: Text[] }[];
}

/** A way through a network: what stays whole to its end, and what is made anew on each link. */
export interface PathFigure {
  kind: "path";
  /** Who stands on the way: client, router, server. */
  nodes: Text[];
  /** From the top down: from which of `nodes` to which something goes. */
  rows: { layer: Layer; name: Text; spans: { from: number; to: number; label: Text }[] }[];
}

/** Bytes that were due, and those that came. */
export interface DifferenceFigure {
  kind: "difference";
  due: Uint8Array;
  came: Uint8Array;
  /** What was due may stand anywhere in what came. */
  within?: boolean;
}

/** How many of each: a bar a row. */
export interface BarsFigure {
  kind: "bars";
  bars: Bar[];
}

/** One row. */
export interface Bar {
  label: Text | string;
  /** How many. A bar for more than none is seen, however short. */
  value: number;
  /** Instead of the number, where that has a unit: `0.92 ms`. */
  shown?: string;
  /** What else there is to say of it, behind the number: `p99`. */
  note?: string;
}

/** `12,345`. */
export function formatNumber(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A time as one reads it: `0.08 ms`, `1.2 ms`, `205 ms`. */
export function formatMs(us: number): string {
  const ms = us / 1000;
  return us === 0 ? "0 ms" : `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`;
}

/** The text that a cell or a label has in this language. */
export function inLanguage(text: Text | string | number, lang: Lang): string {
  if (typeof text === "number") return formatNumber(text);
  return typeof text === "string" ? text : text[lang];
}
