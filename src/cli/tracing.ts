/**
 * `--trace`: every call that reaches the network, as a line on stderr.
 *
 *        0.3 ms  accept() = 127.0.0.1:53412
 *        0.9 ms  read(127.0.0.1:53412) = 6 bytes
 *
 * As in C, a call on a connection names that first: by the address of its client, which
 * both sides call the same.
 *
 * @module
 */

import type { Net } from "../net/net.ts";
import { type Call, traced } from "../net/trace.ts";
import { wordsOfCall } from "./call_words.ts";
import { type Words, words } from "./failure.ts";
import type { Streams } from "./output.ts";

/** What `--trace` may tell: each call, or with it the bytes that it moved. */
export type TraceDetail = "calls" | "bytes";

/** What {@linkcode tracedNet} is given: what a program is given, as far as it matters here. */
export interface TracingGiven {
  textOf(said: Words): string;
  say(what: Words): void;
  stderr: Streams["stderr"];
  detail: TraceDetail;
  /** When the trace began, of performance.now(): threads have one beginning. Default: now. */
  sinceMs?: number;
}

/** A Net that says every call, with its time. */
export async function tracedNet(
  net: Net,
  { textOf, say, stderr, detail, sinceMs }: TracingGiven,
): Promise<Net> {
  const withBytes = detail === "bytes" ? await bytesBehind(stderr) : null;
  return traced(net, (call, bytes) => {
    const ms = (call.atUs / 1000).toFixed(1).padStart(8);
    const line = `${ms} ms  ${textOf(wordsOfCall(named(call)))}`;
    say(words`${withBytes === null ? line : withBytes(line, call, bytes)}`);
  }, { sinceMs });
}

/** The call with the name of its connection as its first argument. */
function named(call: Call): Call {
  const { name, on, args } = call;
  if (on === "") return call;
  return { ...call, args: args === "" || name === "close" ? on : `${on}, ${args}` };
}

/** The line with the bytes behind it, as a relay shows them. */
async function bytesBehind(
  stderr: Streams["stderr"],
): Promise<(line: string, call: Call, bytes: Uint8Array) => string> {
  const [{ pieceLine }, { terminalColumns }] = await Promise.all([
    import(`./${""}bytes.ts`) as Promise<typeof import("./bytes.ts")>,
    import(`./${""}columns.ts`) as Promise<typeof import("./columns.ts")>,
  ]);
  const isTerminal = stderr.isTerminal();
  const colour = isTerminal && !Deno.noColor;
  return (line, { direction }, bytes) => {
    if (direction === undefined || bytes.length === 0) return line;
    const columns = isTerminal ? terminalColumns() ?? 80 : Infinity;
    return pieceLine({ head: `${line}  `, bytes, direction }, { columns, colour });
  };
}
