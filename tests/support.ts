/**
 * What the tests share: programs as child processes, peers of other makes, and
 * waiting for what a program says instead of for time to pass.
 *
 * @module
 */

/** The top of the checkout. */
export const ROOT = new URL("../", import.meta.url);

/** Does an emulator run them? What takes a processor seconds takes it minutes. */
export const EMULATED = Deno.env.has("TCPLAB_DENO");

/** So long a test waits for anything: much longer than it takes, also where much else runs. */
const PATIENCE_MS = EMULATED ? 1_200_000 : 120_000;

/** The environment of a child: no update check, no colours asked for, English whatever is spoken here. */
export const CHILD_ENV = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", LC_ALL: "C.UTF-8" };

/** The Deno that programs run on: this one, unless another is named (.ci/arm64 does). */
export const DENO = Deno.env.get("TCPLAB_DENO") ?? Deno.execPath();

/** What one types to run it. */
export const TYPED_DENO = /[\\/]_npx[\\/]/.test(DENO) ? `npx -y deno@${Deno.version.deno}` : "deno";

/** The path of a file of the checkout, as this system writes it. */
export function pathOf(name: string): string {
  const path = decodeURIComponent(new URL(name, ROOT).pathname);
  return Deno.build.os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}

/** `deno run -N main.ts` with these arguments, as a command and its arguments. */
export function tcplab(...args: string[]): [string, ...string[]] {
  return [DENO, "run", "-N", pathOf("main.ts"), ...args];
}

/** What a finished program left. */
export interface Result {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}

/** How a program is started. */
export interface StartOptions {
  env?: Record<string, string>;
  /** Let it see `env` and nothing else. */
  clearEnv?: boolean;
  cwd?: string | URL;
  /** Close its stdout before it can print anything. */
  closeStdout?: boolean;
}

/** A program under way. `await using` ends it with the test, whatever happens. */
export class Running implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: Collector;
  readonly #stderr: Collector;
  readonly #command: string;

  /** Starts it at once. */
  constructor([command, ...args]: [string, ...string[]], options: StartOptions = {}) {
    this.#command = [command, ...args].join(" ");
    this.#child = new Deno.Command(command, {
      args,
      cwd: options.cwd,
      env: options.clearEnv ? options.env : { ...CHILD_ENV, ...options.env },
      clearEnv: options.clearEnv,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#stdin = this.#child.stdin.getWriter();
    if (options.closeStdout) this.#child.stdout.cancel();
    this.#stdout = new Collector(
      options.closeStdout ? ReadableStream.from([]) : this.#child.stdout,
    );
    this.#stderr = new Collector(this.#child.stderr);
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#stdout.text;
  }

  /** The same as bytes. */
  get stdoutBytes(): Uint8Array<ArrayBuffer> {
    return this.#stdout.bytes;
  }

  /** What it has said so far. */
  get stderr(): string {
    return this.#stderr.text;
  }

  /** Waits until stdout matches. */
  printed(pattern: RegExp | string): Promise<string[]> {
    return this.#waitFor(this.#stdout, pattern);
  }

  /** Waits until stderr matches. */
  said(pattern: RegExp | string): Promise<string[]> {
    return this.#waitFor(this.#stderr, pattern);
  }

  /** Waits until a server is ready; its port. */
  async port(): Promise<number> {
    return Number((await this.said(/(?:Listening on|正在监听) .*:([0-9]+)\n/))[1]);
  }

  /** Types text into it. */
  async type(text: string | Uint8Array): Promise<void> {
    await this.#stdin.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  /** Ends its input. */
  async endInput(): Promise<void> {
    await this.#stdin.close().catch(() => {});
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. Its input stays open unless it was ended. */
  async result(patienceMs?: number): Promise<Result> {
    const ended = this.#child.status;
    const { code, signal } = await within(ended, () => this.#describe("its end"), patienceMs);
    await Promise.all([this.#stdout.done, this.#stderr.done]);
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.endInput();
    await this.#child.status;
    await Promise.all([this.#stdout.done, this.#stderr.done]);
  }

  async #waitFor(collector: Collector, pattern: RegExp | string): Promise<string[]> {
    for (;;) {
      const match: string[] | null = typeof pattern === "string"
        ? (collector.text.includes(pattern) ? [pattern] : null)
        : collector.text.match(pattern);
      if (match !== null) return match;
      if (collector.ended) throw new Error(this.#describe(`${pattern}: it ended`));
      await within(collector.next, () => this.#describe(String(pattern)));
    }
  }

  #describe(what: string): string {
    return `${this.#command}\n  waited for ${what}\n  stdout: ${JSON.stringify(this.stdout)}\n` +
      `  stderr: ${JSON.stringify(this.stderr)}`;
  }
}

/** Starts a program. */
export function start(command: [string, ...string[]], options?: StartOptions): Running {
  return new Running(command, options);
}

/** Runs a program to its end, with this input. */
export async function runToEnd(
  command: [string, ...string[]],
  { input = "", patienceMs, ...options }: StartOptions & {
    input?: string | Uint8Array;
    patienceMs?: number;
  } = {},
): Promise<Result> {
  await using running = start(command, options);
  // A program that does not read to the end is no fault of the test.
  await running.type(input).catch(() => {});
  await running.endInput();
  return await running.result(patienceMs);
}

/** Runs a program with a stdout that is closed before it can print anything. */
export async function runUnread(
  [command, ...args]: [string, ...string[]],
  { input = "" } = {},
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(command, {
    args,
    env: CHILD_ENV,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const [{ code }, stderr] = await Promise.all([
    within(child.status, () => `Waited for the end of ${command}`),
    new Response(child.stderr).text(),
  ]);
  return { code, stderr };
}

/** A command that runs this one on a terminal of its own. Linux: needs script(1). */
export function onTerminal(command: string[]): [string, ...string[]] {
  const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  // exec: a shell that stays in between would die of the Ctrl-C that a program survives.
  return ["script", "-q", "-e", "-f", "-c", `exec ${line}`, "/dev/null"];
}

/** Is this program on the PATH? For `ignore` of a test, which then names it. */
export function has(program: string): boolean {
  try {
    return new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" })
      .outputSync().success;
  } catch {
    return false; // no sh: no Unix
  }
}

/**
 * A port of 127.0.0.1 that nobody has. It lies below those that kernels give to whoever
 * asks for any: one of them might go to a test that runs at the same time, and a client
 * that tries one again and again gets connected to itself in the end. And below those that
 * `check` gives to programs (src/process/free_port.ts), and that students have for their own.
 */
export function freePort(): number {
  for (let tries = 0;; tries++) {
    const port = 10_000 + Math.floor(9000 * Math.random());
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (tries === 20) throw error; // taken, or reserved as Windows does
    }
  }
}

/** The promise, or an error that tells what was waited for. */
export async function within<T>(
  promise: Promise<T>,
  what: () => string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads a stream to its end, and tells at every step. */
class Collector {
  text = "";
  ended = false;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  next: Promise<void>;
  readonly done: Promise<void>;
  #step = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.next = this.#step.promise;
    this.done = this.#collect(stream);
  }

  /** All so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const piece of this.#pieces) {
      all.set(piece, end);
      end += piece.length;
    }
    return all;
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for await (const bytes of stream) {
      this.#pieces.push(bytes);
      this.text += decoder.decode(bytes, { stream: true });
      this.#advance();
    }
    this.ended = true;
    this.#advance();
  }

  #advance(): void {
    this.#step.resolve();
    this.#step = Promise.withResolvers();
    this.next = this.#step.promise;
  }
}

/** A server of one connection on a real socket, served by `serve`. */
export function peer(
  serve: (conn: Deno.TcpConn) => Promise<void>,
): { port: string } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const conn = await listener.accept();
    try {
      await serve(conn);
    } catch {
      // The client has closed the connection first.
    }
    try {
      conn.close();
    } catch {
      // serve() has closed it.
    }
  })();
  return {
    port: String(listener.addr.port),
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {});
    },
  };
}
