/**
 * What can be wrong with an echo, in words.
 *
 * @module
 */

import { silence } from "../cli/connecting.ts";
import { bytes, Failure, failure, type Value, type Words, words } from "../cli/failure.ts";
import { LineTooLongError } from "../framing.ts";
import type { Exchange } from "../net/pipeline.ts";

/** What was wrong with an exchange, in words; `null`: nothing. */
export function problemOf(exchange: Exchange, replyTimeoutMs: number): Failure | null {
  const { end, sent, echoed, error, sourceError, halfClosedEarly } = exchange;
  const counts = words`${echoed} of ${bytes(sent)} came back`;
  const advice = halfClosedEarly ? HALF_CLOSED : undefined;
  switch (end) {
    case "closed":
      return echoed < sent
        ? closedEarly({ echoed, sent, advice })
        : new Failure(words`Server closed the connection before the input ended (${counts})`);
    case "different":
      return differs(echoed, { bytes: exchange.bytes! });
    case "surplus":
      return surplus(exchange.surplus!);
    case "silent":
      return silence(replyTimeoutMs, counts);
    case "failed": {
      const problem = failure(words`Cannot read the replies to their end (${counts})`, error);
      return new Failure(problem.words, advice);
    }
  }
  if (sourceError === undefined) return null;
  if (sourceError instanceof LineTooLongError) {
    return new Failure(
      words`Cannot send the next line: longer than ${bytes(sourceError.limit)} (${counts})`,
    );
  }
  return failure(words`Cannot read the input to its end (${counts})`, sourceError);
}

/** A line of advice ends, and the next one begins as far in. */
export const BREAK = "\n  ";

const HALF_CLOSED =
  words`The input was at its end, and the server was told so. If a proxy on the way takes that for${BREAK}the
  end of all, keep the input open until the replies are back: { cat FILE; sleep 5; } |`;

/** The server closed before all had come back. */
function closedEarly(
  { echoed, sent, advice }: { echoed: number; sent: number; advice?: Words },
): Failure {
  return new Failure(
    words`Server closed the connection before its reply was complete (${echoed} of ${
      bytes(sent)
    } came)`,
    advice,
  );
}

/** More came back than was sent. */
function surplus(count: number): Failure {
  return new Failure(words`Server sent ${bytes(count)} more than it was given`);
}

/** The byte `at` (from 0) came back as another one than was sent; `more` is said behind it. */
export function differs(
  at: number,
  { bytes: [sent, came], more = "" }: { bytes: [sent: number, came: number]; more?: Value },
): Failure {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;
  return new Failure(
    words`Reply is not what was sent: byte ${at + 1} was ${hex(sent)} and came back as ${
      hex(came)
    }${more}`,
    words`Is it an echo server that answers there?`,
  );
}
