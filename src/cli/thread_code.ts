/**
 * What `--workers` needs of Deno, whatever the threads do.
 *
 * @module
 */

import { Failure, type Words, words } from "./failure.ts";

/**
 * Deno loads the code of a thread as it reads any other file: out of a checkout it has to be allowed
 * to.
 *
 * @throws {Failure} Where it is not, with this advice.
 */
export async function refuseUnreadableThreads(advice: Words): Promise<void> {
  if (!import.meta.url.startsWith("file:") || Deno.build.standalone) return;
  const path = new URL("../", import.meta.url);
  if ((await Deno.permissions.query({ name: "read", path })).state === "granted") return;
  throw new Failure(
    words`Cannot use --workers: Deno was not allowed to read the code for its threads`,
    advice,
  );
}
