/**
 * What the tests of clients share: servers that do what a test says, and
 * clients inside the test's own process.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Program } from "../src/cli/command.ts";
import { languageIn } from "../src/cli/ending.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import type { Streams } from "../src/cli/output.ts";
import { writeAll } from "../src/framing.ts";
import type { Net } from "../src/net/net.ts";
import { assertChinese } from "./chinese_support.ts";
import { type InFront, inFrontOf } from "./relay_in_front.ts";

/** A server in this process. It ends with the test; what its handling threw, the test throws. */
export class Server implements AsyncDisposable {
  /** Its address, as the arguments of a client. */
  readonly at: [host: string, port: string];
  readonly port: number;
  /** All bytes that clients have sent, as text. */
  received = "";
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #front: InFront;
  readonly #conns: Deno.TcpConn[] = [];
  readonly #handled: Promise<void>;

  /** Serves one client after the other. */
  constructor(handle: (conn: Deno.TcpConn, server: Server) => Promise<void>) {
    this.#front = inFrontOf(this.#listener.addr.port);
    this.port = this.#front.port;
    this.at = ["127.0.0.1", String(this.port)];
    this.#handled = this.#serve(handle);
    this.#handled.catch(() => {}); // thrown at the end
  }

  async #serve(handle: (conn: Deno.TcpConn, server: Server) => Promise<void>): Promise<void> {
    for await (const conn of this.#listener) {
      this.#conns.push(conn);
      try {
        await handle(conn, this);
      } catch (error) {
        // A client may go while it is served.
        const isGone = error instanceof Deno.errors.ConnectionReset ||
          error instanceof Deno.errors.BrokenPipe;
        if (!isGone) throw error;
      } finally {
        close(conn);
      }
    }
  }

  /** Reads a line of the client; what there is, at the end of its stream. */
  async line(conn: Deno.TcpConn): Promise<string> {
    let line = "";
    const byte = new Uint8Array(1);
    while (!line.endsWith("\n") && await conn.read(byte) !== null) {
      line += String.fromCharCode(byte[0]);
    }
    this.received += line;
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front[Symbol.asyncDispose]();
    close(this.#listener);
    this.#conns.forEach(close);
    await this.#handled.catch((error) => {
      // A call that was under way.
      const isOurs = error instanceof Deno.errors.BadResource ||
        error instanceof Deno.errors.Interrupted;
      if (!isOurs) throw error;
    });
  }
}

function close(socket: { close(): void }): void {
  try {
    socket.close();
  } catch {
    // It was closed before.
  }
}

/** Starts a server. */
export function serverThat(
  handle: (conn: Deno.TcpConn, server: Server) => Promise<void>,
): Server {
  return new Server(handle);
}

/** An echo server that keeps what it gets. */
export function echoing(): Server {
  return serverThat(async (conn, server) => {
    const buffer = new Uint8Array(64 * 1024);
    const decoder = new TextDecoder();
    for (let n; (n = await conn.read(buffer)) !== null;) {
      server.received += decoder.decode(buffer.subarray(0, n), { stream: true });
      await writeAll(conn, buffer.subarray(0, n));
    }
  });
}

/** Writes a text. */
export function say(conn: Deno.TcpConn, text: string): Promise<void> {
  return writeAll(conn, new TextEncoder().encode(text));
}

/** Until the other side ends or is gone. */
export async function drain(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await conn.read(buffer) !== null);
}

/**
 * Runs a program in this process, on a network of the test's choice. What is wrong usage is also
 * looked at in Chinese: nothing of it is to be English.
 */
export async function runInside(
  program: Program,
  args: string[],
  options: { input?: string; net?: Net; isTerminal?: boolean } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const result = await runOnce(program, args, options);
  if (result.code === 2 && languageIn(args) === undefined) {
    const chinese = await runOnce(program, ["--lang", "zh", ...args], options);
    assertEquals([chinese.code, chinese.stdout], [2, ""]);
    assertChinese(chinese.stderr);
  }
  return result;
}

async function runOnce(
  program: Program,
  args: string[],
  { input = "", net = Deno as Net, isTerminal = false },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const world = worldInMemory({
    net,
    input: new Blob([input]).stream(),
    onPrint: (text) => said.stdout += text,
    onSay: (text) => said.stderr += text,
    terminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
  });
  const code = await program(args, world);
  return { code, ...said };
}

/** Streams with a stderr that takes nothing until what `taken` gives is there; `said`: what it took. */
export function waitingStderr(taken: () => Promise<void>): { streams: Streams; said: string } {
  const it = {
    said: "",
    streams: {
      stdin: { read: () => Promise.resolve(null), isTerminal: () => false },
      stdout: { write: (p: Uint8Array) => Promise.resolve(p.length), isTerminal: () => false },
      stderr: {
        isTerminal: () => false,
        async write(p: Uint8Array) {
          await taken();
          it.said += new TextDecoder().decode(p);
          return p.length;
        },
      },
    },
  };
  return it;
}

/** The command with a reader of its output that sleeps for three seconds first. */
export function throughSlowPipe(command: string[]): [string, ...string[]] {
  return ["sh", "-c", '"$@" | { sleep 3; cat; }', "sh", ...command];
}
