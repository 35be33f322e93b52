/**
 * Waits that end.
 *
 * @module
 */

/** What the promise gives, or `late` if that takes more than so many milliseconds. */
export async function before<T, L>(ms: number, promise: Promise<T>, late: L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<L>((resolve) => timer = setTimeout(() => resolve(late), ms));
  try {
    return await Promise.race([promise, passed]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets so many milliseconds pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
