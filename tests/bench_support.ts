/**
 * What the tests of `tcplab bench` share: bench inside the test's own process, and
 * servers that are right, or wrong in one way.
 *
 * @module
 */

import type { Load } from "../src/bench/measured.ts";
import { bench } from "../src/bench/mod.ts";
import type { FaultsByKind } from "../src/bench/fault.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { writeAll } from "../src/framing.ts";
import type { Net } from "../src/net/net.ts";
import { within } from "./support.ts";

/** What bench printed with `--json`, as far as tests look at it. */
export interface Told {
  event: string;
  connected: number;
  messages: number;
  messagesPerSecond: number;
  bytes: number;
  durationMs: number;
  latencyMs: Record<"min" | "p50" | "p99" | "max", number> | null;
  connectMs: { max: number } | null;
  lateMs: { p50: number } | null;
  unsent: number;
  share: number | null;
  longestWaitMs: number;
  longestWaitConnection: number;
  busy: number;
  faults: FaultsByKind;
}

/** A load, for those who are not to put it on a server. */
export const LOAD: Load = {
  hostname: "127.0.0.1",
  port: 9190,
  connections: 1,
  first: 1,
  size: { least: 1, most: 1 },
  lines: false,
  pipeline: 1,
  connectOnly: false,
  warmupMs: 300,
  durationMs: 5000,
  wait: false,
  connectTimeoutMs: 10_000,
  replyTimeoutMs: 10_000,
};

/** How a bench ended. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs bench to its end. */
export async function run(
  args: string[],
  { net, stop, terminal }: {
    net?: Net;
    stop?: AbortSignal;
    terminal?: { stdout?: boolean; stderr?: boolean };
  } = {},
): Promise<Ran> {
  let stdout = "", stderr = "";
  const world = worldInMemory({
    net,
    stop: stop ?? new AbortController().signal,
    terminal,
    onPrint: (text) => stdout += text,
    onSay: (text) => stderr += text,
  });
  const code = await within(bench(args, world), () => `Waited for bench ${args.join(" ")}`);
  return { code, stdout, stderr };
}

/** Runs bench against a server of this machine with `--json`; what it told. */
export async function told(port: number, ...options: string[]): Promise<Told & { code: number }> {
  const { code, stdout, stderr } = await run(["--json", ...options, "127.0.0.1", String(port)]);
  if (stdout === "") throw new Error(stderr);
  return { ...JSON.parse(stdout), code };
}

/** A server of the test's own. `await using` ends it with the test. */
export interface OddServer extends AsyncDisposable {
  port: number;
  /** So many clients have come. */
  readonly clients: number;
}

/** What a server does with a client: its number, from 1 on. */
export type Serve = (conn: Deno.TcpConn, client: number) => Promise<void>;

/** Serves every client in this way. */
export function serverThat(serve: Serve): OddServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.TcpConn>();
  const serving: Promise<void>[] = [];
  let clients = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      conns.add(conn);
      const one = serve(conn, ++clients).catch(() => {}).finally(() => {
        conns.delete(conn);
        close(conn);
      });
      serving.push(one);
    }
  })();
  return {
    port: listener.addr.port,
    get clients() {
      return clients;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of conns) close(conn);
      await Promise.all([accepting, ...serving]);
    },
  };
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}

/** Sends back what comes, changed: `at` is where these bytes stand in all that came on it. */
export function echoes(
  change: (bytes: Uint8Array, at: number) => Uint8Array | Promise<Uint8Array> = (bytes) => bytes,
): Serve {
  return async (conn) => {
    const buffer = new Uint8Array(64 * 1024);
    for (let at = 0, n; (n = await conn.read(buffer)) !== null; at += n) {
      await writeAll(conn, await change(buffer.slice(0, n), at));
    }
  };
}
