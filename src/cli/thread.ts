/**
 * A thread that is told things and tells things: of a server (workers.ts), or of a load on one.
 *
 * @module
 */

import { faultOf } from "./ending.ts";

/** A worker of this process. */
export abstract class Thread<To, From> {
  readonly #worker: Worker;

  /** Takes a module worker that has just been made. */
  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<From>) => this.onTold(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.onFailure(faultOf(event.message));
    };
  }

  /** Is called with all that it tells. */
  protected abstract onTold(what: From): void;

  /** Is called when an error ends it that it did not tell: with what calls that a fault of tcplab. */
  protected abstract onFailure(error: Error): void;

  /** Tells it something. */
  tell(what: To): void {
    this.#worker.postMessage(what);
  }

  /** Ends it, whatever it does. */
  end(): void {
    this.#worker.terminate();
  }
}
