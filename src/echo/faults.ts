/**
 * What can be wrong with an echo, in words.
 *
 * @module
 */

import { silence } from "../cli/connecting.ts";
import { Failure, failure } from "../cli/failure.ts";
import { LineTooLongError } from "../framing.ts";
import { formatBytes } from "../net/net.ts";
import type { Exchange } from "../net/pipeline.ts";

/** What was wrong with an exchange, in words; `null`: nothing. */
export function problemOf(exchange: Exchange, replyTimeoutMs: number): Failure | null {
  const { end, sent, echoed, bytes, error, sourceError, halfClosedEarly } = exchange;
  const counts = `${echoed} of ${formatBytes(sent)} came back`;
  const advice = halfClosedEarly ? HALF_CLOSED : undefined;
  switch (end) {
    case "closed":
      return echoed < sent
        ? closedEarly({ echoed, sent, advice })
        : new Failure(`Server closed the connection before the input ended (${counts})`);
    case "different":
      return differs(echoed, { bytes: bytes! });
    case "surplus":
      return surplus(exchange.surplus!);
    case "silent":
      return silence(replyTimeoutMs, counts);
    case "failed": {
      const { message } = failure(`Cannot read the replies to their end (${counts})`, error);
      return new Failure(message, advice);
    }
  }
  if (sourceError === undefined) return null;
  if (sourceError instanceof LineTooLongError) {
    return new Failure(
      `Cannot send the next line: longer than ${sourceError.limit} bytes (${counts})`,
    );
  }
  return failure(`Cannot read the input to its end (${counts})`, sourceError);
}

const HALF_CLOSED =
  "The input was at its end, and the server was told so. If a proxy on the way takes that for\n" +
  "  the end of all, keep the input open until the replies are back: { cat FILE; sleep 5; } |";

/** The server closed before all had come back. */
function closedEarly(
  { echoed, sent, advice }: { echoed: number; sent: number; advice?: string },
): Failure {
  return new Failure(
    `Server closed the connection before its reply was complete (${echoed} of ${
      formatBytes(sent)
    } came)`,
    advice,
  );
}

/** More came back than was sent. */
function surplus(bytes: number): Failure {
  return new Failure(`Server sent ${formatBytes(bytes)} more than it was given`);
}

/** The byte `at` (from 0) came back as another one than was sent; `more` is said behind it. */
export function differs(
  at: number,
  { bytes: [sent, came], more = "" }: { bytes: [sent: number, came: number]; more?: string },
): Failure {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;
  return new Failure(
    `Reply is not what was sent: byte ${at + 1} was ${hex(sent)} and came back as ${
      hex(came)
    }${more}`,
    "Is it an echo server that answers there?",
  );
}
