/**
 * Waits that end.
 *
 * @module
 */

/** So often a wait looks whether this process itself had its turn. */
const SLICE_MS = 250;

/**
 * What the promise gives, or `late` if that takes more than so many milliseconds.
 *
 * They are counted only while this process runs: on a machine that has no time for it, and so
 * none for the program that it waits for, a wait becomes longer by as much.
 */
export async function before<T, L>(ms: number, promise: Promise<T>, late: L): Promise<T | L> {
  const passed = Symbol();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (let left = ms;;) {
      const slice = Math.min(left, SLICE_MS);
      const beganMs = performance.now();
      const turn = new Promise<typeof passed>((resolve) => {
        timer = setTimeout(() => resolve(passed), slice);
      });
      const first = await Promise.race([promise, turn]);
      if (first !== passed) return first as T;
      const tookMs = performance.now() - beganMs;
      // A timer that comes late comes before what else has become ready: one more turn.
      const isLate = tookMs > 2 * slice + 20;
      left -= isLate ? slice * slice / tookMs : slice;
      if (left < 1 && !isLate) return late;
      left = Math.max(left, 1);
    }
  } finally {
    clearTimeout(timer);
  }
}
