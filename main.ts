/**
 * The one executable: `tcplab` lists the programs, `tcplab echo_server 9190`
 * runs one. Each is loaded only when it is asked for.
 *
 * @module
 */

import { PROCESS, type Program, VERSION, type World } from "./src/cli/command.ts";
import { hintOf, perform } from "./src/cli/ending.ts";
import { quote } from "./src/cli/escape.ts";
import type { Row } from "./src/cli/help.ts";
import type { Output } from "./src/cli/output.ts";
import {
  failure,
  LANGUAGES,
  listed,
  NOTHING,
  UsageError,
  type Words,
  words,
} from "./src/cli/failure.ts";

export { PROCESS } from "./src/cli/command.ts";
export type { World } from "./src/cli/command.ts";
export type { Lang } from "./src/cli/failure.ts";
export type { Streams } from "./src/cli/output.ts";
export type { Address, Conn, ConnectOptions, Listener, ListenOptions, Net } from "./src/net/net.ts";
export type { Reader, Writer } from "./src/framing.ts";

interface Entry {
  section: string;
  summary: Words;
  /** What it needs besides the network. */
  keeps?: Permission[];
  /**
   * The path is a template: what stands in a plain string, Deno fetches from a
   * URL at the start, all programs for one. On a disk Deno looks for every file
   * that a template could mean, so that none of them needs --allow-read later:
   * "./" in front makes it do so, and the whole name behind leaves it one to find.
   */
  load(): Promise<Program>;
}

type Permission = "run" | "read" | "write";

/** What a program that writes a file needs (a page, a recording): it writes it beside its place and renames it. */
const A_FILE: Permission[] = ["read", "write"];

const PROGRAMS: Record<string, Entry> = {
  hello_server: {
    section: "4.2.4",
    summary: words`greets one client and ends`,
    load: async () =>
      (await import(`./src/${""}hello_server.ts`) as typeof import("./src/hello_server.ts"))
        .helloServer,
  },
  hello_client: {
    section: "4.2.6",
    summary: words`prints what the server sends, however cut`,
    load: async () =>
      (await import(`./src/${""}hello_client.ts`) as typeof import("./src/hello_client.ts"))
        .helloClient,
  },
  hello_server_iterative: {
    section: "4.4 (7)",
    summary: words`greets client after client`,
    load: async () =>
      (await import(
        `./src/${""}hello_server_iterative.ts`
      ) as typeof import("./src/hello_server_iterative.ts")).helloServerIterative,
  },
  echo_server: {
    section: "4.3.2",
    summary: words`sends every byte back, to five clients`,
    load: async () =>
      (await import(`./src/${""}echo_server.ts`) as typeof import("./src/echo_server.ts"))
        .echoServer,
  },
  echo_client: {
    section: "4.3.2",
    summary: words`sends lines and compares what comes back`,
    load: async () =>
      (await import(`./src/${""}echo_client.ts`) as typeof import("./src/echo_client.ts"))
        .echoClient,
  },
  relay: {
    section: "4.3.3",
    summary: words`shows and shapes what passes between two`,
    keeps: A_FILE,
    load: async () =>
      (await import(`./src/relay/${""}mod.ts`) as typeof import("./src/relay/mod.ts")).relay,
  },
  check: {
    section: "4.4 (7)",
    summary: words`tries your own program, in any language`,
    keeps: ["run", ...A_FILE],
    load: async () =>
      (await import(`./src/check/${""}mod.ts`) as typeof import("./src/check/mod.ts")).check,
  },
  bench: {
    section: "4.2.2",
    summary: words`loads a server, and compares every reply`,
    keeps: ["run", ...A_FILE],
    load: async () =>
      (await import(`./src/bench/${""}mod.ts`) as typeof import("./src/bench/mod.ts")).bench,
  },
  labs: {
    section: "4.1 - 4.4",
    summary: words`proves what the chapter says, and draws it`,
    keeps: A_FILE,
    load: async () =>
      (await import(`./src/labs/${""}mod.ts`) as typeof import("./src/labs/mod.ts")).labs,
  },
  demo: {
    section: "4.2, 4.3",
    summary: words`all of them in a second, calls side by side`,
    load: async () =>
      (await import(`./src/labs/${""}demo.ts`) as typeof import("./src/labs/demo.ts")).demo,
  },
};

const TCPLAB = { program: "tcplab" };
const USAGE = words`Usage: ${TCPLAB} <program> [argument ...]`;

/** The list of all programs. */
async function overview(output: Output): Promise<string> {
  const { layoutOf } = await import(`./src/cli/${""}help.ts`) as typeof import("./src/cli/help.ts");
  const { table } = await layoutOf(output);
  const text = (said: Words) => output.textOf(said);
  const programs = Object.entries(PROGRAMS).map(([name, { section, summary }]): Row => [
    `${name.padEnd(24)}${section.padEnd(9)}`.trimEnd(),
    text(summary),
  ]);
  const more: Row[] = [
    [
      text(words`${TCPLAB} help <program>`),
      text(words`its arguments and options (or <program> --help)`),
    ],
    [text(words`${TCPLAB} --lang zh`), text(words`中文`)],
    [text(words`${TCPLAB} ${"--version"}`), ""],
  ];
  const parts = [
    text(words`tcplab: chapter 4 of a TCP/IP textbook as tools`),
    text(USAGE),
    table(programs),
    table(more),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Runs tcplab on its arguments. Resolves to the exit code. */
export async function main(args: string[], world: World = PROCESS): Promise<number> {
  let program: Program | null = null;
  let rest = args;
  const code = await perform(
    { name: "tcplab", world, args, usage: () => USAGE },
    async (output) => {
      let first;
      const named = await namedArguments(args);
      // The others may have a link of their name, too.
      if (named !== args) world = { ...world, commandOf: (program) => program };
      [first, ...rest] = languageBehind(named);
      if (first === "help" && rest.length > 0) {
        [first, ...rest] = languageBehind(rest);
        rest.unshift("--help");
      }
      // hello-server for hello_server: both are typed.
      const name = first.replaceAll("-", "_");
      // In a process of its own, and before the first line of the program runs.
      if (import.meta.main) giveUp(Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : {});
      if (Object.hasOwn(PROGRAMS, name)) {
        program = await load(name);
        return 0;
      }
      if (first === "--version") {
        await output.print(`tcplab ${VERSION}\n`);
        return 0;
      }
      if (["help", "--help", "-h"].includes(first)) {
        await output.print(await overview(output));
        return 0;
      }
      const isOption = first.startsWith("-");
      const mistake = isOption
        ? words`Unknown option ${quote(first)}`
        : words`Unknown program ${quote(first)}`;
      const slip = isOption
        ? { word: first, known: ["--help", "--lang", "--version"] }
        : { word: name, known: Object.keys(PROGRAMS) };
      let hint = await hintOf(new UsageError(mistake, slip));
      if (hint === NOTHING) hint = await hintOfLab(name);
      output.say(words`${"tcplab: "}${mistake}${hint}`);
      output.say(USAGE);
      output.say(words`  ${TCPLAB} alone lists the programs.`);
      return 2;
    },
  );
  return program === null ? code : await (program as Program)(rest, world);
}

/** `tcplab --lang zh echo_server 9190`: what stands in front is for the program, too. */
function languageBehind(args: string[]): string[] {
  const [, inOne] = /^--lang(?:=(.*))?$/s.exec(args[0] ?? "") ?? [];
  const length = inOne !== undefined ? 1 : args[0] === "--lang" ? 2 : 0;
  const value = inOne ?? args[1] ?? "";
  if (length > 0 && !LANGUAGES.some((lang) => lang === value)) {
    const known = words`not one of ${listed(LANGUAGES)}`;
    throw new UsageError(words`Cannot use ${"--lang"} ${quote(value)}: ${known}`);
  }
  const [first = "--help", ...rest] = args.slice(length);
  return [first, ...args.slice(0, length), ...rest];
}

/**
 * Gives up for good what this process may do and its program does not need: the executable may do
 * what any of the programs needs, and deno run --allow-all everything.
 */
function giveUp({ keeps = [] }: { keeps?: Permission[] }): void {
  const all: Deno.PermissionName[] = ["run", "write", "ffi", "env", "sys"];
  // Out of a checkout, --workers reads the code of its threads.
  if (Deno.build.standalone) all.push("read");
  for (const name of all) {
    if (!(keeps as string[]).includes(name)) Deno.permissions.revokeSync({ name });
  }
}

async function load(name: string): Promise<Program> {
  try {
    return await PROGRAMS[name].load();
  } catch (error) {
    throw failure(words`Cannot load ${name}`, error);
  }
}

/** `tcplab boundary` is no program, but there is a lab of that name. */
async function hintOfLab(word: string): Promise<Words> {
  if (word.length < 4) return NOTHING;
  try {
    const { LABS } = await import(`./src/labs/${""}mod.ts`) as typeof import("./src/labs/mod.ts");
    const known = LABS.map(({ name }) => name);
    const typed = (name: string) => words`${{ program: "labs" }} ${name}`;
    return await hintOf(new UsageError(NOTHING, { word, known, typed }));
  } catch {
    return NOTHING; // from a URL, and off line by now
  }
}

/** A link or a copy of the executable that has a program's name is that program. */
async function namedArguments(args: string[]): Promise<string[]> {
  if (!Deno.build.standalone) return args;
  const { ownNames } = await import(
    `./src/cli/${""}own_name.ts`
  ) as typeof import("./src/cli/own_name.ts");
  for (const name of ownNames()) {
    if (Object.hasOwn(PROGRAMS, name)) return [name, ...args];
    // `tcplab echo_server`: whatever it was called by does not matter.
    if (Object.hasOwn(PROGRAMS, (args[0] ?? "").replaceAll("-", "_"))) return args;
  }
  return args;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
