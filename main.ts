/**
 * The one executable: `tcplab` lists the programs, `tcplab echo_server 9190`
 * runs one. Each is loaded only when it is asked for.
 *
 * @module
 */

import { PROCESS, type Program, VERSION, type World } from "./src/cli/command.ts";
import { hintOf, perform } from "./src/cli/ending.ts";
import { quote } from "./src/cli/escape.ts";
import { failure, UsageError } from "./src/cli/failure.ts";

export { PROCESS } from "./src/cli/command.ts";
export type { World } from "./src/cli/command.ts";
export type { Streams } from "./src/cli/output.ts";
export type { Address, Conn, ConnectOptions, Listener, ListenOptions, Net } from "./src/net/net.ts";
export type { Reader, Writer } from "./src/framing.ts";

interface Entry {
  section: string;
  summary: string;
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
    summary: "greets one client and ends",
    load: async () =>
      (await import(`./src/${""}hello_server.ts`) as typeof import("./src/hello_server.ts"))
        .helloServer,
  },
  hello_client: {
    section: "4.2.6",
    summary: "prints what the server sends, however cut",
    load: async () =>
      (await import(`./src/${""}hello_client.ts`) as typeof import("./src/hello_client.ts"))
        .helloClient,
  },
  hello_server_iterative: {
    section: "4.4 (7)",
    summary: "greets client after client",
    load: async () =>
      (await import(
        `./src/${""}hello_server_iterative.ts`
      ) as typeof import("./src/hello_server_iterative.ts")).helloServerIterative,
  },
  echo_server: {
    section: "4.3.2",
    summary: "sends every byte back, to five clients",
    load: async () =>
      (await import(`./src/${""}echo_server.ts`) as typeof import("./src/echo_server.ts"))
        .echoServer,
  },
  echo_client: {
    section: "4.3.2",
    summary: "sends lines and compares what comes back",
    load: async () =>
      (await import(`./src/${""}echo_client.ts`) as typeof import("./src/echo_client.ts"))
        .echoClient,
  },
  relay: {
    section: "4.3.3",
    summary: "shows and shapes what passes between two",
    keeps: A_FILE,
    load: async () =>
      (await import(`./src/relay/${""}mod.ts`) as typeof import("./src/relay/mod.ts")).relay,
  },
  check: {
    section: "4.4 (7)",
    summary: "tries a program of your own, in any language",
    keeps: ["run", ...A_FILE],
    load: async () =>
      (await import(`./src/check/${""}mod.ts`) as typeof import("./src/check/mod.ts")).check,
  },
  bench: {
    section: "4.2.2",
    summary: "loads a server, and compares every reply",
    keeps: ["run", ...A_FILE],
    load: async () =>
      (await import(`./src/bench/${""}mod.ts`) as typeof import("./src/bench/mod.ts")).bench,
  },
  labs: {
    section: "4.1 - 4.4",
    summary: "proves what the chapter says, and draws it",
    keeps: A_FILE,
    load: async () =>
      (await import(`./src/labs/${""}mod.ts`) as typeof import("./src/labs/mod.ts")).labs,
  },
  demo: {
    section: "4.2, 4.3",
    summary: "all of them in a second, calls side by side",
    load: async () =>
      (await import(`./src/labs/${""}demo.ts`) as typeof import("./src/labs/demo.ts")).demo,
  },
};

const USAGE = "Usage: tcplab <program> [argument ...]";

function overview(): string {
  const rows = Object.entries(PROGRAMS).map(([name, { section, summary }]) =>
    `  ${name.padEnd(24)}${section.padEnd(10)}${summary}`
  );
  return `tcplab: chapter 4 of a TCP/IP textbook as tools

${USAGE}

${rows.join("\n")}

  tcplab help <program>   its arguments and options (or <program> --help)
  tcplab --version
`;
}

/** Runs tcplab on its arguments. Resolves to the exit code. */
export async function main(args: string[], world: World = PROCESS): Promise<number> {
  let program: Program | null = null;
  let [first = "--help", ...rest] = args;
  const code = await perform({ name: "tcplab", world }, async (output) => {
    [first = "--help", ...rest] = await namedArguments(args);
    if (first === "help" && rest.length > 0) [first, rest] = [rest[0], ["--help"]];
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
      await output.print(overview());
      return 0;
    }
    const isOption = first.startsWith("-");
    const mistake = `Unknown ${isOption ? "option" : "program"} ${quote(first)}`;
    const slip = isOption
      ? { word: first, known: ["--help", "--version"] }
      : { word: name, known: Object.keys(PROGRAMS) };
    const hint = await hintOf(new UsageError(mistake, slip)) || await hintOfLab(name);
    output.say(`tcplab: ${mistake}${hint}`);
    output.say(`${USAGE}\n  tcplab alone lists the programs.`);
    return 2;
  });
  return program === null ? code : await (program as Program)(rest, world);
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
    throw failure(`Cannot load ${name}`, error);
  }
}

/** `tcplab boundary` is no program, but there is a lab of that name. */
async function hintOfLab(word: string): Promise<string> {
  if (word.length < 4) return "";
  try {
    const { LABS } = await import(`./src/labs/${""}mod.ts`) as typeof import("./src/labs/mod.ts");
    const known = LABS.map(({ name }) => name);
    return await hintOf(new UsageError("", { word, known, typed: (name) => `labs ${name}` }));
  } catch {
    return ""; // from a URL, and off line by now
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
