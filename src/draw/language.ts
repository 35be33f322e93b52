/**
 * The option that chooses the language of all that is drawn.
 *
 * @module
 */

import type { Parameter } from "../cli/command.ts";
import { UsageError } from "../cli/failure.ts";
import { type Lang, LANGUAGES } from "./figure.ts";

/** `--lang`. */
export function language(): Parameter<Lang> {
  return {
    value: "LANG",
    help: `language of all texts: ${LANGUAGES.join(" or ")} (default: en)`,
    default: "en",
    parse(text) {
      const lang = LANGUAGES.find((lang) => lang === text);
      if (lang === undefined) throw new UsageError(`not one of ${LANGUAGES.join(", ")}`);
      return lang;
    },
  };
}
