/**
 * A call of a trace in words, in the language of the run.
 *
 * @module
 */

import type { Call } from "../net/trace.ts";
import { WAITS } from "../net/trace.ts";
import { bytes, type Value, type Words, words } from "./failure.ts";

/** `write(12 bytes) = 12 bytes`, as formatCall of net/trace.ts has it in English. */
export function wordsOfCall({ name, args, result }: Call): Words {
  const given = wordsOfPart(args);
  if (result === "") return words`${name}(${given})`;
  if (result === WAITS) return words`${name}(${given}) waits`;
  return words`${name}(${given}) = ${wordsOfPart(result)}`;
}

/** What stands in the brackets, or behind "=". Addresses and names of errors are the same in all languages. */
function wordsOfPart(part: string): Value {
  if (part === "0, end of stream") return words`0, end of stream`;
  const [, from] = /^from (.*)$/.exec(part) ?? [];
  if (from !== undefined) return words`from ${from}`;
  const [, before, count] = /^(.*, )?([0-9]+) bytes?$/.exec(part) ?? [];
  return count === undefined ? part : words`${before ?? ""}${bytes(Number(count))}`;
}
