/**
 * A thread that is told things and tells things: of a server (workers.ts), or of a load on one.
 *
 * @module
 */

import { faultOf } from "./ending.ts";

/** A worker of this process. */
export class Thread<To, From> {
  readonly #worker: Worker;

  /**
   * Takes a module worker that has just been made. `onTold` is called with all that it tells,
   * `onFailure` when an error ends it that it did not tell: with a Failure that calls it a fault of
   * tcplab.
   */
  constructor(
    worker: Worker,
    { onTold, onFailure }: { onTold(what: From): void; onFailure(error: Error): void },
  ) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<From>) => onTold(data);
    worker.onerror = (event) => {
      event.preventDefault();
      onFailure(faultOf(event.message));
    };
  }

  /** Tells it something. */
  tell(what: To): void {
    this.#worker.postMessage(what);
  }

  /** Ends it, whatever it does. */
  end(): void {
    this.#worker.terminate();
  }
}
