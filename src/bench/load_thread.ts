/**
 * One thread of a load. Started by threads.ts.
 *
 * @module
 */

import { PROGRESS_MS, runOf } from "./measure.ts";
import type { Run } from "./measured.ts";
import type { FromThread, ToThread } from "./threads.ts";

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
    const going = run!; // it is told to connect first
    const timer = setInterval(
      () => scope.postMessage({ event: "progress", progress: going.progress }),
      PROGRESS_MS,
    );
    const measured = await going.run();
    clearInterval(timer);
    scope.postMessage({ event: "measured", measured });
  }
};
