/**
 * Bytes to lines and back: message boundaries for TCP, which has none.
 *
 * What one side sends with one write() may arrive through several reads, and several writes
 * through one. A program that takes one read for one message (4.3.3 of the chapter) works on a
 * quiet machine and fails on a busy one. The cure is to put the boundary into the bytes
 * themselves, here as a `"\n"`, and to cut at it whatever the network did in between.
 *
 * The first promise of this module: **the same bytes give the same lines, the same errors and the
 * same rest, however they were cut on the way.**
 *
 * {@linkcode LineDecoder} does no I/O: bytes go in, lines come out. {@linkcode LineReader} puts it
 * on anything with a `read(p)`, such as a `Deno.Conn`. {@linkcode LineWriter} and
 * {@linkcode writeAll} are the other half: a write() may take fewer bytes than it was given.
 *
 * ```ts
 * import { LineDecoder, linesOf, LineTooLongError } from "./framing.ts";
 * import { assertEquals, assertThrows } from "jsr:@std/assert@1.0.19";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const decoder = new LineDecoder({ maxLineBytes: 5 });
 *
 * decoder.push(bytes("hel"));
 * assertEquals(decoder.next(), null); // no "\n" yet: more bytes are needed
 * decoder.push(bytes("lo\nhi!\r\n123456"));
 * assertEquals(decoder.next(), bytes("hello\n"));
 * assertEquals(linesOf(decoder.nextBlock()!), ["hi!"]);
 * assertThrows(() => decoder.next(), LineTooLongError);
 * assertEquals(decoder.skip(), 6); // dropped so far; its end has not come yet
 * decoder.push(bytes("789\nbye"));
 * assertEquals(decoder.next(), null);
 * assertEquals(decoder.rest(), bytes("bye")); // the line that was cut off
 * ```
 *
 * Not for protocols whose messages carry their length, and not for text that is all at hand:
 * `text.split("\n")` does that.
 *
 * @module
 */

/** Where bytes come from. A `Deno.Conn` and `Deno.stdin` are Readers. */
export interface Reader {
  /** Puts up to `p.length` bytes into `p` and resolves to how many, or at the end to `null`. */
  read(p: Uint8Array): Promise<number | null>;
}

/** Where bytes go. A `Deno.Conn` and `Deno.stdout` are Writers. */
export interface Writer {
  /** Takes some of the bytes of `p`, from the front, and resolves to how many. */
  write(p: Uint8Array): Promise<number>;
}

/** Options of {@linkcode LineDecoder} and {@linkcode LineReader}. */
export interface LineOptions {
  /**
   * The most bytes a line may have, its ending (`"\n"` or `"\r\n"`) not counted. A whole number of
   * at least 1, or `Infinity`; anything else is a RangeError.
   *
   * @default {65536}
   */
  maxLineBytes?: number;
  /**
   * Use one buffer again and again: what was handed out is then valid only until the next `push`
   * or `space` of a LineDecoder, or the next call of a LineReader. A fifth faster in bulk work
   * that decodes or copies at once.
   *
   * @default {false}
   */
  reuseBuffer?: boolean;
}

/** The limit where none is given: 64 KiB. */
export const DEFAULT_MAX_LINE_BYTES = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const BUFFER_SIZE = 64 * 1024; // of a new buffer, unless a longer line is under way
const MIN_SPACE = 4 * 1024; // the least free space that is worth a read
const MAX_EMPTY = 100; // as in Go's bufio: so many times nothing in a row is a fault, not a pause

/**
 * A line has more bytes than the limit allows. The decoder or reader that threw it throws it again
 * until `skip()` is called, and then goes on with the next line.
 */
export class LineTooLongError extends RangeError {
  /** The limit in bytes that the line exceeds. */
  readonly limit: number;

  /** Makes the error for a limit in bytes. */
  constructor(limit: number) {
    super(`Cannot take a line: longer than ${limit} bytes`);
    this.name = "LineTooLongError";
    this.limit = limit;
  }
}

/**
 * Cuts a stream of bytes into lines. No I/O: `push` bytes, then take lines until `next` or
 * `nextBlock` gives `null`.
 *
 * At every moment one of three things is true:
 *
 * - a whole line is at hand: `next()` gives it, with its `"\n"`;
 * - the line under way has no `"\n"` yet: `next()` gives `null`, `push` more;
 * - the line under way is longer than the limit: everything throws the same
 *   {@linkcode LineTooLongError} until `skip()`, and no byte is taken in.
 *
 * Any byte passes unchanged. `"\r"` is a byte like any other; only the limit knows that it may
 * belong to the ending.
 *
 * What it hands out is the caller's to keep: the decoder never writes into it again, unless it was
 * told to by `reuseBuffer`. But it is a view of a buffer of 64 KiB or more, which lines share:
 * take `line.slice()` to keep a few lines for long without that weight, and before its `buffer` is
 * transferred to somebody else (a worker, a byte stream).
 *
 * Memory grows with what was pushed and not yet taken. Whoever takes all lines after each `push`
 * never holds more than the limit and one chunk.
 */
export class LineDecoder {
  readonly #limit: number;
  readonly #reuses: boolean;
  #memory = new ArrayBuffer(0);
  #buffer = new Uint8Array(this.#memory);
  #words = new Uint32Array(this.#memory);
  // #start <= #whole <= #scanned <= #end, all of them places in the buffer.
  #start = 0; // what was not yet handed out begins here
  #whole = 0; // the last whole line known of ends here
  #scanned = 0; // no "\n" from #whole up to here
  #end = 0; // the bytes taken in end here
  #error: LineTooLongError | null = null; // set: failed until skip()
  #skipping = false; // the rest of a long line is being dropped
  #skipped = 0; // bytes dropped of the last long line

  /** Makes a decoder without any bytes. */
  constructor(options: LineOptions = {}) {
    const { maxLineBytes = DEFAULT_MAX_LINE_BYTES, reuseBuffer = false } = options;
    if (maxLineBytes !== Infinity && !(Number.isInteger(maxLineBytes) && maxLineBytes >= 1)) {
      throw new RangeError(
        `Cannot limit a line to ${maxLineBytes} bytes: not a whole number of at least 1`,
      );
    }
    this.#limit = maxLineBytes;
    this.#reuses = reuseBuffer;
  }

  /**
   * Takes in bytes. They are copied: the chunk stays the caller's.
   *
   * @throws {TypeError} If the chunk is no Uint8Array, as a WebSocket's `event.data`, a string or
   * an ArrayBuffer. Nothing was taken.
   * @throws {LineTooLongError} In the failed state. The chunk was not taken: call `skip()` and
   * push it again.
   */
  push(chunk: Uint8Array): void {
    if (this.#error !== null) throw this.#error;
    if (!(chunk instanceof Uint8Array)) checkBytes(chunk);
    if (this.#skipping) chunk = chunk.subarray(this.#drop(chunk));
    this.space(chunk.length).set(chunk);
    this.#end += chunk.length;
  }

  /**
   * Free space of at least `atLeast` bytes, for a read straight into the decoder; `commit(n)` then
   * takes in its first n bytes. Saves the copy that `push` makes. Valid until the next call of
   * `push` or `space`.
   */
  space(atLeast = MIN_SPACE): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length - this.#end < atLeast) this.#renew(atLeast);
    return this.#buffer.subarray(this.#end);
  }

  /**
   * Takes in the first `n` bytes of what `space` gave.
   *
   * @throws {LineTooLongError} In the failed state. Nothing was taken: call `skip()` and commit
   * again.
   * @throws {RangeError} If there was less space. Nothing was taken.
   */
  commit(n: number): void {
    if (this.#error !== null) throw this.#error;
    const space = this.#buffer.length - this.#end;
    if (!(Number.isInteger(n) && n >= 0 && n <= space)) {
      throw new RangeError(`Cannot take in ${n} bytes: there was space for ${space}`);
    }
    if (this.#skipping) {
      // What is dropped is nobody's, so that the same space serves again.
      const dropped = this.#drop(this.#buffer.subarray(this.#end, this.#end + n));
      if (dropped === n) return;
      this.#start = this.#whole = this.#scanned = this.#end + dropped;
    }
    this.#end += n;
  }

  /**
   * The next whole line with its `"\n"`, or `null`: more bytes are needed.
   *
   * @throws {LineTooLongError} If the next line is longer than the limit, as soon as that is
   * certain, and again until `skip()`.
   */
  next(): Uint8Array<ArrayBuffer> | null {
    if (this.#error !== null) throw this.#error;
    if (this.#start === this.#whole && !this.#findWhole()) return null;
    const newline = this.#findNewline();
    if (this.#isTooLong(newline)) this.#fail();
    return this.#take(newline + 1);
  }

  /**
   * Every whole line at hand, in one piece that ends in `"\n"`, or `null`: more bytes are needed.
   * What one call gives depends on how the bytes came; what all calls give does not.
   * {@linkcode linesOf} cuts it.
   *
   * @throws {LineTooLongError} As `next()`; the lines before the long one are handed out first.
   */
  nextBlock(): Uint8Array<ArrayBuffer> | null {
    if (this.#error !== null) throw this.#error;
    if (!this.#findWhole()) return null;
    const end = this.#withinLimit();
    if (end === this.#start) this.#fail();
    return this.#take(end);
  }

  /**
   * At the end of the stream: the bytes of the line that was cut off, which has no `"\n"`, or
   * `null` if there is none (or if it was skipped). The decoder is empty afterwards and fit for
   * another stream.
   *
   * @throws {LineTooLongError} If that line is longer than the limit. A `"\r"` at its end counts
   * here, as no `"\n"` follows it.
   * @throws {TypeError} If whole lines are still at hand: take them first.
   */
  rest(): Uint8Array<ArrayBuffer> | null {
    if (this.#error !== null) throw this.#error;
    if (this.#findWhole()) {
      throw new TypeError("Cannot take the rest: whole lines are still at hand");
    }
    // No "\n" will follow, so that a "\r" here is a byte of the line.
    if (this.#end - this.#start > this.#limit) this.#fail();
    this.#skipping = false;
    this.#whole = this.#end;
    return this.#start === this.#end ? null : this.#take(this.#end);
  }

  /**
   * After a {@linkcode LineTooLongError}: drops that line up to and with its `"\n"`, also what of
   * it is still to come, however long, and ends the failed state. Returns how many bytes of the
   * last such line were dropped so far, its `"\n"` included; call it again later for the whole
   * count. 0 if there was none.
   */
  skip(): number {
    if (this.#error !== null) {
      this.#error = null;
      this.#skipping = true;
      this.#skipped = 0;
      this.#start += this.#drop(this.#buffer.subarray(this.#start, this.#end));
      this.#whole = Math.max(this.#whole, this.#start);
    }
    return this.#skipped;
  }

  /**
   * Is a whole line at hand? Looks at the bytes that came since the last call; if there is none,
   * fails where the line under way is too long already.
   */
  #findWhole(): boolean {
    if (this.#scanned < this.#end) {
      const last = this.#buffer.subarray(this.#scanned, this.#end).lastIndexOf(LF);
      if (last !== -1) this.#whole = this.#scanned + last + 1;
      this.#scanned = this.#end;
    }
    if (this.#start < this.#whole) return true;
    if (this.#isTooLong(this.#end)) this.#fail();
    return false;
  }

  /**
   * Where the first line's "\n" is, one being at hand. Lines are short, so that four bytes a step
   * are faster than a call of indexOf.
   */
  #findNewline(): number {
    const buffer = this.#buffer;
    let at = this.#start;
    for (; (at & 3) !== 0; at++) if (buffer[at] === LF) return at;
    const words = this.#words;
    for (let word = at / 4;; word++) {
      // A byte that is LF becomes 0, and subtracting 1 from 0 is what borrows.
      const x = words[word] ^ 0x0a0a0a0a;
      if (((x - 0x01010101) & ~x & 0x80808080) === 0) continue;
      for (at = word * 4; buffer[at] !== LF;) at++;
      return at;
    }
  }

  /** Is the line from #start, which ends before `end`, certainly too long? */
  #isTooLong(end: number): boolean {
    const length = end - this.#start;
    // One byte more may be the "\r" of an ending, the "\n" of which comes next.
    return length > this.#limit && (length > this.#limit + 1 || this.#buffer[end - 1] !== CR);
  }

  #fail(): never {
    throw this.#error = new LineTooLongError(this.#limit);
  }

  #take(end: number): Uint8Array<ArrayBuffer> {
    // What subarray(#start, end) gives, in two thirds of the time.
    const bytes = new Uint8Array(this.#memory, this.#start, end - this.#start);
    this.#start = end;
    return bytes;
  }

  /**
   * The end of the longest run of whole lines from #start none of which is too long. Does not
   * visit each line: from the start of one it leaps to the last "\n" within the limit, and all
   * lines in between are short.
   */
  #withinLimit(): number {
    let start = this.#start;
    while (this.#whole - start > this.#limit + 1) {
      const end = start + this.#limit; // of the longest line without its ending
      const leap = this.#buffer.subarray(start, end + 1).lastIndexOf(LF);
      if (leap !== -1) start += leap + 1;
      else if (this.#buffer[end] === CR && this.#buffer[end + 1] === LF) start = end + 2;
      else return start;
    }
    return this.#whole;
  }

  /** Counts bytes of the long line as dropped; returns how many of `bytes` were. */
  #drop(bytes: Uint8Array): number {
    const newline = bytes.indexOf(LF);
    const dropped = newline === -1 ? bytes.length : newline + 1;
    this.#skipping = newline === -1;
    this.#skipped += dropped;
    return dropped;
  }

  /**
   * A buffer that begins with what is still to be handed out: a new one, the old one being left to
   * those who hold lines of it, unless it may be used again. While a line grows, so do buffers,
   * twofold: its bytes are copied twice at most on average. But for a caller who pushes on without
   * taking lines, the limit bounds that.
   */
  #renew(space: number): void {
    const kept = this.#end - this.#start;
    const longest = this.#limit + 2;
    const grown = kept > longest ? 2 * kept : Math.min(2 * kept, longest);
    const size = Math.max(BUFFER_SIZE, grown + MIN_SPACE, kept + space);
    if (this.#reuses && size <= this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    } else {
      const old = this.#buffer.subarray(this.#start, this.#end);
      this.#memory = new ArrayBuffer(Math.ceil(size / 4) * 4);
      this.#buffer = new Uint8Array(this.#memory);
      this.#words = new Uint32Array(this.#memory);
      this.#buffer.set(old);
    }
    this.#whole -= this.#start;
    this.#scanned -= this.#start;
    this.#start = 0;
    this.#end = kept;
  }
}

/** Throws a TypeError that says what to do, unless these are bytes of another realm. */
function checkBytes(bytes: unknown): void {
  const type = Object.prototype.toString.call(bytes).slice(8, -1);
  if (type === "Uint8Array") return;
  const cures = "encode text with new TextEncoder(), wrap a buffer: new Uint8Array(buffer)";
  throw new TypeError(`Cannot take type ${type}: not a Uint8Array (${cures})`);
}

/** What a call of {@linkcode LineReader} may be given. */
export interface ReadOptions {
  /** Ends the wait. No byte is lost: the next call goes on where this one was. */
  signal?: AbortSignal;
  /**
   * An end of the source is none, as in `tail -f`: `null` then means that there is no whole line
   * now, and the next call reads again (wait before it: nothing here does). The first call without
   * `follow` takes the end for one: it gives the line under way.
   *
   * @default {false}
   */
  follow?: boolean;
}

/**
 * A {@linkcode LineDecoder} on a {@linkcode Reader}: reads when no line is at hand, and gives each
 * line the moment its `"\n"` is there.
 *
 * One call at a time. It reads ahead, so the source is its alone from now on. Memory grows with
 * the line under way, never past the limit and one read.
 *
 * ```ts
 * import { LineReader, readerOf } from "./framing.ts";
 * import { assertEquals } from "jsr:@std/assert@1.0.19";
 *
 * const source = readerOf(new Response("one\r\ntwo\nthr").body!); // or a Deno.Conn itself
 * const reader = new LineReader(source);
 * assertEquals(await reader.readLine(), new TextEncoder().encode("one\r\n"));
 * assertEquals(await reader.readText(), "two");
 * assertEquals(await Array.fromAsync(reader.lines()), ["thr"]);
 * assertEquals(await reader.readLine(), null); // the end
 * ```
 */
export class LineReader {
  readonly #source: Reader;
  readonly #decoder: LineDecoder;
  #reading: Promise<number | null> | null = null; // outlives an aborted call
  #busy = false; // a call is waiting for it
  #ended = false;

  /** Makes a reader of lines from `source`. Reads nothing yet. */
  constructor(source: Reader, options?: LineOptions) {
    this.#source = source;
    this.#decoder = new LineDecoder(options);
  }

  /**
   * The next line with its `"\n"`; at the end of the stream the line that was cut off, without
   * one, if there is any; then `null`, however often it is asked.
   *
   * @throws {LineTooLongError} If the line is longer than the limit, and again until `skip()`.
   * @throws {TypeError} If another call is still waiting. That one goes on.
   * @throws {Error} If the source gives 0 bytes a hundred times in a row without an end; or what
   * the source's read() throws. The lines and bytes at hand stay, and the next call reads again.
   * @throws The signal's reason if it aborts, or has before the call. Nothing is lost: lines at hand
   * stay, and the read under way is left to the next call, with its bytes or its error.
   */
  readLine(options?: ReadOptions): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#get(LineReader.#nextLine, LineReader.#asItIs, options);
  }

  /**
   * As `readLine`, but a string without its ending, as {@linkcode linesOf} makes it: a line that
   * was cut off looks like a whole one.
   */
  readText(options?: ReadOptions): Promise<string | null> {
    return this.#get(LineReader.#nextLine, LineReader.#asText, options);
  }

  /**
   * For bulk work: every whole line at hand in one piece that ends in `"\n"`, as soon as there is
   * one; {@linkcode linesOf} cuts it. The end of the stream and errors as with `readLine`.
   */
  readBlock(options?: ReadOptions): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#get(LineReader.#nextBlock, LineReader.#asItIs, options);
  }

  /** As {@linkcode LineDecoder.skip}; lets the next call go on, and reads nothing itself. */
  skip(): number {
    return this.#decoder.skip();
  }

  /** `readLine` in a loop, which may be left: the next call or loop goes on behind the last line. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
    return this.#iterate(LineReader.#asItIs);
  }

  /** `readText` in such a loop, with these options: a signal ends it with its reason. */
  lines(options?: ReadOptions): AsyncIterableIterator<string> {
    return this.#iterate(LineReader.#asText, options);
  }

  #iterate<T>(form: (line: Line) => T | null, options?: ReadOptions): AsyncIterableIterator<T> {
    const step = (line: Line): IteratorResult<T> => {
      const value = form(line);
      return value === null ? { done: true, value: undefined } : { done: false, value };
    };
    return {
      next: () => this.#get(LineReader.#nextLine, step, options),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  static #nextLine = (decoder: LineDecoder) => decoder.next();
  static #nextBlock = (decoder: LineDecoder) => decoder.nextBlock();
  static #asItIs = (line: Line) => line;
  static #asText = (line: Line) => line === null ? null : linesOf(line)[0];

  #get<T>(take: Take, result: (line: Line) => T, options?: ReadOptions): Promise<T> {
    try {
      if (this.#busy) throw new TypeError("Cannot read a line: another call is still waiting");
      options?.signal?.throwIfAborted();
      const line = take(this.#decoder);
      // Once its length was asked for, V8 knows what it is and need not look for a
      // then() in it: that halves what a promise of a line costs.
      if (line !== null && line.length > 0) return Promise.resolve(result(line));
      if (this.#ended) return Promise.resolve(result(null));
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#wait(take, options).then(result);
  }

  async #wait(take: Take, options?: ReadOptions): Promise<Line> {
    this.#busy = true;
    try {
      for (let empty = 0; empty < MAX_EMPTY; empty++) {
        const n = await this.#read(options?.signal);
        if (n === null) {
          if (options?.follow) return null;
          this.#ended = true;
          return this.#decoder.rest();
        }
        if (n === 0) continue;
        empty = -1;
        this.#decoder.commit(n);
        const taken = take(this.#decoder);
        if (taken !== null) return taken;
      }
    } finally {
      this.#busy = false;
    }
    throw new Error(`Cannot read a line: the source gave 0 bytes ${MAX_EMPTY} times in a row`);
  }

  /** What the read under way gives, or a new one if there is none. */
  #read(signal?: AbortSignal): Promise<number | null> {
    const reading = this.#reading ??= this.#source.read(this.#decoder.space());
    return new Promise((resolve, reject) => {
      let aborted = false;
      const onAbort = () => {
        aborted = true;
        reject(signal!.reason);
      };
      // An aborted call leaves the read, with its bytes or its error, to the next.
      const settle = (act: () => void) => {
        signal?.removeEventListener("abort", onAbort);
        if (aborted) return;
        this.#reading = null;
        act();
      };
      reading.then(
        (n) => settle(() => resolve(n)),
        (error) => settle(() => reject(error)),
      );
      // It may have aborted since the last read, when nobody listened.
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}

type Line = Uint8Array<ArrayBuffer> | null;
type Take = (decoder: LineDecoder) => Line;

/**
 * A web stream of bytes, such as the body of a Response, as the source of a
 * {@linkcode LineReader}. It stays locked; `cancel()` tells it that no more is wanted, and is the
 * end for `read`. A chunk that is no Uint8Array is dropped with a TypeError.
 *
 * @throws {TypeError} If the stream is locked already.
 */
export function readerOf(
  stream: ReadableStream<Uint8Array>,
): Reader & { cancel(reason?: unknown): Promise<void> } {
  const chunks = stream.getReader();
  let left = new Uint8Array(0); // of the last chunk
  return {
    async read(p) {
      while (left.length === 0) {
        const { value, done } = await chunks.read();
        if (done) return null;
        if (!(value instanceof Uint8Array)) checkBytes(value);
        left = value as Uint8Array<ArrayBuffer>;
      }
      const piece = left.subarray(0, p.length);
      p.set(piece);
      left = left.subarray(piece.length);
      return piece.length;
    },
    cancel(reason) {
      left = new Uint8Array(0);
      return chunks.cancel(reason);
    },
  };
}

/**
 * The lines as a web stream, `body.pipeThrough(lineStream())`: bytes in, one chunk a line out, the
 * line that was cut off included. Each line has a buffer of its own. A line that is longer than the
 * limit ends the stream with a {@linkcode LineTooLongError}, a chunk that is no Uint8Array with a
 * TypeError, after all lines before it were read.
 *
 * Not for a `conn.readable` still to be answered: Deno closes the whole connection at its end.
 */
export function lineStream(
  options?: LineOptions,
): ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const source = readerOf(readable);
  const reader = new LineReader(source, { ...options, reuseBuffer: true });
  const lines = new ReadableStream<Uint8Array<ArrayBuffer>>({
    // A TransformStream that throws loses the lines that it gave and nobody has read yet.
    // Here one line is made when one is asked for, and then the error.
    async pull(controller) {
      try {
        const line = await reader.readLine();
        if (line === null) controller.close();
        else controller.enqueue(line.slice());
      } catch (error) {
        await source.cancel(error);
        throw error;
      }
    },
    cancel: source.cancel,
  }, { highWaterMark: 0 });
  return { readable: lines, writable };
}

/**
 * The lines of a block as strings, without their endings (`"\n"` or `"\r\n"`). What follows the
 * last `"\n"`, if anything does, is a line too, as it is.
 *
 * The block is decoded as UTF-8 once and then cut; what is no UTF-8 becomes U+FFFD, a byte order
 * mark stays. Short strings of a block may keep the text of the whole block in memory: copy what
 * you keep of a large one for long.
 */
export function linesOf(block: Uint8Array): string[] {
  const text = utf8.decode(block);
  const hasCR = text.includes("\r");
  // As many lines as last time, most likely: an array that grows costs a quarter more.
  const lines = new Array<string>(Math.min(linesInLastBlock, text.length));
  let count = 0;
  let start = 0;
  for (let end; (end = text.indexOf("\n", start)) !== -1; start = end + 1) {
    // Before an empty line stands "\n" or nothing, which is no "\r" either.
    const isCRLF = hasCR && text.charCodeAt(end - 1) === CR;
    lines[count++] = text.substring(start, isCRLF ? end - 1 : end);
  }
  if (start < text.length) lines[count++] = text.substring(start);
  linesInLastBlock = lines.length = count;
  return lines;
}

let linesInLastBlock = 0;
const encoder = new TextEncoder();
// ignoreBOM: a U+FEFF is a character of its line, not a mark to be removed.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Writes all of `bytes`: one write() may take fewer bytes than it was given. Two calls at once on
 * one sink mix their bytes: use a {@linkcode LineWriter}.
 *
 * @throws {TypeError} If `bytes` is no Uint8Array. Nothing was written.
 * @throws {Error} If the sink takes 0 bytes a hundred times in a row; or what its write() throws.
 * How many bytes arrived is then not known.
 */
export async function writeAll(sink: Writer, bytes: Uint8Array): Promise<void> {
  if (!(bytes instanceof Uint8Array)) checkBytes(bytes);
  for (let empty = 0; bytes.length > 0;) {
    const n = await sink.write(bytes);
    if (n > 0) {
      bytes = bytes.subarray(n);
      empty = 0;
    } else if (++empty === MAX_EMPTY) {
      throw new Error(`Cannot write: the sink took 0 bytes ${MAX_EMPTY} times in a row`);
    }
  }
}

/** {@linkcode LineWriter.push} did not take a line: too much waits already. */
export class WriterFullError extends Error {}
WriterFullError.prototype.name = "WriterFullError";

/**
 * Lines to a {@linkcode Writer} in one order, whoever calls. What comes while a write() is under
 * way goes out as one write() after it, which saves nearly all of what small lines cost.
 *
 * A line is a string or bytes, copied at once; its `"\n"` is added if it has none.
 *
 * After an error of the sink nobody knows how much arrived: the writer is good for nothing more,
 * and every call fails with that same error.
 *
 * ```ts
 * import { LineWriter } from "./framing.ts";
 * import { assertEquals } from "jsr:@std/assert@1.0.19";
 *
 * const writes: number[] = [];
 * const sink = { write: (p: Uint8Array) => Promise.resolve(writes.push(p.length) && p.length) };
 * const writer = new LineWriter(sink); // or new LineWriter(conn)
 * writer.push("one"); // now, or an error if too much waits
 * await writer.write("two"); // waits while too much does
 * await writer.flush(); // all out
 * assertEquals(writes, [8]);
 * ```
 */
export class LineWriter {
  readonly #sink: Writer;
  readonly #bound: number;
  #buffer = new Uint8Array(0); // begins with what waits for the write under way to end
  #length = 0; // so many bytes of it
  #taken = 0; // bytes of all lines ever
  #out = 0; // of them, what the sink took
  #writing: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  /**
   * Makes a writer of lines to `sink`, which is its alone from now on. At most `maxWaitingBytes`
   * (1 MiB) may wait, the write under way included; a line that finds none waiting may be longer.
   *
   * @throws {RangeError} If `maxWaitingBytes` is no number of at least 0.
   */
  constructor(sink: Writer, options: { maxWaitingBytes?: number } = {}) {
    const { maxWaitingBytes = 1024 * 1024 } = options;
    if (!(maxWaitingBytes >= 0)) {
      throw new RangeError(`Cannot let ${maxWaitingBytes} bytes wait: not a number of at least 0`);
    }
    this.#sink = sink;
    this.#bound = maxWaitingBytes;
  }

  /**
   * Takes a line, or throws: for a caller that cannot wait for one slow peer, as a chat server.
   * After the first two errors the writer goes on without the line.
   *
   * @throws {WriterFullError} If more than the bound would wait.
   * @throws {TypeError} If it is no string or Uint8Array, or a `"\n"` is inside.
   * @throws What the sink's write() threw.
   */
  push(line: string | Uint8Array): void {
    this.#take(line, this.#bound);
  }

  /**
   * Takes a line at once and resolves when no more than the bound waits: await it before the next
   * line. Rejects as `push` throws, but never with a WriterFullError.
   */
  async write(line: string | Uint8Array): Promise<void> {
    this.#take(line, Infinity);
    await this.#whenOut(this.#taken - this.#bound);
  }

  /** Resolves when all lines taken so far are out. Rejects with the sink's error. */
  async flush(): Promise<void> {
    await this.#whenOut(this.#taken);
  }

  async #whenOut(bytes: number): Promise<void> {
    while (this.#out < bytes) {
      if (this.#failure !== null) throw this.#failure.error;
      await this.#writing;
    }
  }

  #take(line: string | Uint8Array, bound: number): void {
    if (this.#failure !== null) throw this.#failure.error;
    const bytes = typeof line === "string" ? encoder.encode(line) : line;
    if (!(bytes instanceof Uint8Array)) checkBytes(bytes);
    const newline = bytes.indexOf(LF);
    if (newline !== -1 && newline < bytes.length - 1) {
      throw new TypeError(`Cannot take a line: there is a newline inside, at byte ${newline}`);
    }
    const added = newline === -1 ? bytes.length + 1 : bytes.length;
    const waiting = this.#taken - this.#out;
    if (waiting > 0 && waiting + added > bound) {
      throw new WriterFullError(`Cannot take a line: more than ${bound} bytes would wait`);
    }
    const end = this.#length + added;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(2 * end, 1024));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#buffer[end - 1] = LF;
    this.#length = end;
    this.#taken += added;
    this.#writing ??= this.#writeOut();
  }

  /** Writes what waits. Never rejects. */
  async #writeOut(): Promise<void> {
    await null; // lines of the same moment go out together
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#buffer = new Uint8Array(0); // a sink may keep what it was given
    this.#length = 0;
    try {
      await writeAll(this.#sink, bytes);
      this.#out += bytes.length;
      this.#writing = this.#length > 0 ? this.#writeOut() : null;
    } catch (error) {
      this.#failure = { error };
    }
  }
}
