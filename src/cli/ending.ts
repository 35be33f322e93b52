/**
 * The frame of a program: the language in which it speaks, and how it ends: when all is done, by
 * an error, or by a signal; and its exit code.
 *
 * Exit codes: 0 done, 1 the network or the peer failed, 2 wrong usage, 128 and more a
 * second signal.
 *
 * @module
 */

import type { World } from "./command.ts";
import { escapeControls } from "./escape.ts";
import {
  Failure,
  type Lang,
  LANGUAGES,
  NOTHING,
  type Speech,
  UsageError,
  type Words,
  words,
} from "./failure.ts";
import { Output } from "./output.ts";

/** What {@linkcode perform} is told of a program. */
export interface Performance {
  name: string;
  world: World;
  /** Its arguments: they may say in which language it speaks, also where they are wrong. */
  args: string[];
  /** Chinese for what it says itself, besides that of src/cli/zh.ts. */
  loadChinese?(): Promise<Chinese>;
  /** What `deno run` has to allow besides the network: `--allow-run`. */
  permissions?: string;
  usage?(): Words;
}

/** A file of Chinese: the sentences by the English ones. */
export interface Chinese {
  ZH: Readonly<Record<string, string>>;
}

/**
 * Lets `body` print and say, and says what it throws. Resolves to the exit code
 * when all is written, or when nobody took it for a second.
 */
export async function perform(
  program: Performance,
  body: (output: Output) => Promise<number>,
): Promise<number> {
  const { name, world, usage } = program;
  const speech = await speechOf(program);
  const output = new Output(world, speech);
  // Those of a test, or of a lab, are not the only thing in their process.
  const faults = world.stderr === Deno.stderr ? uncaughtErrors() : null;
  let code: number;
  try {
    code = await (faults === null ? body(output) : Promise.race([body(output), faults.first]));
    await output.printed();
  } catch (error) {
    code = await tellError(error, { name, usage, say: (what) => output.sayLast(what) });
  }
  await output.said();
  faults?.ignore();
  return code;
}

/** Says what ended a program. Resolves to the exit code. */
async function tellError(
  error: unknown,
  { name, usage, say }: { name: string; usage?(): Words; say(what: Words): void },
): Promise<number> {
  // Nobody reads what we print any more: a quiet end, as of any tool in a pipe.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  if (error instanceof UsageError) {
    say(words`${`${name}: `}${error.words}${await hintOf(error)}`);
    if (usage !== undefined) say(usage());
    return 2;
  }
  const { words: what, advice } = error instanceof Failure ? error : faultOf(error);
  say(words`${`${name}: `}${what}`);
  if (advice !== undefined) say(words`  ${advice}`);
  return 1;
}

/** How a program speaks: as it is told, or else as its world does. */
export async function speechOf(
  { name, world, args, loadChinese, permissions }: Performance,
): Promise<Speech> {
  const lang = languageIn(args) ?? world.lang ?? languageOfSystem();
  const speech: Speech = {
    lang,
    dictionary: {},
    commandOf: world.commandOf ?? ((other) => commandHere(other, { name, permissions })),
  };
  if (lang === "en") return speech;
  try {
    // Templates: see main.ts.
    const { ZH } = await import(`./${""}zh.ts`) as Chinese;
    return { ...speech, dictionary: { ...ZH, ...(await loadChinese?.())?.ZH } };
  } catch {
    return { ...speech, lang: "en" }; // from a URL, and off line by now
  }
}

/**
 * The language that the arguments ask for, whatever else they are: the first mistake in them is
 * told in it, too. What is for scripts (`--json`) is English wherever it runs.
 */
export function languageIn(args: string[]): Lang | undefined {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  const asked = own.flatMap((arg, i) => {
    const value = arg === "--lang" ? own[i + 1] : /^--lang=(.*)$/.exec(arg)?.[1];
    return LANGUAGES.find((lang) => lang === value) ?? [];
  });
  return asked.at(-1) ?? (own.includes("--json") ? "en" : undefined);
}

/** By LC_ALL, LC_MESSAGES and LANG, or as Windows and macOS have it: Deno needs no permission for it. */
function languageOfSystem(): Lang {
  return /^zh\b/.test(navigator.language) ? "zh" : "en";
}

/** What one types to run a program, if this one (`name`) was run as it was. */
function commandHere(
  program: string,
  { name, permissions = "" }: { name: string; permissions?: string },
): string {
  const [, folder, file, ending] = /^(.*\/)([^/.]*)(.*)$/.exec(Deno.mainModule) ?? [];
  const isMain = file === "main";
  if (!isMain && file !== name) return program; // a program of somebody else's, that runs ours
  const behind = isMain && program !== "tcplab" ? [program] : [];
  if (Deno.build.standalone) {
    const own = /([^\\/]*?)(\.exe)?$/.exec(Deno.execPath())![1];
    return isMain ? [own, ...behind].join(" ") : program;
  }
  const isByNpx = /[\\/]_npx[\\/]/.test(Deno.execPath());
  const deno = isByNpx ? `npx -y deno@${Deno.version.deno}` : "deno";
  const allowed = permissions === "" ? [] : [permissions];
  const module = pathTo(folder) + (isMain ? file : program) + ending;
  return [deno, "run -N", ...allowed, module, ...behind].join(" ");
}

/** The folder as one would type it here. */
function pathTo(folder: string): string {
  if (!folder.startsWith("file:")) return folder;
  const path = decodeURI(
    folder.slice((Deno.build.os === "windows" ? "file:///" : "file://").length),
  );
  try {
    const here = `${Deno.cwd().replaceAll("\\", "/")}/`;
    return path.startsWith(here) ? path.slice(here.length) : path;
  } catch {
    return path; // where we are is forbidden, or gone
  }
}

/** The last line of defence: what no user and no network can be blamed for, in one line. */
export function faultOf(error: unknown): Failure {
  const { name, message, stack = "" } = error instanceof Error ? error : {
    name: "Error",
    message: String(error),
  };
  // The file and the line that threw it, without the way there.
  const place = /([^\s/\\()]+:[0-9]+):[0-9]+\)?$/m.exec(stack)?.[1];
  const what = escapeControls(`${name}: ${message}`.split("\n")[0]);
  return new Failure(words`This is a fault of tcplab: ${what}${place ? ` (${place})` : ""}`);
}

/** Errors that nobody caught, in a callback or of a promise. `first` rejects with the first one. */
export function uncaughtErrors(): { first: Promise<never>; ignore(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // thrown where it is raced, if at all
  const onError = (event: Event) => {
    event.preventDefault(); // Deno would show its stack and end the program
    reject(event instanceof ErrorEvent ? event.error : (event as PromiseRejectionEvent).reason);
  };
  const names = ["error", "unhandledrejection"];
  names.forEach((name) => addEventListener(name, onError));
  return {
    first: promise,
    ignore: () => names.forEach((name) => removeEventListener(name, onError)),
  };
}

/** What to say behind a mistake: `; did you mean --forever?`, or nothing. */
export async function hintOf({ slip }: UsageError): Promise<Words> {
  if (slip === undefined) return NOTHING;
  try {
    // A template: see main.ts.
    return (await import(`./${""}suggest.ts`) as typeof import("./suggest.ts")).hintOn(slip);
  } catch {
    return slip.otherwise ?? NOTHING; // from a URL, and off line by now
  }
}

// 128 and the number of the signal, as shells report it.
const EXIT_CODES: Partial<Record<Deno.Signal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
  SIGBREAK: 149,
};

/**
 * Runs `body`, and calls `onFirst` when a signal asks it to end. Resolves to its exit code;
 * when a second signal comes, at once to that of the signal, after `onSecond`.
 */
export async function withStopSignals<T>(
  body: () => Promise<T>,
  { onFirst, onSecond }: { onFirst(signal: Deno.Signal): void; onSecond?(): void },
): Promise<T | number> {
  const signals = onStopSignals(onFirst);
  const again = signals.again.then((code) => (onSecond?.(), code));
  try {
    return await Promise.race([body(), again]);
  } finally {
    signals.restore();
  }
}

/** The exit code of a program that such a signal ended. */
export function exitCodeOf(signal: Deno.Signal): number {
  return EXIT_CODES[signal] ?? 1;
}

/** How the signals are given back, and what a second one does. */
interface StopSignals {
  /** Resolves to the exit code when a second one comes: the user will not wait. */
  readonly again: Promise<number>;
  /** Gives the signals back to the system. */
  restore(): void;
}

/**
 * Calls `onFirst` at the first SIGINT, SIGTERM or SIGHUP (SIGBREAK on Windows,
 * which has neither of the two). A SIGHUP comes when the terminal is closed, also
 * to a program that nohup started: what it set up, Deno cannot see.
 */
function onStopSignals(onFirst: (signal: Deno.Signal) => void): StopSignals {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  const again = Promise.withResolvers<number>();
  let received = false;
  const removals = signals.map((signal) => {
    const listener = () => {
      if (received) return again.resolve(EXIT_CODES[signal]!);
      received = true;
      onFirst(signal);
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return { again: again.promise, restore: () => removals.forEach((remove) => remove()) };
}
