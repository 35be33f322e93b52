// 4.4 exercise 7, from hello_server.c: writes "Hello World!" to client after client.

import { command, type Program, program } from "./cli/command.ts";
import { words } from "./cli/failure.ts";
import { runServer, serverArguments, serverOptions } from "./cli/server.ts";

const MESSAGE = new TextEncoder().encode("Hello World!"); // 12 bytes, no newline

const COMMAND = command({
  name: "hello_server_iterative",
  section: "4.4 (7)",
  summary: words`Writes "Hello World!" to client after client, until it is stopped.`,
  arguments: serverArguments,
  options: serverOptions(words`no end`),
  examples: [
    ["hello_server_iterative 9190", words`until Ctrl-C`],
    ["hello_server_iterative --clients 3 9190", words`ends after three clients`],
  ],
});

/** Runs hello_server_iterative on its arguments. Resolves to the exit code. */
export const helloServerIterative: Program = program(COMMAND, (given) => {
  // The loop that the exercise asks for is the accept loop in net/serve.ts: what
  // makes hello_server iterative is the number of clients.
  return runServer(given, {
    clients: Infinity,
    async handle(client, puts) {
      await puts("New Client connected...");
      await client.write(MESSAGE);
      await client.hangUp(); // as in hello_server.ts: no reset to a client that talks
    },
  });
});

if (import.meta.main) Deno.exit(await helloServerIterative(Deno.args));
