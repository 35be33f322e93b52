/**
 * The signals that ask a program to end: the first one in order, the second one at once.
 *
 * @module
 */

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
