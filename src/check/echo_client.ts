/**
 * The cases of an echo client (4.3.2, 4.3.3).
 *
 * @module
 */

import type { Case } from "./case.ts";

export const ECHO_CLIENT_CASES: readonly Case[] = [];
