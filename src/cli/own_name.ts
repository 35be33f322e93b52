/**
 * One executable, many names: what a link or a copy of it is called.
 *
 * @module
 */

/**
 * The names that the executable has: that of its file, and then that by which
 * it was called, if it was called through a link.
 */
export function* ownNames(): Generator<string> {
  yield nameIn(Deno.execPath());
  // Deno.execPath() follows links, argv0 does not. To touch `process` costs
  // some 30 ms, so it comes last.
  const { process } = globalThis as unknown as { process: { argv0: string } };
  yield nameIn(process.argv0);
}

/** The program's name in a path: `echo_server` in `C:\bin\Echo-Server (1).exe`. */
export function nameIn(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const letters = /^[a-z_-]*/.exec(name.toLowerCase())![0];
  return letters.replaceAll("-", "_").replace(/_+$/, "");
}
