/**
 * The page with all pictures, as a file.
 *
 * @module
 */

import { fileToWrite } from "../cli/file_to_write.ts";
import type { Lang } from "../draw/figure.ts";
import { page } from "../draw/page.ts";
import { type Outcome, sectionOf } from "./lab.ts";
import { PAGE } from "./words.ts";

/** A file that waits for its page. */
export interface PageFile {
  write(outcomes: Outcome[], options: { lang: Lang; slides: boolean }): Promise<void>;
}

/**
 * Makes sure that the page can be written, and leaves what is there as it is
 * until it is.
 *
 * @throws {Failure} If it cannot be written, or exists and is not to be lost.
 */
export async function openPage(path: string, overwrite: boolean): Promise<PageFile> {
  const file = await fileToWrite(path, { overwrite });
  return {
    write(outcomes, options) {
      const sections = outcomes.map(({ lab, finding }) => sectionOf(lab, finding));
      return file.write(page(sections, { words: PAGE, ...options }));
    },
  };
}
