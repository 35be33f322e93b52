// 4.2.4 hello_server.c: accepts one client, writes "Hello World!", ends.

import { command, type Program, program } from "./cli/command.ts";
import { words } from "./cli/failure.ts";
import { runServer, serverArguments, serverOptions } from "./cli/server.ts";

const MESSAGE = new TextEncoder().encode("Hello World!"); // 12 bytes, no newline

const CLIENT = { program: "hello_client" };

const COMMAND = command({
  name: "hello_server",
  section: "4.2.4",
  summary: words`Accepts one client, writes "Hello World!" (12 bytes, no newline), and ends.`,
  arguments: serverArguments,
  options: serverOptions(words`1`),
  examples: [
    ["hello_server 9190", words`then, in another terminal: ${CLIENT} 127.0.0.1 9190`],
  ],
});

/** Runs hello_server on its arguments. Resolves to the exit code. */
export const helloServer: Program = program(COMMAND, (given) => {
  // socket(), bind(), listen(): runServer in cli/server.ts, with the options and the readiness
  // line. accept(): the loop in net/serve.ts, which calls what stands here for each client.
  return runServer(given, {
    clients: 1,
    async handle(client, puts) {
      // accept() has returned.
      await puts("New Client connected...");
      // write(clnt_sock, message, strlen(message))
      await client.write(MESSAGE);
      // The book closes at once. A client that has sent something would then
      // get a reset, perhaps before it has read the greeting.
      await client.hangUp();
      // close(clnt_sock), close(serv_sock): net/serve.ts, when this is done.
    },
  });
});

if (import.meta.main) Deno.exit(await helloServer(Deno.args));
