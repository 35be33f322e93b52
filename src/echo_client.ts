// 4.3.2 echo_client.c: a line from the user goes out, its echo comes back, until Q;
// with the mistake of 4.3.3 put right: a read is not a message.

import { clientArguments, clientOptions, connect, replyTimeoutMs } from "./cli/connecting.ts";
import {
  command,
  flag,
  type Given,
  optional,
  type Program,
  program,
  wholeNumber,
} from "./cli/command.ts";
import { bytes, words } from "./cli/failure.ts";
import { EchoPeer } from "./echo/peer.ts";
import { repliesOn } from "./echo/replies.ts";
import { TypedInput } from "./echo/typed_input.ts";
import type { Conn } from "./net/net.ts";

const LF = 0x0a;
const CR = 0x0d;
const LOWER_Q = 0x71;
const UPPER_Q = 0x51;

const COMMAND = command({
  name: "echo_client",
  section: "4.3.2",
  summary:
    words`Sends lines to an echo server and prints what comes back, until Q or q alone on a line,
    or the end of input. Every reply is compared with what was sent.`,
  arguments: clientArguments,
  options: {
    "max-line": optional(
      wholeNumber(
        "N",
        words`refuse a line of more than N bytes (default: 65536 on a terminal, else any)`,
        { min: 1, max: 2 ** 30 },
      ),
    ),
    "no-quit": flag(words`send lines with Q alone, too: only the end of input ends it`),
    ...clientOptions(words`print the replies alone, byte for byte`),
  },
  examples: [
    ["echo_client 127.0.0.1 9190", words`the book's dialogue, with an echo_server there`],
    ["seq 1000000 | echo_client --quiet 127.0.0.1 9190 > replies", words`many lines in flight`],
    [
      "echo_client --quiet --no-quit 127.0.0.1 9190 < photo.jpg | cmp - photo.jpg",
      words`any bytes`,
    ],
  ],
  loadChinese: () => import(`./echo/${""}zh.ts`),
});

type EchoClient = Given<typeof COMMAND.arguments, typeof COMMAND.options>;

/** Runs echo_client on its arguments. Resolves to the exit code. */
export const echoClient: Program = program(COMMAND, async (given) => {
  const speak = given.stdin.isTerminal() ? dialogue : (await loadPiped()).echoPiped;
  const conn = await connect(given);
  try {
    if (!given.options.quiet) await given.print("Connected......\n");
  } catch (error) {
    conn.close();
    throw error;
  }
  return await speak(given, conn);
});

/** What many lines in flight need, and a dialogue does not. A template: see main.ts. */
function loadPiped(): Promise<typeof import("./echo/piped.ts")> {
  return import(`./echo/${""}piped.ts`);
}

/** The book's dialogue: a line, its echo, the next line. */
async function dialogue(given: EchoClient, conn: Conn): Promise<number> {
  const { stdin, stdout, stderr, options, print, say } = given;
  const { quiet, "no-quit": noQuit, "max-line": maxLineBytes } = options;
  const prompt = quiet || !stdout.isTerminal()
    ? ""
    : `Input message${noQuit ? "" : "(Q to quit)"}:`;
  const input = new TypedInput(stdin, { prompt, maxLineBytes, print, say });
  const replies = repliesOn(stdout, quiet);
  const server = new EchoPeer(conn, {
    async onReply(reply) {
      await input.endPrompt(); // nobody asked for it
      await replies.print(reply);
    },
    onSlow(came, due) {
      if (quiet || !stderr.isTerminal()) return;
      say(words`echo_client: Still waiting: ${came} of ${bytes(due)} came`);
    },
    replyTimeoutMs: replyTimeoutMs(given, true),
  });
  try {
    for (;;) {
      // fputs("Input message(Q to quit):", stdout)
      await input.prompt();
      // fgets(message, BUF_SIZE, stdin); the server may close meanwhile.
      const message = await Promise.race([input.next(), server.unasked()]);
      if (message === null || !noQuit && isQuit(message)) break;
      // write(sock, message, strlen(message)), and then read(): not once, but
      // until the whole line is back. printf("Message from server: %s").
      await server.echo(message);
      if (message[message.length - 1] !== LF) break;
    }
    // close(sock), when the server has closed too: what it said too much is seen.
    await server.end();
    return 0;
  } finally {
    server.close();
    await input.endPrompt();
    await replies.end();
  }
}

/** !strcmp(message, "q\n") || !strcmp(message, "Q\n"), with any line ending or none. */
export function isQuit(message: Uint8Array): boolean {
  let length = message.length;
  if (length > 0 && message[length - 1] === LF) length--;
  if (length > 1 && message[length - 1] === CR) length--;
  return length === 1 && (message[0] === LOWER_Q || message[0] === UPPER_Q);
}

if (import.meta.main) Deno.exit(await echoClient(Deno.args));
