/**
 * Builds the executables: `deno task compile`, and `--help` after it.
 *
 * A program is bundled first. So an executable holds what it uses instead of
 * the whole npm build of the standard library, and starts like an empty one.
 * All this happens on a copy of the sources in a folder made for it, with all
 * times set to one moment: nothing of this machine gets into an executable,
 * and the same commit gives the same bytes with the same Deno.
 *
 * @module
 */

import {
  command,
  flag,
  PROCESS,
  type Program,
  program,
  repeated,
  text,
  VERSION,
} from "../src/cli/command.ts";
import { quote } from "../src/cli/escape.ts";
import { Failure, UsageError, words } from "../src/cli/failure.ts";
import { fileToWrite } from "../src/cli/file_to_write.ts";
import { type Bundle, bundle, copySources, deno, readConfig } from "./bundle.ts";
import { targetOf, whyNotDenort } from "./executable.ts";

const SUMS = "SHA256SUMS";
const version = Deno.version.deno;

/** What each executable is made of, and the least that lets it work. */
export const PROGRAMS: Record<string, { entry: string; permissions: string[] }> = {
  hello_server: { entry: "src/hello_server.ts", permissions: ["--allow-net"] },
  hello_client: { entry: "src/hello_client.ts", permissions: ["--allow-net"] },
  hello_server_iterative: { entry: "src/hello_server_iterative.ts", permissions: ["--allow-net"] },
  echo_server: { entry: "src/echo_server.ts", permissions: ["--allow-net"] },
  echo_client: { entry: "src/echo_client.ts", permissions: ["--allow-net"] },
  // "labs --html FILE" writes a page beside its place and renames it, for which Deno wants both;
  // "." is the folder where it is run, not this one. "check" starts programs. Whatever its program
  // does not need of this, main.ts gives up before that runs.
  tcplab: {
    entry: "main.ts",
    permissions: ["--allow-net", "--allow-read=.", "--allow-write=.", "--allow-run"],
  },
};

/** The systems that a release is for, by Deno's names. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
];

const COMMAND = command({
  name: "compile",
  section: "",
  summary:
    words`Builds executables that need no Deno: without options one of each program, for this machine;
    with targets tcplab alone, named tcplab-<version>-<target>. SHA256SUMS is written beside them.`,
  arguments: {},
  options: {
    target: repeated(text("TARGET", words`build for ${TARGETS.join(", ")}; may be repeated`)),
    "all-targets": flag(words`build for all of these`),
    output: text("DIR", words`where they go (default: dist)`, { fallback: "dist" }),
  },
  rest: text("program", words`build these alone: ${Object.keys(PROGRAMS).join(", ")}`) as
    & ReturnType<typeof text>
    & { value: string },
  examples: [
    ["deno task compile", words`dist/echo_server and the others`],
    ["deno task compile --target x86_64-pc-windows-msvc", words`tcplab for Windows`],
    ["deno task compile echo_server", words`one of them`],
  ],
});

/** An executable to make. */
interface Order {
  program: string;
  target: string;
  /** Its file name. */
  name: string;
}

/** Runs compile on its arguments. Resolves to the exit code. */
export const compile: Program = program(COMMAND, async ({ options, rest, print }) => {
  const orders = ordersFor(options, rest);
  const runtime = await givenRuntime(orders);
  // At Ctrl-C the deno under way ends, and then we do, with nothing left behind.
  const stay = () => {};
  Deno.addSignalListener("SIGINT", stay);
  const work = await Deno.makeTempDir({ prefix: "tcplab-compile-" });
  const isNew = await makeFolder(options.output);
  const parts = await Deno.makeTempDir({ dir: options.output, prefix: ".compile-" });
  try {
    await copySources(work);
    const built = await buildAll(orders, { work, parts: await Deno.realPath(parts), runtime });
    for (const { name } of orders) {
      await Deno.rename(`${parts}/${name}`, `${options.output}/${name}`);
    }
    await writeSums(options.output);
    await print(
      built.map(([name, bytes]) => `${options.output}/${name}  ${megabytes(bytes)}\n`).join(""),
    );
    return 0;
  } catch (error) {
    if (isNew) await Deno.remove(options.output, { recursive: true });
    throw error;
  } finally {
    await Promise.allSettled([parts, work].map((dir) => Deno.remove(dir, { recursive: true })));
    Deno.removeSignalListener("SIGINT", stay);
  }
});

function ordersFor(
  options: { target: string[]; "all-targets": boolean },
  programs: string[],
): Order[] {
  const targets = options["all-targets"] ? TARGETS : [...new Set(options.target)];
  for (const target of targets) {
    if (!TARGETS.includes(target)) {
      throw new UsageError(words`Unknown target ${quote(target)}; --help lists them`);
    }
  }
  for (const program of programs) {
    if (!Object.hasOwn(PROGRAMS, program)) {
      throw new UsageError(words`Unknown program ${quote(program)}; --help lists them`);
    }
  }
  if (targets.length > 0) {
    return targets.flatMap((target) =>
      (programs.length > 0 ? programs : ["tcplab"]).map((program) => ({
        program,
        target,
        name: withEnding(`${program}-${VERSION}-${target}`, target),
      }))
    );
  }
  const target = Deno.build.target;
  return (programs.length > 0 ? programs : Object.keys(PROGRAMS))
    .map((program) => ({ program, target, name: withEnding(program, target) }));
}

function withEnding(name: string, target: string): string {
  return target.includes("windows") ? `${name}.exe` : name;
}

async function makeFolder(path: string): Promise<boolean> {
  try {
    await Deno.mkdir(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      throw new Failure(words`Cannot make the folder ${quote(path)}: ${(error as Error).message}`);
    }
    return false;
  }
}

/** Builds them into `parts`. Resolves to their names and sizes in bytes. */
async function buildAll(
  orders: Order[],
  { work, parts, runtime }: { work: string; parts: string; runtime: Record<string, string> },
): Promise<[string, number][]> {
  const bundles = new Map<string, Bundle>();
  const built: [string, number][] = [];
  for (const order of orders) {
    const { program } = order;
    const ready = bundles.get(program) ?? await bundle(program, PROGRAMS[program].entry, work);
    bundles.set(program, ready);
    const path = `${parts}/${order.name}`;
    await build(order, { ...ready, path, runtime });
    await examine(order, path);
    built.push([order.name, (await Deno.stat(path)).size]);
  }
  return built;
}

async function build(
  { program, target }: Order,
  { folder, entry, include, path, runtime }: Bundle & {
    path: string;
    runtime: Record<string, string>;
  },
): Promise<void> {
  const { permissions } = PROGRAMS[program];
  const { unstable } = await readConfig();
  const { code, said } = await deno(folder, [
    "compile",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-check",
    // It saves no time that can be measured, and would leave a file of a
    // foreseeable name in the temporary folder, which others may write to.
    "--no-code-cache",
    "--no-prompt",
    ...permissions,
    ...unstable.map((feature) => `--unstable-${feature}`),
    `--target=${target}`,
    `--output=${path}`,
    ...include.map((path) => `--include=${path}`),
    entry,
  ], runtime);
  if (code === 0) return;
  if (/denort|base binary/i.test(said)) {
    throw new Failure(
      words`Cannot get denort, the runtime of Deno ${version} for ${target}`,
      words`${`Deno downloads it from its own server when it first compiles. Where that cannot be reached,
  get denort-${target}.zip of this very version in another way,
  unpack it, and set the environment variable DENORT_BIN to the file in it. Deno said:
${said.match(/^ *1: .*$/m)?.[0] ?? said}`}`,
    );
  }
  throw new Failure(
    words`Cannot compile ${program} for ${target}`,
    words`${`Deno ${version} said:\n${said}`}`,
  );
}

/** Deno takes any file for its runtime, also that of another version. */
async function examine({ target, name }: Order, path: string): Promise<void> {
  if (target !== Deno.build.target) return;
  const { code, stdout } = await new Deno.Command(path, { args: ["--version"], stderr: "null" })
    .output();
  // "tcplab 0.1.0", "echo_server (tcplab) 0.1.0"
  if (code === 0 && new TextDecoder().decode(stdout).endsWith(` ${VERSION}\n`)) return;
  throw new Failure(
    words`Cannot use ${name}: it was built, but does not run (exit code ${code})`,
    words`Is DENORT_BIN the denort of another version than Deno ${version}?`,
  );
}

/**
 * DENORT_BIN, if it is set, as it holds in every folder. Deno would take it for
 * every target, and name the result after a system that it cannot run on.
 */
async function givenRuntime(orders: Order[]): Promise<Record<string, string>> {
  const path = Deno.env.get("DENORT_BIN");
  if (path === undefined) return {};
  const look = async () => [await targetOf(path), await whyNotDenort(path, version)] as const;
  const [found, wrong] = await look().catch(() => {
    throw new Failure(
      words`Cannot read the runtime ${quote(path)} that DENORT_BIN names`,
      words`Unset DENORT_BIN to let Deno download it.`,
    );
  });
  if (wrong !== null) {
    throw new Failure(
      words`Cannot use the runtime ${quote(path)} that DENORT_BIN names: it is ${wrong}`,
      words`Unset DENORT_BIN to let Deno download it.`,
    );
  }
  const other = orders.find(({ target }) => target !== found);
  if (other === undefined) return { DENORT_BIN: await Deno.realPath(path) };
  throw new Failure(
    words`Cannot compile for ${other.target}: the runtime that DENORT_BIN names is for ${found}`,
    words`Unset DENORT_BIN to let Deno download it, or build for its target alone.`,
  );
}

/** Sums of all executables in the folder, as `sha256sum --check` reads them. */
export async function writeSums(folder: string): Promise<void> {
  const lines: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || name === SUMS || name.startsWith(".")) continue;
    const sum = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${name}`));
    const hex = Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`${hex.join("")}  ${name}\n`);
  }
  const sums = await fileToWrite(`${folder}/${SUMS}`, { overwrite: true });
  await sums.write(lines.sort().join(""));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

if (import.meta.main) {
  Deno.exit(await compile(Deno.args, { ...PROCESS, lang: "en", commandOf: (it) => it }));
}
