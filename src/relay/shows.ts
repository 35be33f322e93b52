/**
 * Where a relay's events go: to a person, to a script, to a file.
 *
 * @module
 */

import type { Voice } from "../cli/output.ts";
import { terminalColumns } from "../cli/columns.ts";
import { quote } from "../cli/escape.ts";
import { type Words, words } from "../cli/failure.ts";
import type { Lang } from "../draw/figure.ts";
import { jsonOf, type RelayEvent } from "./events.ts";
import { startRecording } from "./recording.ts";
import { endsBehindPieces, inColumns, inWords, linesOf, passedOf, type TextStyle } from "./text.ts";
import { WORDS } from "./words.ts";

/** What {@linkcode openShows} is given: what a program is given, as far as it matters here. */
export interface ShowsGiven extends Pick<Voice, "textOf" | "print" | "puts" | "say"> {
  stdout: { isTerminal(): boolean };
  stderr: { isTerminal(): boolean };
  /** Say at the end how much it was. */
  sumsUp: boolean;
  options: {
    json: boolean;
    quiet: boolean;
    hex: boolean;
    clock: boolean;
    lang: Lang;
    record?: string;
    force: boolean;
  };
}

/** All who are told what a relay does. */
export interface Shows {
  /** Does anybody want to know of every piece? */
  needsPieces: boolean;
  /**
   * Resolves when they have taken it: who has too much to tell a script is held up by it. Never
   * rejects: a stdout that fails stops the relay by itself, and `end` throws what was wrong. Of an
   * event from a recording also when its `atMs` was 0, since 1970.
   */
  tell(event: RelayEvent, recordedSinceMs?: number): Promise<void>;
  /** Nothing follows. @throws If something could not be told, or a recording is not whole. */
  end(): Promise<void>;
}

/** Opens what the options name. @throws {Failure} If a recording cannot be written. */
export async function openShows(
  { textOf, print, puts, stdout, stderr, sumsUp, options, ...given }: ShowsGiven,
): Promise<Shows> {
  const { json, quiet, hex, clock, lang, record, force } = options;
  const recording = record === undefined ? null : await startRecording(record, {
    overwrite: force,
    onFailure(reason) {
      const what = words`Cannot record any more in ${quote(record)}: ${reason}; the relay goes on`;
      say(words`${"relay: "}${what}`);
    },
  });
  const isTerminal = stdout.isTerminal();
  const columnsOf = (stream: { isTerminal(): boolean }) =>
    stream.isTerminal() ? terminalColumns() ?? 80 : Infinity;
  function say(what: Words): void {
    const text = inColumns(textOf(what), { columns: columnsOf(stderr), indent: 2 });
    given.say({ en: text, zh: text });
  }
  let sinceMs = Date.now();
  const style = (): TextStyle => ({
    lang,
    textOf,
    hex,
    clock,
    sinceMs,
    colour: isTerminal && !Deno.noColor,
    columns: () => columnsOf(stdout),
  });
  const inOrder = endsBehindPieces();
  let failure: { error: unknown } | null = null;
  async function show(event: RelayEvent): Promise<void> {
    if (json) {
      await print(jsonOf(event, sinceMs) + "\n");
    } else if (event.event === "summary") {
      const { connections, toServer, toClient } = event;
      if (sumsUp) say(WORDS.summary(connections, passedOf(toServer), passedOf(toClient)));
    } else if (event.event === "error") {
      say(words`${"relay: "}${inWords(event.message)}`);
    } else if (!quiet) {
      // Nobody waits for a person to read: what is too much is counted.
      for (const shown of inOrder(event)) {
        for (const line of linesOf(shown, style())) await puts(line);
      }
    }
  }
  return {
    needsPieces: json || !quiet || recording !== null,
    async tell(event, recordedSinceMs) {
      if (recordedSinceMs !== undefined) sinceMs = recordedSinceMs;
      else if (event.event === "listening") sinceMs = Date.now() - event.atMs;
      const recorded = recording?.write(event, sinceMs);
      try {
        await show(event);
      } catch (error) {
        failure ??= { error };
      }
      await recorded;
    },
    async end() {
      await recording?.end();
      if (failure !== null) throw failure.error;
    },
  };
}
