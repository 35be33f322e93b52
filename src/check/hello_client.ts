/**
 * The cases of hello_client (4.2.6).
 *
 * @module
 */

import type { Case } from "./case.ts";

export const HELLO_CLIENT_CASES: readonly Case[] = [];
