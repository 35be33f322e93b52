/**
 * Small programs of the system, for what Deno does not tell.
 *
 * @module
 */

/** What one prints; nothing where it is not there. */
export async function outputOf(program: string, args: string[]): Promise<Uint8Array> {
  try {
    const { stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" })
      .output();
    return stdout;
  } catch {
    return new Uint8Array(0);
  }
}

/** The same, while everything else waits. */
export function outputNow(program: string, args: string[]): Uint8Array {
  try {
    return new Deno.Command(program, { args, stdin: "null", stderr: "null" }).outputSync().stdout;
  } catch {
    return new Uint8Array(0);
  }
}
