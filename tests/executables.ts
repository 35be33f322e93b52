/**
 * What the tests of executables share: the Deno that compiles, and what it made.
 *
 * `deno compile` needs a file from Deno's own server. It is there if
 * COMPILE_DENO names a Deno that may download it, or has its file in DENORT_BIN;
 * or else if the project's compile-env lies beside the checkout. Without it the
 * tests are skipped, and say so in one line.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { pathOf, type Result, ROOT, runToEnd } from "./support.ts";

/** The Deno that compiles, and what it needs in its environment. */
export interface Compiler {
  deno: string;
  env: { DENORT_BIN?: string };
}

/** The temporary folder of a test file. It is removed with the file's end. */
export const TEMPORARY = Deno.makeTempDirSync({ prefix: "tcplab-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(TEMPORARY, { recursive: true }));

/** With which Deno trusts the certificates of the machine: before 2.5 it does not by itself. */
const CERTIFICATES = { DENO_TLS_CA_STORE: "mozilla,system" };

/** How executables can be made here; `null` if they cannot. */
export const compiler: Compiler | null = await findCompiler();

async function findCompiler(): Promise<Compiler | null> {
  const named = Deno.env.get("COMPILE_DENO");
  if (named) {
    const denort = Deno.env.get("DENORT_BIN");
    using _alone = await lock();
    await unpackBundler(named);
    return { deno: named, env: denort ? { DENORT_BIN: denort } : {} };
  }
  const tool = pathOf("../shared/tools/compile-env");
  let why = "this is not the machine's own Deno";
  if (Deno.env.has("TCPLAB_DENO")) return skip(why);
  why = "COMPILE_DENO is not set, and there is no ../shared/tools/compile-env";
  try {
    await Deno.stat(tool);
    // It downloads what it needs when it is first used: two at a time would take each other's halves.
    using _alone = await lock();
    const script = `lines=$('${tool}') && eval "$lines" && printf '%s\\n%s' ` +
      '"$COMPILE_DENO" "$DENORT_BIN"';
    const { code, stdout, stderr } = await runToEnd(["bash", "-c", script]);
    const [deno, denort] = stdout.split("\n");
    if (code === 0) {
      await unpackBundler(deno);
      return { deno, env: { DENORT_BIN: denort } };
    }
    why = stderr.trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return skip(why);
}

/**
 * Lets this Deno unpack its bundler, which it does when it first bundles: two that do it at the same
 * time trip over one another's files ("Text file busy", even a panic). Whoever calls has the lock.
 */
async function unpackBundler(deno: string): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: TEMPORARY });
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  const { code, stderr } = await runToEnd([deno, "bundle", "--no-config", "empty.js"], {
    cwd: folder,
    env: CERTIFICATES,
    patienceMs: 1_200_000, // it is downloaded
  });
  assertEquals(code, 0, stderr);
}

function skip(why: string): null {
  const file = new URL(Deno.mainModule).pathname.split("/").pop();
  console.log(`${file}: executables are not tested here: ${why}`);
  return null;
}

/** The ending of an executable's name. */
export const EXE = Deno.build.os === "windows" ? ".exe" : "";

/** `deno task compile` with these arguments, in this checkout. */
export function compile(
  args: string[],
  { cwd = ROOT, env = {} }: { cwd?: string | URL; env?: Record<string, string> } = {},
): Promise<Result> {
  const { deno, env: needed } = compiler!;
  return runToEnd([deno, "task", "compile", ...args], {
    cwd,
    env: { ...CERTIFICATES, ...needed, ...env },
    patienceMs: 1_200_000, // six executables of 85 MB each
  });
}

/** The folder that all files which tests/all.ts runs have in common. */
function shared(): string {
  return Deno.env.get("TCPLAB_TEST_FOLDER") ?? TEMPORARY;
}

/** Waits until no other file has the lock, and keeps them waiting until it is disposed of. */
async function lock(): Promise<Deno.FsFile> {
  const file = await Deno.open(`${shared()}/lock`, { create: true, write: true });
  await file.lock(true); // until it is closed
  return file;
}

let building: Promise<string> | undefined;

/**
 * The folder with all executables of this machine. They are built when it is first asked for: once
 * for all files that tests/all.ts runs.
 */
export function built(): Promise<string> {
  return building ??= buildOnce();
}

async function buildOnce(): Promise<string> {
  const folder = `${shared()}/bin`;
  using _alone = await lock();
  try {
    await Deno.stat(folder);
  } catch {
    const { code, stderr } = await compile(["--output", folder]);
    assertEquals(code, 0, stderr); // a build that fails leaves no folder
  }
  return folder;
}
