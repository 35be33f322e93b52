/**
 * What the tests of servers share: a server inside the test's own process, and
 * clients for it.
 *
 * @module
 */

import { assertInstanceOf } from "jsr:@std/assert@1.0.19";
import type { Program } from "../src/cli/command.ts";
import { startInMemory } from "../src/cli/in_memory.ts";
import { writeAll } from "../src/framing.ts";
import type { Conn, Net } from "../src/net/net.ts";
import { pause } from "../src/net/silence.ts";
import { type InFront, inFrontOf } from "./relay_in_front.ts";
import { CHILD_ENV, DENO, pathOf, within } from "./support.ts";

/** A server under way in this process. `await using` stops it with the test. */
export class Serving implements AsyncDisposable {
  stdout = "";
  stderr = "";
  port = 0;
  /** Its exit code. */
  readonly code: Promise<number>;
  /** Its port, when it listens; `null` if it ends without. */
  readonly listening: Promise<number | null>;
  /** A relay that clients go through, if the tests are to be run so. */
  front: InFront | null = null;
  readonly #stop = new AbortController();
  #step = Promise.withResolvers<void>();

  /** Starts it; {@linkcode serving} also waits until it is ready. */
  constructor(program: Program, args: string[], net: Net = Deno) {
    const server = startInMemory(program, args, {
      onPrint: (text) => {
        this.stdout += text;
        this.#advance();
      },
      onSay: (text) => {
        this.stderr += text;
        this.#advance();
      },
      net,
      stop: this.#stop.signal,
    });
    this.listening = server.port;
    this.code = server.ended;
    this.code.then(() => this.#advance(), () => this.#advance());
  }

  /** Waits until stderr matches. */
  async said(pattern: RegExp): Promise<string[]> {
    for (;;) {
      const match = this.stderr.match(pattern);
      if (match !== null) return match;
      await within(this.#step.promise, () => `Waited for ${pattern} in ${this.stderr}`);
    }
  }

  /** As the first signal does. */
  stop(): void {
    this.#stop.abort();
  }

  /** Waits for its end: its exit code. */
  end(): Promise<number> {
    return within(this.code, () => `Waited for the end of a server: ${this.stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.front?.[Symbol.asyncDispose]();
    this.stop();
    await this.end();
  }

  #advance(): void {
    this.#step.resolve();
    this.#step = Promise.withResolvers();
  }
}

/** Starts a server on a free port of this process, and waits until it is ready. */
export async function serving(
  program: Program,
  args: string[] = [],
  net: Net = Deno,
): Promise<Serving> {
  const server = new Serving(program, [...args, "0"], net);
  const port = await within(server.listening, () => `Waited for a server: ${server.stderr}`);
  if (port === null) throw new Error(`A server ended at once: ${server.stderr}`);
  server.front = inFrontOf(port);
  server.port = server.front.port;
  return server;
}

/** A connection to a server of this machine. */
export function connect(port: number, hostname = "127.0.0.1"): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname, port });
}

/**
 * Throws if somebody listens at this port of a server that was in this process. Asked more than once:
 * `deno test --parallel` runs files as threads of one process, and a child that another file starts at
 * this moment has the listener, too, until its exec().
 */
export async function assertRefused(port: number): Promise<void> {
  for (let i = 0; i < 20; i++) {
    try {
      (await connect(port)).close();
    } catch (error) {
      assertInstanceOf(error, Deno.errors.ConnectionRefused);
      return;
    }
    await pause(50);
  }
  throw new Error(`port ${port} still lets clients in`);
}

/** Reads to the end of the stream. */
export async function readAll(conn: Conn): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (let n; (n = await patiently(conn.read(buffer), "the end of a stream")) !== null;) {
    pieces.push(buffer.slice(0, n));
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Reads so many bytes, as text. */
export async function readText(conn: Conn, length: number): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(length);
  while (text.length < length) {
    const n = await patiently(
      conn.read(buffer.subarray(0, length - text.length)),
      `${length} bytes`,
    );
    if (n === null) throw new Error(`The stream ended after ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(buffer.subarray(0, n));
  }
  return text;
}

/** Sends a text and reads as much as that: an echo's reply. */
export async function echo(conn: Conn, text: string): Promise<string> {
  await send(conn, text);
  return await readText(conn, text.length);
}

/** Sends a text. */
export function send(conn: Conn, text: string): Promise<void> {
  return writeAll(conn, new TextEncoder().encode(text));
}

/** Connects, sends a text, ends its half, and reads to the end. */
export async function talk(port: number, text = "", hostname?: string): Promise<string> {
  using conn = await connect(port, hostname);
  await send(conn, text);
  await conn.closeWrite();
  return new TextDecoder().decode(await readAll(conn));
}

/** A promise with the patience of a test. */
export function patiently<T>(promise: Promise<T>, what: string): Promise<T> {
  return within(promise, () => `Waited for ${what}`);
}

/** A program file of its own, with `deno run -N`. */
export function file(name: string, ...args: string[]): [string, ...string[]] {
  return [DENO, "run", "-N", pathOf(`src/${name}.ts`), ...args];
}

/** The Python that peers run on: tests/all.ts names the one behind what the PATH has. */
export const PYTHON = Deno.env.get("TCPLAB_PYTHON") || "python3";

/** The command of a foreign peer that lies in tests/peers. */
export function python(script: string, ...args: (string | number)[]): [string, ...string[]] {
  return [PYTHON, pathOf(`tests/peers/${script}`), ...args.map(String)];
}

/** Compiles tests/peers/<name>.c with gcc, or one that lies elsewhere; its path in `folder`. */
export async function compile(name: string, folder: string, from = "tests/peers"): Promise<string> {
  const program = `${folder}/${name}`;
  const source = pathOf(`${from}/${name}.c`);
  const { success, stderr } = await new Deno.Command("gcc", {
    args: ["-Wall", "-Wextra", "-Werror", "-O1", "-o", program, source],
    env: CHILD_ENV,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return program;
}
