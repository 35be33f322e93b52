/**
 * Ports for servers that are told where to listen.
 *
 * @module
 */

import { outputNow } from "./system_command.ts";

/**
 * From below the ranges out of which systems give out ports by themselves: there nobody's
 * connect() takes it meanwhile, and a client cannot come to be connected with itself.
 */
const FIRST = 20_000;
const LAST = 32_000;
/**
 * Ports are taken from blocks. Who takes from one listens on its first port: another check beside
 * this one takes another block, or their programs would talk to each other.
 */
const BLOCK = 100;
/** So many blocks are held: a port comes again late (a program that ended may hold it, in TIME_WAIT). */
const MOST_HELD = 8;

const locks: { close(): void }[] = [];
let users = 0;
let inUse = new Set<number>(); // when the block was taken
let next = FIRST + Deno.pid * BLOCK % (LAST - FIRST);

/** Keeps others away from the ports that are given out until it is released. */
export function holdPorts(): { release(): void } {
  if (users++ === 0) holdBlock();
  return {
    release() {
      if (--users > 0) return;
      for (const lock of locks.splice(0)) lock.close();
    },
  };
}

/** A port that is free now, and was given to nobody else of this process. */
export function freePort(): number {
  for (let tries = 0; tries < LAST - FIRST; tries++) {
    if (next % BLOCK === 0 && users > 0) holdBlock();
    const port = next;
    next = after(port);
    if (!inUse.has(port) && isFree(port)) return port;
  }
  throw new Deno.errors.AddrInUse("No free port found");
}

/** Goes on in the next block that nobody holds. */
function holdBlock(): void {
  if (next % BLOCK !== 0) next = after(next - next % BLOCK + BLOCK - 1);
  for (let tries = 0; tries < (LAST - FIRST) / BLOCK; tries++) {
    try {
      locks.push(Deno.listen({ hostname: "127.0.0.1", port: next }));
      break;
    } catch {
      next = after(next + BLOCK - 1);
    }
  }
  if (locks.length > MOST_HELD) locks.shift()!.close();
  next = after(next);
  inUse = portsInUse();
}

function after(port: number): number {
  return port + 1 < LAST ? port + 1 : FIRST;
}

/**
 * Ports that some socket still has, be it in TIME_WAIT for a minute: we could bind those, with
 * SO_REUSEADDR, which Deno sets, but many a reader's program could not. None where nobody tells.
 */
function portsInUse(): Set<number> {
  if (Deno.build.os !== "linux") return new Set();
  // Nobody is asked for it: without, the program that is to be tried cannot be started either.
  if (Deno.permissions.querySync({ name: "run", command: "cat" }).state !== "granted") {
    return new Set();
  }
  // Deno guards /proc, but lets a child read it. IPv6 may be missing.
  const table = outputNow("cat", ["/proc/net/tcp", "/proc/net/tcp6"]);
  // `  0: 0100007F:23E6 00000000:0000 0A …`
  const local = new TextDecoder().decode(table).matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) /gm);
  return new Set([...local].map(([, port]) => parseInt(port, 16)));
}

/** Has some socket that port, be it in TIME_WAIT? Of one on which nobody listens. */
export function isHeld(port: number): boolean {
  return portsInUse().has(port);
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
