/**
 * The cases of hello_server (4.2.4) and of its iterative form (exercise 7).
 *
 * @module
 */

import type { Case } from "./case.ts";

export const HELLO_SERVER_CASES: readonly Case[] = [];

export const HELLO_SERVER_ITERATIVE_CASES: readonly Case[] = [];
