/**
 * A file that a program writes at its end: whole, or not at all.
 *
 * It is written beside its place under a name that nobody can foresee, and then
 * renamed, which is one step: whoever looks finds the old file or the new one,
 * never a half of either, and no link that lies there is followed.
 *
 * @module
 */

import { quote } from "./escape.ts";
import { Failure, type Sentence, type Words, words } from "./failure.ts";

/** A place where a file can be written. */
export interface FileToWrite {
  /**
   * Writes the whole file.
   *
   * @throws {Failure} If that fails. What was there before is then as it was.
   */
  write(content: string): Promise<void>;
}

/** A path, taken apart. */
interface Place {
  /** As the user gave it, for messages. */
  path: string;
  folder: string;
  name: string;
}

const FORBIDDEN = words`permission denied`;

/** What the system's words for it would leave a reader alone with, by its code. */
export const REASONS: Readonly<Record<string, Sentence>> = {
  EACCES: FORBIDDEN,
  EBUSY: words`another program has it open`, // Windows
  EDQUOT: words`no more may be written, the quota is used up`,
  EEXIST: words`the file exists`,
  EFBIG: words`it would be larger than a file may be`,
  EISDIR: words`it is a folder`,
  ENOENT: words`no such folder`,
  ENOSPC: words`no space left on the disk`,
  ENOTDIR: words`no such folder`,
  EPERM: FORBIDDEN,
  EROFS: words`nothing can be written to this file system`,
};

/**
 * Makes sure, before the work begins, that a file can be written there at the
 * end of it, and leaves everything as it is.
 *
 * Deno renames only where it may both read and write, so all that is promised
 * needs both permissions for the folder. With that to write alone, a new file
 * is written in its place, and removed if it does not become whole; one that
 * exists is not touched, but a link to a folder is followed unseen.
 *
 * @throws {Failure} If it cannot be written, or exists and is not to be lost.
 */
export async function fileToWrite(
  path: string,
  { overwrite }: { overwrite: boolean },
): Promise<FileToWrite> {
  const place = taken(path);
  return await inWords({ place, overwrite }, async () => {
    const renames = await mayReadAndWrite(place.folder);
    // A link in the middle of the path would lead out of what Deno allows unseen.
    if (renames) place.folder = await Deno.realPath(place.folder);
    const final = `${place.folder}/${place.name}`;
    if (renames) await look(place, overwrite);
    const first = renames ? besides(place) : final;
    (await Deno.open(first, { write: true, createNew: true })).close();
    await Deno.remove(first);
    return {
      write: (content) =>
        inWords({ place, overwrite }, async () => {
          if (!renames) return await writeNew(final, { place, content });
          const beside = besides(place);
          const mode = (await look(place, overwrite))?.mode ?? 0o666;
          await writeNew(beside, { place, content, mode });
          try {
            if (!overwrite) await claim(final);
            await renameOver(beside, final, { isClaimed: !overwrite });
          } catch (error) {
            await Deno.remove(beside);
            throw error;
          }
        }),
    };
  });
}

function taken(path: string): Place {
  const shape = Deno.build.os === "windows" ? /^(.*[\\/]|[a-z]:)?(.*)$/is : /^(.*\/)?(.*)$/s;
  const [, folder = ".", name] = path.match(shape)!;
  if (["", ".", ".."].includes(name)) throw cannot(path, words`it is a folder`);
  return { path, folder, name };
}

/** Another new name at each call. It begins with a dot: nobody is to take it for a file. */
function besides({ folder }: Place): string {
  return `${folder}/.tcplab-${crypto.randomUUID()}`;
}

async function mayReadAndWrite(path: string): Promise<boolean> {
  for (const name of ["read", "write"] as const) {
    if ((await Deno.permissions.query({ name, path })).state !== "granted") return false;
  }
  return true;
}

/** What is there: nothing, or a file that may be overwritten. */
async function look(
  { path, folder, name }: Place,
  overwrite: boolean,
): Promise<Deno.FileInfo | null> {
  let found: Deno.FileInfo;
  try {
    found = await Deno.lstat(`${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (found.isSymlink) {
    throw cannot(
      path,
      words`it is a symbolic link`,
      words`Give the file that it leads to, or remove it.`,
    );
  }
  if (found.isDirectory) throw cannot(path, words`it is a folder`);
  if (!found.isFile) throw cannot(path, words`it is no file but a device, a pipe or a socket`);
  if (!overwrite) throw new Deno.errors.AlreadyExists();
  return found;
}

/** Takes a name for us if nobody has it. rename() alone would overwrite what has come meanwhile. */
async function claim(path: string): Promise<void> {
  (await Deno.open(path, { write: true, createNew: true })).close();
}

/** rename(). What was claimed for it is given back if that fails. */
async function renameOver(
  from: string,
  to: string,
  { isClaimed }: { isClaimed: boolean },
): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (isClaimed) await Deno.remove(to);
    throw error;
  }
}

/** Writes a file that is not there yet. It is there whole, or not at all. */
async function writeNew(
  path: string,
  { place, content, mode = 0o666 }: { place: Place; content: string; mode?: number },
): Promise<void> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  // Without them a signal ends the program at once, and leaves half a file.
  for (const signal of signals) Deno.addSignalListener(signal, interrupt);
  try {
    // Never more open to others than the file that it takes the place of.
    using file = await Deno.open(path, { write: true, createNew: true, mode: mode & 0o777 });
    try {
      const bytes = new TextEncoder().encode(content);
      for (let at = 0; at < bytes.length && !interrupted;) {
        at += await file.write(bytes.subarray(at));
      }
      await file.sync(); // a disk may say only now that it is full
      if (interrupted) throw cannot(place.path, words`interrupted`);
    } catch (error) {
      await Deno.remove(path);
      throw error;
    }
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
  }
}

/** What was asked for. */
interface Wish {
  place: Place;
  overwrite: boolean;
}

async function inWords<T>(wish: Wish, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof Failure ? error : explained(error, wish);
  }
}

function explained(error: unknown, { place: { path, folder }, overwrite }: Wish): Failure {
  if (error instanceof Deno.errors.NotCapable) {
    return cannot(path, words`Deno was not allowed to write files`, allowing(folder));
  }
  if (error instanceof Deno.errors.AlreadyExists) {
    return overwrite
      ? cannot(
        path,
        words`the file exists, and Deno was not allowed to replace it`,
        allowing(folder),
      )
      : cannot(path, words`the file exists`, words`--force overwrites it.`);
  }
  const { code = "", message } = error as Error & { code?: string };
  // Windows gives one code for both, where it replaces a file.
  if (Deno.build.os === "windows" && overwrite && REASONS[code] === FORBIDDEN) {
    return cannot(path, words`permission denied, or another program has it open`);
  }
  const said = String(message ?? error).replace(/ \(os error.*/s, ""); // in the system's words
  return cannot(path, REASONS[code] ?? words`${said}`);
}

function allowing(folder: string): Words {
  if (Deno.build.standalone) {
    return words`The executable writes where it is run, and below. Give a file there.`;
  }
  const where = /^[\w./\\:-]+$/.test(folder) ? folder.replace(/(.)[\\/]$/, "$1") : quote(folder);
  return words`deno run needs --allow-read=${where} and --allow-write=${where} for it.`;
}

function cannot(path: string, reason: Words, advice?: Words): Failure {
  return new Failure(words`Cannot write ${quote(path)}: ${reason}`, advice);
}
