// Three threads that count clients of one address in and out without pause, as often as the argument
// says, where one is allowed at a time. Prints how often one was let in, how often beside another, and
// how many were left behind.
// A program of its own, since the threads of a test would be type-checked one by one.

import {
  shareAdmission,
  SharedAdmission,
  type SharedState,
} from "../../src/net/shared_admission.ts";

const THREADS = 3;
const OTHERS = 90;
const ADDRESS = "127.0.0.1";

/** What each thread is told. */
interface Contention {
  state: SharedState;
  times: number;
  /** How many are inside now, were let in, found another one inside; and how many threads are ready. */
  seen: Int32Array<SharedArrayBuffer>;
  me: number;
}

function admissionOf(state: SharedState): SharedAdmission {
  return new SharedAdmission(state, { onReturned() {}, onEnough() {} });
}

function contend({ state, times, seen, me }: Contention): void {
  const admission = admissionOf(state);
  const own = `10.0.0.${me}`; // comes and goes around the one that is contended for
  Atomics.add(seen, 3, 1);
  while (Atomics.load(seen, 3) < THREADS); // all at the same moment
  for (let i = 0; i < times; i++) {
    admission.countIn(own);
    if (admission.countIn(ADDRESS)) {
      if (Atomics.add(seen, 0, 1) > 0) Atomics.add(seen, 2, 1);
      Atomics.add(seen, 1, 1);
      Atomics.sub(seen, 0, 1);
      admission.countOut(ADDRESS);
    }
    admission.countOut(own);
  }
}

async function main(): Promise<void> {
  const times = Number(Deno.args[0]);
  const state = shareAdmission({ concurrent: 100, maxPerAddress: 1, clients: Infinity });
  const seen = new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
  const others = admissionOf(state);
  for (let i = 0; i < OTHERS; i++) others.countIn(`10.0.1.${i}`); // to be looked through each time
  const threads = Array.from({ length: THREADS }, (_, me) => {
    const worker = new Worker(`${import.meta.url}?thread`, { type: "module" });
    worker.postMessage({ state, times, seen, me } satisfies Contention);
    return new Promise((resolve) => worker.onmessage = resolve);
  });
  await Promise.all(threads);
  const after = admissionOf(state);
  const left = [ADDRESS, "10.0.0.0", "10.0.0.1", "10.0.0.2"].filter((one) => !after.countIn(one));
  console.log(JSON.stringify({ letIn: seen[1], beside: seen[2], left }));
  Deno.exit(0);
}

if (!import.meta.url.endsWith("?thread")) await main();
else {
  const scope = globalThis as unknown as {
    onmessage(event: MessageEvent<Contention>): void;
    postMessage(message: string): void;
  };
  scope.onmessage = ({ data }) => {
    contend(data);
    scope.postMessage("done");
  };
}
