/**
 * Makes what a release consists of, from a checkout and a tag: tcplab for every
 * target, built twice and found the same, each packed as well, SHA256SUMS, and
 * the notes of that version. The release workflow calls it, and so does a test.
 *
 * @module
 */

import {
  command,
  flag,
  optional,
  PROCESS,
  type Program,
  program,
  repeated,
  text,
  VERSION,
} from "../src/cli/command.ts";
import { quote } from "../src/cli/escape.ts";
import { Failure, UsageError, words } from "../src/cli/failure.ts";
import { compile, TARGETS, writeSums } from "./compile.ts";

const NOTES = "notes.md";

const COMMAND = command({
  name: "release",
  section: "",
  summary:
    words`Builds tcplab twice, compares, packs and sums it up: the files of a release, and notes.md.
    Needs xz, zip and unzip.`,
  arguments: {},
  options: {
    tag: optional(text("TAG", words`what it is called: v and the version (required)`)),
    target: repeated(text("TARGET", words`build for ${TARGETS.join(", ")}; may be repeated`)),
    "all-targets": flag(words`build for all of these`),
    output: text("DIR", words`a folder that is not there yet (default: release)`, {
      fallback: "release",
    }),
    level: text("N", words`how hard to pack: 1 (quick) to 9 (default: 9)`, { fallback: "9" }),
  },
  examples: [
    ["deno task release --tag v0.1.0 --all-targets", words`all of a release`],
  ],
});

/** Runs release on its arguments. Resolves to the exit code. */
export const release: Program = program(COMMAND, async (given) => {
  const { options, print } = given;
  const { output } = options;
  const notes = await notesFor(options.tag ?? "");
  const targets = options["all-targets"] ? TARGETS : options.target;
  // Without any, compile() would build all programs for this machine, which are no release.
  if (targets.length === 0) throw new UsageError(words`Missing --target or --all-targets`);
  try {
    await Deno.mkdir(output);
  } catch (error) {
    throw new Failure(words`Cannot make the folder ${quote(output)}: ${(error as Error).message}`);
  }
  const again = await Deno.makeTempDir({ prefix: "tcplab-release-" });
  let done = false;
  try {
    const order = targets.flatMap((target) => ["--target", target]);
    for (const folder of [output, again]) {
      const code = await compile([...order, "--output", folder], given);
      if (code !== 0) return code; // it has said why
    }
    const names = namesIn(output).filter((name) => name.startsWith("tcplab-"));
    for (const name of names) await compare(name, { output, again });
    for (const name of names) {
      const packed = await pack(name, { output, level: options.level });
      await print(`${output}/${packed}\n`);
    }
    await writeSums(output);
    await Deno.writeTextFile(`${output}/${NOTES}`, notes);
    done = true;
    return 0;
  } finally {
    await Deno.remove(again, { recursive: true });
    if (!done) await Deno.remove(output, { recursive: true });
  }
});

/** The section of CHANGELOG.md for the version that the tag names. */
async function notesFor(tag: string): Promise<string> {
  if (tag !== `v${VERSION}`) {
    throw new Failure(
      words`Cannot release ${quote(tag)}: the version is ${VERSION}`,
      words`Give --tag v${VERSION}, or change the version in deno.json and in src/cli/command.ts.`,
    );
  }
  const changes = await Deno.readTextFile(new URL("CHANGELOG.md", import.meta.url));
  const section = changes.split(/^## /m).find((section) => section.split(/\s/)[0] === VERSION);
  const notes = section?.slice(section.indexOf("\n")).trim() ?? "";
  if (notes !== "") return `${notes}\n`;
  throw new Failure(
    words`Cannot release ${VERSION}: there are no notes for it`,
    words`Write them under "## ${VERSION}" in .github/CHANGELOG.md.`,
  );
}

async function compare(
  name: string,
  { output, again }: { output: string; again: string },
): Promise<void> {
  const [first, second] = await Promise.all(
    [output, again].map((folder) => Deno.readFile(`${folder}/${name}`)),
  );
  const at = firstDifference(first, second);
  if (at === null) return;
  throw new Failure(
    words`Cannot release ${name}: a second build differs from byte ${at} on`,
    words`Something that changes from build to build gets into it.`,
  );
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | null {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? null : length;
}

/** Packs a file beside itself, as its system does. Resolves to the name of the archive. */
async function pack(
  name: string,
  { output, level }: { output: string; level: string },
): Promise<string> {
  const windows = name.endsWith(".exe");
  const packed = windows ? name.replace(/\.exe$/, ".zip") : `${name}.xz`;
  if (windows) await tool(["zip", `-${level}`, "-q", packed, name], output);
  else await tool(["xz", `-${level}`, "--keep", "--threads=0", name], output);
  const unpacked = await tool(
    windows ? ["unzip", "-p", packed, name] : ["xz", "--decompress", "--stdout", packed],
    output,
  );
  const at = firstDifference(await Deno.readFile(`${output}/${name}`), unpacked);
  if (at === null) return packed;
  throw new Failure(words`Cannot release ${packed}: unpacked it differs from byte ${at} on`);
}

/** Runs a tool in a folder. Resolves to what it printed. */
async function tool([command, ...args]: string[], cwd: string): Promise<Uint8Array> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd }).output();
    if (code === 0) return stdout;
    const said = new TextDecoder().decode(stderr).trim().split("\n")[0];
    throw new Failure(
      words`Cannot pack ${quote(args.at(-1)!)}: ${command} ended with ${code}: ${said}`,
    );
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Failure(
      words`Cannot pack ${quote(args.at(-1)!)}: there is no ${command}`,
      words`Install it.`,
    );
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

if (import.meta.main) {
  Deno.exit(await release(Deno.args, { ...PROCESS, lang: "en", commandOf: (it) => it }));
}
