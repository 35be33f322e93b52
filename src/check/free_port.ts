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
/**
 * Where the search goes on: forward, so that a port comes again late (a program that ended may
 * still hold it, in TIME_WAIT). Another check beside this one begins in a place of its own; two
 * that took a port between them would talk to each other's programs.
 */
let next = FIRST + Deno.pid * 100 % (LAST - FIRST);

/** A port that is free now, and was given to nobody else of this process. */
export function freePort(): number {
  for (let tries = 0; tries < LAST - FIRST; tries++) {
    const port = next;
    next = port + 1 < LAST ? port + 1 : FIRST;
    if (isFree(port)) return port;
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
