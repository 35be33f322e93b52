// 4.2.6 hello_client.c: connects, prints what the server sends, ends.

import {
  clientArguments,
  clientOptions,
  connect,
  readFailure,
  replyTimeoutMs,
} from "./cli/connecting.ts";
import { command, type Program, program } from "./cli/command.ts";
import { TerminalText } from "./cli/escape.ts";
import { bytes, Failure, words } from "./cli/failure.ts";
import { writeAll } from "./framing.ts";
import { patient } from "./net/silence.ts";

const BUF_SIZE = 64 * 1024;
const NUL = Uint8Array.of(0);

const COMMAND = command({
  name: "hello_client",
  section: "4.2.6",
  summary: words`Connects, prints what the server sends until it ends, and ends.`,
  arguments: clientArguments,
  options: clientOptions(words`print the message alone, byte for byte`),
  examples: [
    ["hello_client 127.0.0.1 9190", words`with a hello_server there`],
  ],
});

/** Runs hello_client on its arguments. Resolves to the exit code. */
export const helloClient: Program = program(COMMAND, async (given) => {
  const { stdout, options: { quiet }, print } = given;
  const timeoutMs = replyTimeoutMs(given, stdout.isTerminal());
  // A stranger's bytes could act on a terminal; a pipe gets them as they are.
  const shown = stdout.isTerminal() ? new TerminalText() : null;

  // socket(), connect(); read() will not wait for ever.
  const conn = patient(await connect(given), timeoutMs);
  const message = new Uint8Array(BUF_SIZE);
  let came = 0;
  // strlen + 1 is common: the NUL that ends a C string comes along, and %s does not show it.
  let nulHeld = false;
  const show = (data: Uint8Array) =>
    shown === null ? writeAll(stdout, data) : print(shown.push(data));
  let problem: Failure | null = null;
  try {
    // read(), until the end of the stream. The book reads once and prints
    // "H" when the greeting comes in pieces: one read is not one message.
    for (;;) {
      let n = null;
      try {
        n = await conn.read(message);
      } catch (error) {
        const doing = words`Cannot read the message to its end`;
        problem = readFailure(error, { doing, whatCame: words`${bytes(came)} came` });
      }
      if (n === null) break;
      if (came === 0 && !quiet) await print("Message from server: ");
      came += n;
      if (nulHeld) await show(NUL); // it was not the last byte
      nulHeld = !quiet && message[n - 1] === 0;
      await show(message.subarray(0, nulHeld ? n - 1 : n));
    }
    if (nulHeld && problem !== null) await show(NUL); // who knows whether it was the last
    if (shown !== null) await print(shown.end());
    // The book's format: "Message from server: %s \n".
    if (came > 0 && !quiet) await print(" \n");
    if (problem !== null) throw problem;
    if (came === 0) {
      throw new Failure(words`Server closed the connection without a message (0 bytes came)`);
    }
    return 0;
  } finally {
    conn.close();
  }
});

if (import.meta.main) Deno.exit(await helloClient(Deno.args));
