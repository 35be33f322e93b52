/**
 * The page with all pictures, as a file.
 *
 * @module
 */

import { Failure, quote, reasonOf } from "../cli/failure.ts";
import type { Lang } from "../draw/figure.ts";
import { type Outcome, sectionOf } from "./lab.ts";
import { PAGE } from "./words.ts";
import { page } from "../draw/page.ts";

/** A file that waits for its page. */
export interface PageFile extends Disposable {
  write(outcomes: Outcome[], lang: Lang): Promise<void>;
}

/**
 * Makes sure that the page can be written, and leaves what is there as it is
 * until it is.
 *
 * @throws {Failure} If it cannot be written, or exists and is not to be lost.
 */
export async function openPage(path: string, overwrite: boolean): Promise<PageFile> {
  const file = await open(path, overwrite);
  return {
    [Symbol.dispose]: () => file.close(),
    async write(outcomes, lang) {
      await file.truncate();
      const bytes = new TextEncoder().encode(
        page(outcomes.map(({ lab, finding }) => sectionOf(lab, finding)), PAGE, lang),
      );
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    },
  };
}

async function open(path: string, overwrite: boolean): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true, create: overwrite, createNew: !overwrite });
  } catch (error) {
    const what = `Cannot write ${quote(path)}`;
    if (error instanceof Deno.errors.NotCapable) {
      throw new Failure(
        `${what}: Deno was not allowed to write files`,
        Deno.build.standalone
          ? "The executable writes where it is run, and below. Give a file there."
          : `Run it with deno run --allow-net --allow-write=${path}.`,
      );
    }
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new Failure(`${what}: the file exists`, "--force overwrites it.");
    }
    if (error instanceof Deno.errors.NotFound) throw new Failure(`${what}: no such folder`);
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new Failure(`${what}: permission denied`);
    }
    throw new Failure(`${what}: ${reasonOf(error)}`);
  }
}
