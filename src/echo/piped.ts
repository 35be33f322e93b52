/**
 * echo_client with piped input: many lines in flight, every byte compared.
 *
 * @module
 */

import type { Conn } from "../net/net.ts";
import { sendAhead } from "../net/pipeline.ts";
import { type ClientGiven, replyTimeoutMs } from "../cli/connecting.ts";
import { BREAK, problemOf } from "./faults.ts";
import { bytes, Failure, words } from "../cli/failure.ts";
import { PipedInput } from "./piped_input.ts";
import { repliesOn } from "./replies.ts";

/** Sends the input, prints what comes back, says what went wrong. Closes the connection. */
export async function echoPiped(
  given: ClientGiven & { options: { "max-line"?: number; "no-quit": boolean } },
  conn: Conn,
): Promise<number> {
  const { stdin, stdout, options } = given;
  const input = new PipedInput(stdin, {
    maxLineBytes: options["max-line"],
    noQuit: options["no-quit"],
  });
  const replies = repliesOn(stdout, options.quiet);
  const timeoutMs = replyTimeoutMs(given, false);
  const exchange = await sendAhead(conn, input, {
    onReply: (reply) => replies.print(reply),
    replyTimeoutMs: timeoutMs,
  });
  await replies.end();
  const problem = problemOf(exchange, timeoutMs);
  const unsent = () => input.bytesUnsent(exchange.sent);
  if (problem !== null) {
    if (unsent() === 0) throw problem;
    const note = words`Input read and not sent: ${bytes(unsent())}.`;
    const { advice } = problem;
    throw new Failure(problem.words, advice === undefined ? note : words`${advice}${BREAK}${note}`);
  }
  if (input.endedByQuit) {
    await input.readRest(exchange.sent);
    if (unsent() > 0) {
      const count = bytes(unsent());
      throw new Failure(
        input.readToEnd
          ? words`Input goes on after a line Q: ${count} not sent`
          : words`Input goes on after a line Q: at least ${count} not sent`,
        words`--no-quit sends all of the input, such lines too.`,
      );
    }
  }
  return 0;
}
