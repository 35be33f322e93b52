/**
 * Why a program does not start, in words, with the way out.
 *
 * @module
 */

import { quote } from "../cli/escape.ts";
import { Failure, reasonOf } from "../cli/failure.ts";
import type { Subject } from "./subject.ts";
import type { NotStarted } from "./trial.ts";

/** What is said of a program that cannot be started, or that nobody can connect to. */
export function startFailure({ how, end, cause }: NotStarted, { command, at }: Subject): Failure {
  return new Failure(
    `Cannot start ${quote(command.join(" "))}: ${how} ${end?.code ?? ""} ${reasonOf(cause ?? at)}`,
  );
}
