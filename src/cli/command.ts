/**
 * What all programs do alike at the command line: arguments, help, messages. A
 * program says what it takes and what it does; `program` does the rest.
 *
 * @module
 */

import type { Net } from "../net/net.ts";
import { type Chinese, perform } from "./ending.ts";
import { escapeControls, quote } from "./escape.ts";
import {
  type Lang,
  LANGUAGES,
  listed,
  UsageError,
  type Value,
  type Words,
  words,
} from "./failure.ts";
import type { Streams, Voice } from "./output.ts";
import type { TraceDetail } from "./tracing.ts";

/** The version of tcplab, the same as in deno.json. */
export const VERSION = "0.1.0";

/** All that a program has to do with: what it reads, writes and connects to, and who ends it. */
export interface World extends Streams {
  /** The network. */
  net: Net;
  /** Ends a server in order. Without it SIGHUP, SIGINT and SIGTERM of the process do. */
  stop?: AbortSignal;
  /** The language of whom it speaks to, if the arguments do not say. Without it that of the system. */
  lang?: Lang;
  /** What one types there to run a program. Without it as this one was run: `tcplab echo_client`. */
  commandOf?(program: string): string;
}

/** The world of this process. */
export const PROCESS: World = {
  stdin: Deno.stdin,
  stdout: Deno.stdout,
  stderr: Deno.stderr,
  net: Deno,
};

/**
 * A program: it runs on its arguments in a world, that of the process if there is no
 * other. Resolves to the exit code, and never rejects.
 */
export type Program = (args: string[], world?: World) => Promise<number>;

/** One argument or option: how it is shown in the help, and how it is read. */
export interface Parameter<T> {
  /** What stands for the value in the help; none for a flag. */
  value?: Value;
  /** The text that an option stands for when it is given without one: `--trace`, `--trace=bytes`. */
  bare?: string;
  help: Words;
  /** The value of an option that is not given. */
  default?: T;
  /** It may be given more than once; its value is an array then. */
  repeated?: true;
  /** An argument that may be left out: `undefined` then. */
  optional?: true;
  /** The value of a text, or a UsageError: `not a whole number`. */
  parse(text: string): T;
}

/** What a program is and takes. */
export interface Command<
  A extends Record<string, Parameter<unknown>>,
  O extends Record<string, Parameter<unknown>>,
> {
  name: string;
  /** The section of the chapter: `4.3.2`. */
  section: string;
  /** One line: what it does. */
  summary: Words;
  arguments: A;
  options: O;
  /** Arguments that may follow, as many as one likes. Without it they are a mistake. */
  rest?: Parameter<string> & { value: Value };
  /** A list that belongs to the help: what there is to choose from, with a word on each. */
  list?: { head: Words; rows: [name: string, what: Words][] };
  /** What to say behind an option that is not known; default: that --help lists those that are. */
  unknownOption?: Words;
  /** Command lines with a word on each. The first name of the program in a line is what one types. */
  examples: [line: string, what: Words][];
  /** What `deno run` has to allow besides the network: `--allow-run`. */
  permissions?: string;
  /** Chinese for all this, where it does not stand in src/cli/zh.ts. */
  loadChinese?(): Promise<Chinese>;
}

/** A command with its types as they are: `examples` are pairs, and options keep their names. */
export function command<
  A extends Record<string, Parameter<unknown>>,
  O extends Record<string, Parameter<unknown>>,
>(it: Command<A, O>): Command<A, O> {
  return it;
}

type Values<P extends Record<string, Parameter<unknown>>> = {
  [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** An option that is given or not. */
export function flag(help: Words): Parameter<boolean> {
  return { help, default: false, parse: () => true };
}

/** A value that may be left out: `undefined` then. */
export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  return parameter;
}

/** An option that may be given more than once: an array, empty if it is not given. */
export function repeated<T>(parameter: Parameter<T>): Parameter<T[]> {
  return { ...parameter, default: [], repeated: true, parse: (text) => [parameter.parse(text)] };
}

/** A text as it is. */
export function text(
  value: Value,
  help: Words,
  { fallback }: { fallback?: string } = {},
): Parameter<string> {
  return { value, help, default: fallback, parse: (text) => text };
}

/** One of these words, by which a `-` may stand for a `_`, as with programs. */
export function oneOf<T extends string>(
  known: readonly T[],
  { value, help, fallback }: { value: Value; help: Words; fallback?: T },
): Parameter<T> & { value: Value } {
  const plain = (word: string) => word.replaceAll("-", "_");
  return {
    value,
    help,
    default: fallback,
    parse(text) {
      const found = known.find((one) => plain(one) === plain(text));
      if (found !== undefined) return found;
      throw new UsageError(words`not one of ${listed(known)}`, {
        word: plain(text),
        known: [...known],
      });
    },
  };
}

/** The name or address of a host. */
export function host(
  value: Value,
  help: Words,
  { fallback }: { fallback?: string } = {},
): Parameter<string> {
  return {
    value,
    help,
    default: fallback,
    parse(text) {
      // Deno 2.4 takes an empty one for this machine.
      // deno-lint-ignore no-control-regex -- \p{Cc} would load tables at every start
      if (text === "" || /[\s\x00-\x1f\x7f-\x9f]/.test(text)) throw new UsageError(NO_HOST);
      return /[:/[\]]/.test(text) ? addressWithColons(text) : text;
    },
  };
}

const NO_HOST = words`not a name or an address`;

/** `::1`, also if it is given as `[::1]`; what else has colons or slashes is a mistake, told. */
function addressWithColons(text: string): string {
  if (text.includes("://")) {
    const scheme = quote(text.slice(0, text.indexOf("://") + 3));
    throw new UsageError(words`not a name or an address: leave out ${scheme}`);
  }
  const [, host, port] = /^(\[[^[\]]*\]|[^:/[\]]*):([0-9]+)$/.exec(text) ?? [];
  if (port !== undefined) {
    const bare = escapeControls(host.replace(/[[\]]/g, "") || "127.0.0.1");
    throw new UsageError(words`the port is an argument of its own, as in ${bare} ${port}`);
  }
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (/^[0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%[^:/[\]]+)?$/.test(bare)) return bare;
  throw new UsageError(NO_HOST);
}

/** A whole number in plain digits: not `0x10`, `1e3`, `+1` or ` 1`. */
export function wholeNumber(
  value: Value,
  help: Words,
  { min, max, fallback }: { min: number; max: number; fallback?: number },
): Parameter<number> {
  return {
    value,
    help,
    default: fallback,
    parse(text) {
      const number = Number(text);
      if (/^(0|[1-9][0-9]{0,15})$/.test(text) && number >= min && number <= max) return number;
      throw new UsageError(
        max === Number.MAX_SAFE_INTEGER
          ? words`not a whole number of at least ${min}`
          : words`not a whole number from ${min} to ${max}`,
      );
    },
  };
}

/** A duration such as `500ms`, `30s` or `5m`, in milliseconds. */
export function duration(help: Words, fallback?: number): Parameter<number> {
  const unit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return {
    value: words`TIME`,
    help,
    default: fallback,
    parse(text) {
      const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text);
      if (match === null) throw new UsageError(words`not a time such as 500ms, 30s or 5m`);
      const ms = Number(match[1]) * unit[match[2]];
      // What a timer can take: a signed number of 32 bits.
      if (ms >= 1 && ms < 2 ** 31) return ms;
      throw new UsageError(words`not a time from 1ms to 596h`);
    },
  };
}

/** The option that `program` itself carries out. */
export const trace: Parameter<TraceDetail | undefined> = {
  ...oneOf<TraceDetail>(["calls", "bytes"], {
    value: "bytes",
    help: words`tell every call (socket, bind, accept, read …) and its client on stderr; =bytes: and
      the bytes that it moved`,
  }),
  bare: "calls",
};

/** The option that chooses the language: `perform` carries it out. */
const language = optional(
  oneOf(LANGUAGES, {
    value: words`LANG`,
    help: words`language: en or zh (default: the system's; en with --json)`,
  }),
);

/** Its options, with those that all programs have. */
function optionsOf(
  command: { options: Record<string, Parameter<unknown>> },
): Record<string, Parameter<unknown>> {
  return {
    ...command.options,
    lang: language,
    help: flag(words`show this text`),
    version: flag(words`show the version`),
  };
}

/**
 * What the body of a program is given: its arguments and its world, which is itself a
 * {@linkcode World}. What it prints and says is described in output.ts.
 */
export interface Given<
  A extends Record<string, Parameter<unknown>>,
  O extends Record<string, Parameter<unknown>>,
> extends World, Voice {
  /** The program's name, for messages. */
  name: string;
  arguments: Values<A>;
  options: Values<O> & {
    /** The language in which it speaks. */
    lang: Lang;
  };
  /** What followed the arguments, if the program takes more. */
  rest: string[];
}

/** The program that is this command, and does what `body` does. */
export function program<
  A extends Record<string, Parameter<unknown>>,
  O extends Record<string, Parameter<unknown>>,
>(
  command: Command<A, O>,
  body: (given: Given<A, O>) => Promise<number>,
): Program {
  const { name } = command;
  const usage = () => usageOf(command);
  return (args, world = PROCESS) =>
    perform({ ...command, world, args, usage }, async (output) => {
      const { print } = output.voice;
      const read = await readArguments(command, args);
      if (read === "help") {
        const { helpOf } = await loadHelp();
        await print(await helpOf({ ...command, options: optionsOf(command) }, output));
        return 0;
      }
      if (read === "version") {
        await print(`${name} (tcplab) ${VERSION}\n`);
        return 0;
      }
      let { net } = world;
      const { trace: detail } = read.options as { trace?: TraceDetail };
      if (detail !== undefined) {
        const { tracedNet } = await loadTracing();
        net = await tracedNet(net, { ...output.voice, stderr: world.stderr, detail });
      }
      return await body({
        arguments: read.arguments,
        rest: read.rest,
        options: { ...read.options, lang: output.lang },
        ...output.voice,
        ...output.streams,
        name,
        net,
        stop: world.stop,
      });
    });
}

/** The values of a command line, or what it asks for instead. */
async function readArguments<
  A extends Record<string, Parameter<unknown>>,
  O extends Record<string, Parameter<unknown>>,
>(command: Command<A, O>, args: string[]): Promise<
  | { arguments: Values<A>; options: Values<O>; rest: string[] }
  | "help"
  | "version"
> {
  const parsed = await parse(optionsOf(command), args, command.unknownOption);
  if (parsed.help) return "help";
  if (parsed.version) return "version";
  const options: Record<string, unknown> = {};
  for (const [name, option] of Object.entries({ ...command.options, lang: language })) {
    options[name] = readOption(name, option, parsed[name]);
  }
  const given: Record<string, unknown> = {};
  const names = Object.keys(command.arguments);
  const { rest } = command;
  const plain = parsed._.map(String);
  const more = plain.slice(names.length);
  if (rest === undefined && more.length > 0) {
    throw new UsageError(words`Unexpected argument ${quote(more[0])}`);
  }
  names.forEach((name, i) => {
    const argument = command.arguments[name];
    if (i < plain.length) given[name] = readValue(name, argument, plain[i]);
    else if (!argument.optional) throw new UsageError(words`Missing argument <${name}>`);
  });
  return {
    arguments: given as Values<A>,
    options: options as Values<O>,
    rest: more.map((value) => String(readValue(rest!.value, rest!, value))),
  };
}

function readOption(name: string, option: Parameter<unknown>, value: unknown): unknown {
  if (option.value === undefined) return value === true;
  if (value === undefined || value === false) return option.default; // false: not given, of a flag
  if (value === true) return option.parse(option.bare!);
  if (option.repeated) {
    return (value as string[]).flatMap((one) =>
      readOption(name, { ...option, repeated: undefined }, one)
    );
  }
  if (value === "") throw new UsageError(words`Option --${name} needs a value (${option.value})`);
  return readValue(`--${name}`, option, value as string);
}

function readValue(name: Value, parameter: Parameter<unknown>, value: string): unknown {
  try {
    return parameter.parse(value);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(words`Cannot use ${name} ${quote(value)}: ${error.words}`, error.slip);
  }
}

/** Options by their names, as texts, and what is left under `_`. */
async function parse(
  all: Record<string, Parameter<unknown>>,
  args: string[],
  otherwise: Words = words`; --help lists the options`,
): Promise<Record<string, unknown> & { _: (string | number)[] }> {
  // Most command lines have none, and start 1 ms earlier without the library.
  if (!args.some((arg) => arg.startsWith("-"))) return { _: args };
  const { parseArgs } = await import("jsr:@std/cli@1.0.32/parse-args");
  // What may stand alone takes no value from what stands behind it.
  const isFlag = (name: string) => all[name].value === undefined || all[name].bare !== undefined;
  const flags = Object.keys(all).filter(isFlag);
  const valued = Object.keys(all).filter((name) => !isFlag(name));
  const parsed = parseArgs(args, {
    boolean: flags,
    // "_": otherwise "0x10" and "1e3" arrive as numbers.
    string: ["_", ...valued],
    collect: valued.filter((name) => all[name].repeated),
    alias: { h: "help" },
    unknown(arg, key) {
      // Called for plain arguments too, then without a key.
      if (key === undefined) return true;
      const before = args[args.indexOf(arg) - 1] ?? "";
      // Elsewhere they choose between IPv4 and IPv6. Behind --backlog it is a number.
      if (/^-[46]$/.test(arg) && !valued.includes(before.replace(/^--/, ""))) {
        throw new UsageError(
          words`Unknown option "${arg}"; the address says it: 127.0.0.1 is IPv4, ::1 is IPv6`,
        );
      }
      if (/^-[0-9.]/.test(arg)) {
        throw new UsageError(words`Cannot use ${quote(arg)}: no number here is negative`);
      }
      throw new UsageError(words`Unknown option ${quote(arg)}`, {
        word: arg.replace(/^--?/, "").replace(/=.*/s, ""),
        known: Object.keys(all),
        typed: (name) => `--${name}`,
        otherwise,
      });
    },
  });
  if (parsed.help || parsed.version) return parsed;
  return { ...parsed, ...valuesOfFlags(flags, all, args) };
}

/**
 * The values of those that may have one. parseArgs takes `--quiet=no` for `--quiet`, and swallows
 * "true" and "false" behind it.
 */
function valuesOfFlags(
  flags: string[],
  all: Record<string, Parameter<unknown>>,
  args: string[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [i, arg] of args.entries()) {
    if (arg === "--") break;
    const [, name, , value] = /^--([^=]+)(=(.*))?/s.exec(arg) ?? [];
    if (!flags.includes(name)) continue;
    if (value !== undefined && all[name].bare !== undefined) values[name] = value;
    else if (value !== undefined || /^(true|false)$/.test(args[i + 1])) {
      const { bare, value: own } = all[name];
      throw new UsageError(
        bare === undefined
          ? words`Option --${name} takes no value`
          : words`Option --${name} takes its value with "=": --${name}=${own!}`,
      );
    }
  }
  return values;
}

/** `Usage: echo_server [options] <port>`. */
export function usageOf(
  command: { name: string; arguments: Record<string, unknown>; rest?: { value: Value } },
): Words {
  const names = Object.keys(command.arguments).map((name) => ` <${name}>`).join("");
  const rest = command.rest === undefined ? "" : words` [${command.rest.value} ...]`;
  return words`Usage: ${{ program: command.name }} [options]${names}${rest}`;
}

/** `--trace`, loaded only when it is asked for. */
export function loadTracing(): Promise<typeof import("./tracing.ts")> {
  return import(`./${""}tracing.ts`); // a template: see main.ts
}

/** The words of `--help`, loaded only when they are asked for. */
function loadHelp(): Promise<typeof import("./help.ts")> {
  return import(`./${""}help.ts`); // a template: see main.ts
}
