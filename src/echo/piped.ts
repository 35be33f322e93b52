/**
 * echo_client with piped input: many lines in flight, every byte compared.
 *
 * @module
 */

import { type Conn, formatBytes } from "../net/net.ts";
import { sendAhead } from "../net/pipeline.ts";
import { type ClientGiven, replyTimeoutMs } from "../cli/connecting.ts";
import { problemOf } from "./faults.ts";
import { Failure } from "../cli/failure.ts";
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
    onReply: (bytes) => replies.print(bytes),
    replyTimeoutMs: timeoutMs,
  });
  await replies.end();
  const problem = problemOf(exchange, timeoutMs);
  const unsent = () => input.bytesUnsent(exchange.sent);
  if (problem !== null) {
    if (unsent() === 0) throw problem;
    const note = `Input read and not sent: ${formatBytes(unsent())}.`;
    throw new Failure(problem.message, [problem.advice, note].filter(Boolean).join("\n  "));
  }
  if (input.endedByQuit) {
    await input.readRest(exchange.sent);
    if (unsent() > 0) {
      const count = `${input.readToEnd ? "" : "at least "}${formatBytes(unsent())}`;
      throw new Failure(
        `Input goes on after a line Q: ${count} not sent`,
        "--no-quit sends all of the input, such lines too.",
      );
    }
  }
  return 0;
}
