/**
 * The servers: what each is and which case it must fail.
 *
 * @module
 */

import type { Student } from "./student.ts";

/** Every server in the folders `echo_server`, `hello_server` and `hello_server_iterative`. */
export const SERVERS: readonly Student[] = [];
