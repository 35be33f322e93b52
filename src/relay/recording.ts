/**
 * A relay's events as a file, a JSON object a line: written while it works, and read again.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import { Failure, reasonOf, type Sentence, words } from "../cli/failure.ts";
import { fileToWrite, REASONS } from "../cli/file_to_write.ts";
import { LineReader, writeAll } from "../framing.ts";
import { eventOf, jsonOf, type RelayEvent, sinceMsOf } from "./events.ts";

/** So many bytes a line may have: a piece of 2 MiB in base64, and the rest of its event. */
const MOST_LINE_BYTES = 4 * 1024 * 1024;

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** A recording that is being written. */
export interface Recording {
  /** Writes an event. Resolves when it is in the file, and never rejects. */
  write(event: RelayEvent, sinceMs: number): Promise<void>;
  /** The end. @throws {Failure} If not everything could be written, with counts. */
  end(): Promise<void>;
}

/** How it is written. */
export interface RecordingOptions {
  /** A file that exists is written anew. */
  overwrite: boolean;
  /** Is told once why nothing more can be written, as soon as that is so. */
  onFailure(reason: Sentence): void;
}

/**
 * Begins a recording. It grows with the relay's work: whoever ends that by force keeps what
 * happened before.
 *
 * @throws {Failure} If it cannot be written, or exists and is not to be lost.
 */
export async function startRecording(
  path: string,
  { overwrite, onFailure }: RecordingOptions,
): Promise<Recording> {
  if (await isGuarded(path)) {
    throw new Failure(
      words`Cannot write ${
        quote(path)
      }: Deno lets a program write there with all permissions alone, and relay gives some up`,
      words`Give another file; --json prints the same on stdout.`,
    );
  }
  const place = await fileToWrite(path, { overwrite }); // its look at the place, and its words
  await place.write("");
  const file = await Deno.open(path, { append: true });
  let written = 0;
  let lost = 0;
  let failure: Sentence | null = null;
  let last = Promise.resolve();
  return {
    write(event, sinceMs) {
      const line = utf8.encode(jsonOf(event, sinceMs) + "\n");
      // One after the other: events come from many connections.
      return last = last.then(async () => {
        if (failure !== null) return void lost++;
        try {
          await writeAll(file, line);
          written++;
        } catch (error) {
          lost++;
          failure = reasonOfFull(error);
          onFailure(failure);
        }
      });
    },
    async end() {
      await last;
      file.close();
      if (failure === null) return;
      throw new Failure(
        words`Cannot write ${quote(path)} to its end: ${failure}
          (${written} events are in it, ${lost} are not)`,
      );
    },
  };
}

/** Does Deno want all permissions there (/dev, /proc), whatever it says of reading and writing? */
async function isGuarded(path: string): Promise<boolean> {
  const folder = path.replace(/[^/]*$/, "") || ".";
  const { state } = await Deno.permissions.query({ name: "read", path: folder });
  if (state !== "granted") return false;
  try {
    await Deno.lstat(folder);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}

function reasonOfFull(error: unknown): Sentence {
  return REASONS[(error as { code?: string }).code ?? ""] ?? reasonOf(error);
}

/** An event of a recording, and when its `atMs` was 0, in milliseconds since 1970. */
export interface RecordedEvent {
  event: RelayEvent;
  sinceMs: number;
}

/**
 * Reads a recording, event by event.
 *
 * @throws {Failure} If it cannot be read, or a line of it is no event.
 */
export async function* readRecording(path: string): AsyncGenerator<RecordedEvent> {
  using file = await opened(path);
  const lines = new LineReader(file, { maxLineBytes: MOST_LINE_BYTES });
  for (let number = 1;; number++) {
    let line = "";
    let recorded;
    try {
      const bytes = await lines.readLine();
      if (bytes === null) return;
      line = decoder.decode(bytes);
      recorded = { event: eventOf(line), sinceMs: sinceMsOf(line) };
    } catch (error) {
      if (isCutOff(line)) {
        throw new Failure(
          words`Cannot read ${quote(path)} to its end: it ends within line ${number}, as where a
            relay was killed or the disk was full`,
        );
      }
      throw new Failure(
        words`Cannot read ${quote(path)}: line ${number} is no event of a relay
          (${reasonOf(error)})`,
        words`${{ program: "relay" }} --record FILE makes recordings.`,
      );
    }
    yield recorded;
  }
}

async function opened(path: string): Promise<Deno.FsFile> {
  try {
    // Systems differ in whether a folder can be opened, and in what they say of it.
    if (!(await Deno.stat(path)).isDirectory) return await Deno.open(path);
  } catch (error) {
    const isForbidden = error instanceof Deno.errors.NotCapable;
    throw new Failure(
      words`Cannot read ${quote(path)}: ${
        isForbidden
          ? words`Deno was not allowed to read files`
          : error instanceof Deno.errors.NotFound
          ? words`no such file`
          : reasonOf(error)
      }`,
      isForbidden ? words`deno run needs --allow-read for it.` : undefined,
    );
  }
  throw new Failure(words`Cannot read ${quote(path)}: ${words`it is a folder`}`);
}

/** Is it the beginning of an event's line, as a write leaves it that came to no end? */
function isCutOff(line: string): boolean {
  const begin = '{"event":"';
  return !line.endsWith("\n") && line !== "" && begin.startsWith(line.slice(0, begin.length));
}
