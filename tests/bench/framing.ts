// How fast src/framing.ts cuts lines, against TextLineStream of the standard library and Go's
// bufio.Scanner: `deno run -A tests/bench/framing.ts [rounds [megabytes]]`. Wants Linux or macOS, and
// Go for its column.
//
// What counts is CPU time of the whole process (collecting garbage happens on other threads), between
// the first byte and the last line; input from memory. Every measurement is a process of its own, and
// the candidates take turns, so that neither the heap of one nor a busy minute touches the ratio.

import process from "node:process";
import { LineDecoder, LineReader, linesOf, type Reader } from "../../src/framing.ts";
import { TextLineStream } from "jsr:@std/streams@1.1.2/text-line-stream";

const isChild = Deno.args[0] === "--child";
const MEGABYTES = Number(Deno.args[isChild ? 3 : 1] ?? 100);
const CHUNK_BYTES = 64 * 1024;
const SEGMENT_BYTES = 1460; // what one packet of Ethernet carries
const GO = "Go bufio.Scanner";

/** A kind of input: `line` again and again, in chunks as a network would give them. */
interface Input {
  name: string;
  line: () => string;
  totalBytes: number;
  chunkBytes: number;
  maxLineBytes?: number;
  /** The candidates that are compared with TextLineStream on it. */
  rivals: string[];
}

const bulk = { totalBytes: MEGABYTES * 1e6, chunkBytes: CHUNK_BYTES };
const inputs: Input[] = [
  {
    name: "16-byte lines",
    line: () => "abcdefghijklmno\n",
    ...bulk,
    rivals: ["nextBlock", "nextBlock, reused", "readLine", "for await", GO],
  },
  {
    name: "100-byte lines",
    line: () => "0123456789".repeat(10).slice(1) + "\n",
    ...bulk,
    rivals: ["nextBlock", "nextBlock, reused", "readLine", "for await", GO],
  },
  {
    name: "Chinese lines, 49 bytes",
    line: () => "本章用一个回声服务器讲清字节流，\n",
    ...bulk,
    rivals: ["nextBlock", "nextBlock, reused", GO],
  },
  {
    name: "64 KiB lines",
    line: () => "x".repeat(64 * 1024 - 1) + "\n",
    ...bulk,
    rivals: ["nextBlock", "nextBlock, reused", GO],
  },
  {
    name: "one 64 MiB line in 1460-byte pieces",
    line: () => "x".repeat(64 * 1024 * 1024 - 1) + "\n",
    totalBytes: 64 * 1024 * 1024,
    chunkBytes: SEGMENT_BYTES,
    maxLineBytes: Infinity,
    rivals: ["nextBlock", "nextBlock, reused"],
  },
];

/** What a candidate saw: proof that it did the work, and that all did the same. */
interface Seen {
  lines: number;
  length: number;
}

type Candidate = (bytes: Uint8Array, input: Input) => Seen | Promise<Seen>;

const candidates: Record<string, Candidate> = {
  nextBlock: (bytes, input) => takeBlocks(bytes, input, false),
  "nextBlock, reused": (bytes, input) => takeBlocks(bytes, input, true),

  async readLine(bytes, { chunkBytes, maxLineBytes }) {
    const reader = new LineReader(memoryReader(bytes, chunkBytes), { maxLineBytes });
    const seen = { lines: 0, length: 0 };
    for (let line; (line = await reader.readLine()) !== null;) {
      seen.lines++;
      seen.length += line[line.length - 1] === 10 ? line.length - 1 : line.length;
    }
    return seen;
  },

  async "for await"(bytes, { chunkBytes, maxLineBytes }) {
    const reader = new LineReader(memoryReader(bytes, chunkBytes), { maxLineBytes });
    const seen = { lines: 0, length: 0 };
    for await (const line of reader) {
      seen.lines++;
      seen.length += line[line.length - 1] === 10 ? line.length - 1 : line.length;
    }
    return seen;
  },

  async TextLineStream(bytes, { chunkBytes }) {
    let at = 0;
    const source = new ReadableStream<BufferSource>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at += chunkBytes));
      },
    });
    const lines = source.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    const seen = { lines: 0, length: 0 };
    for await (const line of lines) {
      seen.lines++;
      seen.length += line.length;
    }
    return seen;
  },
};

function takeBlocks(bytes: Uint8Array, input: Input, reuseBuffer: boolean): Seen {
  const { chunkBytes, maxLineBytes } = input;
  const decoder = new LineDecoder({ maxLineBytes, reuseBuffer });
  const seen = { lines: 0, length: 0 };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    decoder.push(bytes.subarray(at, at + chunkBytes));
    for (let block; (block = decoder.nextBlock()) !== null;) see(seen, linesOf(block));
  }
  const rest = decoder.rest();
  if (rest !== null) see(seen, linesOf(rest));
  return seen;
}

function see(seen: Seen, lines: string[]): void {
  seen.lines += lines.length;
  let length = 0;
  for (let i = 0; i < lines.length; i++) length += lines[i].length;
  seen.length += length;
}

function memoryReader(bytes: Uint8Array, chunkBytes: number): Reader {
  let at = 0;
  return {
    read(p: Uint8Array): Promise<number | null> {
      const chunk = bytes.subarray(at, at + Math.min(p.length, chunkBytes));
      p.set(chunk);
      at += chunk.length;
      return Promise.resolve(chunk.length || null);
    },
  };
}

function bytesOf({ line, totalBytes }: Input): Uint8Array {
  const one = new TextEncoder().encode(line());
  const bytes = new Uint8Array(totalBytes);
  bytes.set(one.subarray(0, totalBytes));
  for (let done = one.length; done < totalBytes; done *= 2) bytes.copyWithin(done, 0, done);
  return bytes;
}

/** What a process of its own prints: lines, their length and microseconds. */
type Measured = Seen & { cpu: number };

async function measureHere(candidate: string, input: Input): Promise<Measured> {
  const bytes = bytesOf(input);
  const before = process.cpuUsage();
  const seen = await candidates[candidate](bytes, input);
  const { user, system } = process.cpuUsage(before);
  return { ...seen, cpu: user + system };
}

async function measure(candidate: string, index: number, scanner: string): Promise<Measured> {
  const isGo = candidate === GO;
  const command = new Deno.Command(isGo ? scanner : Deno.execPath(), {
    args: isGo
      ? []
      : ["run", "-A", import.meta.filename!, "--child", candidate, `${index}`, `${MEGABYTES}`],
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: isGo ? "piped" : "null",
    stdout: "piped",
  }).spawn();
  const output = command.output();
  if (isGo) {
    const stdin = command.stdin.getWriter();
    await stdin.write(bytesOf(inputs[index]));
    await stdin.close();
  }
  const { stdout, success } = await output;
  if (!success) throw new Error(`Cannot measure ${candidate} on ${inputs[index].name}: it failed`);
  const [lines, length, cpu] = new TextDecoder().decode(stdout).split(" ").map(Number);
  return { lines, length, cpu };
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

async function compileScanner(folder: string): Promise<string> {
  const scanner = `${folder}/scanner`;
  const source = new URL("scanner.go", import.meta.url).pathname;
  await run("go", "build", "-o", scanner, source);
  return scanner;
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  if (!success) throw new Error(`Cannot run ${command} ${args.join(" ")}: it failed`);
  return new TextDecoder().decode(stdout).trim();
}

async function main(rounds: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const scanner = await compileScanner(folder);
    await printMachine(rounds);
    for (const [index, input] of inputs.entries()) {
      const names = ["TextLineStream", ...input.rivals];
      const cpu = new Map<string, number[]>(names.map((name) => [name, []]));
      let expected: number | undefined;
      for (let round = 0; round < rounds; round++) {
        for (const name of names) {
          const measured = await measure(name, index, scanner);
          expected ??= measured.lines;
          if (measured.lines !== expected) {
            throw new Error(`${name} saw ${measured.lines} lines instead of ${expected}`);
          }
          cpu.get(name)!.push(measured.cpu);
        }
      }
      const base = median(cpu.get("TextLineStream")!);
      console.log(input.name);
      for (const name of names) {
        const own = cpu.get(name)!;
        const ms = (n: number) => (n / 1000).toFixed(0).padStart(6);
        const ratio = (base / median(own)).toFixed(2).padStart(7);
        const range = `(${ms(Math.min(...own)).trim()} to ${ms(Math.max(...own)).trim()})`;
        console.log(`  ${name.padEnd(17)}${ms(median(own))} ms${ratio}  ${range}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function printMachine(rounds: number): Promise<void> {
  const { arch, os } = Deno.build;
  const cpu = await run("uname", "-srm");
  console.log(`${navigator.hardwareConcurrency} cores, ${os} ${arch} (${cpu})`);
  console.log(`Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${await run("go", "version")}`);
  console.log(`deno run -A tests/bench/framing.ts ${rounds} ${MEGABYTES}`);
  console.log(`CPU time, median of ${rounds} rounds (least to most); ratio: TextLineStream = 1,`);
  console.log(`higher is faster. ${MEGABYTES} MB in chunks of ${CHUNK_BYTES / 1024} KiB.`);
  console.log("readLine and for await (over a LineReader) give bytes, the others strings.\n");
}

if (isChild) {
  const { lines, length, cpu } = await measureHere(Deno.args[1], inputs[Number(Deno.args[2])]);
  console.log(lines, length, cpu);
} else {
  await main(Number(Deno.args[0] ?? 5));
}
