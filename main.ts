/**
 * The one executable: `tcplab` lists the programs, `tcplab echo_server 9190`
 * runs one. Each is loaded only when it is asked for.
 *
 * @module
 */

import { printOn, sayOn, type Streams, VERSION } from "./src/cli/command.ts";
import { quote } from "./src/cli/failure.ts";
import type { Net } from "./src/net/net.ts";

type Program = (args: string[], streams?: Streams, net?: Net) => Promise<number>;

interface Entry {
  section: string;
  summary: string;
  /**
   * The path is a template: what stands in a plain string, Deno fetches from a
   * URL at the start, all programs for one. On a disk Deno looks for every file
   * that a template could mean, so that none of them needs --allow-read later:
   * "./" in front makes it do so, and the whole name behind leaves it one to find.
   */
  load(): Promise<Program>;
}

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
  labs: {
    section: "4.1 - 4.4",
    summary: "proves what the chapter says, and draws it",
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

/**
 * Runs tcplab on its arguments. Resolves to the exit code.
 *
 * @internal
 */
export async function main(
  args: string[],
  streams: Streams = Deno,
  net: Net = Deno,
): Promise<number> {
  const [first = "--help", ...rest] = args;
  if (first === "help" && rest.length > 0) return await main([rest[0], "--help"], streams, net);
  // hello-server for hello_server: both are typed.
  const name = first.replaceAll("-", "_");
  if (Object.hasOwn(PROGRAMS, name)) {
    const program = await PROGRAMS[name].load();
    return await program(rest, streams, net);
  }
  if (first === "--version") return await printOn(streams, `tcplab ${VERSION}\n`);
  if (["help", "--help", "-h"].includes(first)) return await printOn(streams, overview());
  const what = first.startsWith("-") ? "option" : "program";
  sayOn(streams, `tcplab: Unknown ${what} ${quote(first)}`);
  sayOn(streams, `${USAGE}\n  tcplab alone lists the programs.`);
  return 2;
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

if (import.meta.main) Deno.exit(await main(await namedArguments(Deno.args)));
