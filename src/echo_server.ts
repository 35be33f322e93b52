// 4.3.2 echo_server.c: serves one client at a time, five in all, then ends.

import { command, type Program, program } from "./cli/command.ts";
import { words } from "./cli/failure.ts";
import { runServer, serverArguments, serverOptions, workers } from "./cli/server.ts";
import type { Client } from "./net/served_client.ts";

const CLIENT = { program: "echo_client" };

const COMMAND = command({
  name: "echo_server",
  section: "4.3.2",
  summary: words`Sends every byte back as it came: one client at a time, five in all, then ends.`,
  arguments: serverArguments,
  options: { ...serverOptions(words`5, as in the book`), workers },
  examples: [
    [
      "echo_server 9190",
      words`the book's: then, in another terminal, ${CLIENT} 127.0.0.1 9190`,
    ],
    [
      "echo_server --forever --concurrent 1000 0",
      words`a server to leave running, on any free port`,
    ],
  ],
});

/** Runs echo_server on its arguments. Resolves to the exit code. */
export const echoServer: Program = program(COMMAND, async (given) => {
  // socket(), bind(), listen(): runServer in cli/server.ts. for (i = 0; i < 5; i++) accept():
  // the loop in net/serve.ts.
  if (given.options.workers === undefined) {
    return await runServer(given, { clients: 5, handle: echo });
  }
  const { runWorkers } = await import(
    `./cli/${""}workers.ts`
  ) as typeof import("./cli/workers.ts");
  // The module from which each thread takes echo(): this one. import.meta.url alone would do
  // when run from a file; but in an executable it names the file that the bundler has put this
  // code into, with others. Written as here, .github/bundle.ts finds it and makes it a file.
  const program = new URL("./echo_server.ts", import.meta.url).href;
  return await runWorkers(given, { clients: 5, program });
});

/** Sends every byte back to one client. What each thread of `--workers` runs, too. */
export async function echo(client: Client, puts: (line: string) => Promise<void>): Promise<void> {
  await puts(`Connected client ${client.number}`);
  // while ((str_len = read(clnt_sock, message, BUF_SIZE))) write(clnt_sock, message, str_len);
  // An echo needs no boundaries: it gives back bytes, however they were cut.
  for (let message; (message = await client.read()) !== null;) await client.write(message);
  // close(clnt_sock): net/serve.ts, when this is done.
}

if (import.meta.main) Deno.exit(await echoServer(Deno.args));
