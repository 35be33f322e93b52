/**
 * How a program ends: when all is done, by an error, or by a signal; and its exit code.
 *
 * Exit codes: 0 done, 1 the network or the peer failed, 2 wrong usage, 128 and more a
 * second signal.
 *
 * @module
 */

import type { World } from "./command.ts";
import { escapeControls } from "./escape.ts";
import { Failure, UsageError } from "./failure.ts";
import { Output } from "./output.ts";

/**
 * Lets `body` print and say, and says what it throws. Resolves to the exit code
 * when all is written, or when nobody took it for a second.
 */
export async function perform(
  { name, world, usage }: { name: string; world: World; usage?: () => string },
  body: (output: Output) => Promise<number>,
): Promise<number> {
  const output = new Output(world);
  // Those of a test, or of a lab, are not the only thing in their process.
  const faults = world.stderr === Deno.stderr ? uncaughtErrors() : null;
  let code: number;
  try {
    code = await (faults === null ? body(output) : Promise.race([body(output), faults.first]));
    await output.printed();
  } catch (error) {
    code = await tellError(error, { name, usage, say: (line) => output.sayLast(line) });
  }
  await output.said();
  faults?.ignore();
  return code;
}

/** Says what ended a program. Resolves to the exit code. */
async function tellError(
  error: unknown,
  { name, usage, say }: { name: string; usage?: () => string; say(line: string): void },
): Promise<number> {
  // Nobody reads what we print any more: a quiet end, as of any tool in a pipe.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  if (error instanceof UsageError) {
    say(`${name}: ${error.message}${await hintOf(error)}`);
    if (usage !== undefined) say(usage());
    return 2;
  }
  const { message, advice } = error instanceof Failure ? error : faultOf(error);
  say(`${name}: ${message}`);
  if (advice !== undefined) say(`  ${advice}`);
  return 1;
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
  return new Failure(`This is a fault of tcplab: ${what}${place ? ` (${place})` : ""}`);
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
export async function hintOf({ slip }: UsageError): Promise<string> {
  if (slip === undefined) return "";
  try {
    // A template: see main.ts.
    return (await import(`./${""}suggest.ts`) as typeof import("./suggest.ts")).hintOn(slip);
  } catch {
    return slip.otherwise ?? ""; // from a URL, and off line by now
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
export async function withStopSignals(
  body: () => Promise<number>,
  { onFirst, onSecond }: { onFirst(signal: Deno.Signal): void; onSecond(): void },
): Promise<number> {
  const signals = onStopSignals(onFirst);
  const again = signals.again.then((code) => (onSecond(), code));
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
export interface StopSignals {
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
export function onStopSignals(onFirst: (signal: Deno.Signal) => void): StopSignals {
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
