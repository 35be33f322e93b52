/**
 * One thread of a load. Started by threads.ts.
 *
 * @module
 */

import { runOf } from "./measure.ts";
import type { Run } from "./measured.ts";
import type { FromThread, ToThread } from "./threads.ts";

/** How often it tells how far it is. */
const PROGRESS_MS = 200;

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage(message: FromThread): void;
};
let run: Run | null = null;
let isStopped = false;

scope.onmessage = async ({ data }) => {
  if (data.do === "connect") {
    run = await runOf(Deno, data.load);
    if (isStopped) run.stop();
    await run.connect();
    scope.postMessage({ event: "connected" });
  } else if (data.do === "stop") {
    isStopped = true;
    run?.stop();
  } else {
    const { progress } = run!;
    const timer = setInterval(
      () => scope.postMessage({ event: "progress", progress: run!.progress }),
      PROGRESS_MS,
    );
    scope.postMessage({ event: "progress", progress });
    const measured = await run!.run();
    clearInterval(timer);
    scope.postMessage({ event: "measured", measured });
  }
};
