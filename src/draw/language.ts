/**
 * The option that chooses the language of all that is drawn.
 *
 * @module
 */

import { oneOf, type Parameter } from "../cli/command.ts";
import { type Lang, LANGUAGES } from "./figure.ts";

/** `--lang`. */
export function language(): Parameter<Lang> {
  return oneOf(LANGUAGES, {
    value: "LANG",
    help: `language of all texts: ${LANGUAGES.join(" or ")} (default: en)`,
    fallback: "en",
  });
}
