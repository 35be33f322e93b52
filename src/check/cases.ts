/**
 * All cases, by the kind of program.
 *
 * @module
 */

import type { Case } from "./case.ts";
import { ECHO_CLIENT_CASES } from "./echo_client.ts";
import { ECHO_SERVER_CASES } from "./echo_server.ts";
import { HELLO_CLIENT_CASES } from "./hello_client.ts";
import { HELLO_SERVER_CASES, HELLO_SERVER_ITERATIVE_CASES } from "./hello_servers.ts";
import type { Kind } from "./subject.ts";

/** The cases of each kind, in the order in which they are told. */
export const CASES: Readonly<Record<Kind, readonly Case[]>> = {
  hello_server: HELLO_SERVER_CASES,
  hello_client: HELLO_CLIENT_CASES,
  hello_server_iterative: HELLO_SERVER_ITERATIVE_CASES,
  echo_server: ECHO_SERVER_CASES,
  echo_client: ECHO_CLIENT_CASES,
};
