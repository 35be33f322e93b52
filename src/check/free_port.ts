/**
 * Ports for servers that are told where to listen.
 *
 * @module
 */

/**
 * From below the ranges out of which systems give out ports by themselves: there nobody's
 * connect() takes it meanwhile, and a client cannot come to be connected with itself.
 */
const FIRST = 20_000;
const LAST = 32_000;
/** Those that were given out: a program that ended may still hold one, in TIME_WAIT. */
const given = new Set<number>();

/** A port that is free now, and was given to nobody else of this process. */
export function freePort(): number {
  for (let tries = 0; tries < 1000; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (given.has(port) || !isFree(port)) continue;
    given.add(port);
    return port;
  }
  throw new Deno.errors.AddrInUse("No free port found");
}

/** Can it be bound now, on every address? */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "0.0.0.0", port }).close();
    return true;
  } catch {
    return false;
  }
}
