/**
 * The first half of building an executable: a program and all it imports as a
 * few files of JavaScript, the same on every machine.
 *
 * @module
 */

import { Failure, words } from "../src/cli/failure.ts";

const ROOT = new URL("../", import.meta.url);
/** In seconds: 1980, before which some archives cannot date a file. */
const MODIFIED = 315532800;

/** A program in JavaScript. */
export interface Bundle {
  folder: string;
  /** Where it starts. */
  entry: string;
  /** What import() does not name and is needed all the same: modules that threads load. */
  include: string[];
}

/** main.ts, src and what they import, in a place that has nothing else. */
export async function copySources(work: string): Promise<void> {
  await Deno.copyFile(new URL("main.ts", ROOT), `${work}/main.ts`);
  await Deno.copyFile(new URL("deno.lock", ROOT), `${work}/deno.lock`);
  const sources = [await Deno.readTextFile(`${work}/main.ts`)];
  async function copyFolder(from: URL, to: string): Promise<void> {
    await Deno.mkdir(to);
    for await (const { name, isDirectory } of Deno.readDir(from)) {
      if (isDirectory) await copyFolder(new URL(`${name}/`, from), `${to}/${name}`);
      else {
        await Deno.copyFile(new URL(name, from), `${to}/${name}`);
        sources.push(await Deno.readTextFile(new URL(name, from)));
      }
    }
  }
  await copyFolder(new URL("src/", ROOT), `${work}/src`);
  const { imports, unstable } = await readConfig();
  const used = Object.entries(imports)
    .filter(([specifier]) => sources.some((source) => source.includes(`"${specifier}"`)));
  await Deno.writeTextFile(
    `${work}/deno.json`,
    JSON.stringify({ imports: Object.fromEntries(used), unstable }),
  );
}

export async function readConfig(): Promise<
  { imports: Record<string, string>; unstable: string[] }
> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  return { imports: config.imports, unstable: config.unstable ?? [] };
}

/** Makes `work/<program>/` out of the sources in `work`. What is loaded late is a file of its own. */
export async function bundle(program: string, entry: string, work: string): Promise<Bundle> {
  await runBundler(program, [entry], work);
  const folder = `${work}/${program}`;
  // What a thread loads is named by a URL, which the bundler leaves as it is.
  const workers = await workersIn(folder, work);
  if (workers.size > 0) {
    await Deno.remove(folder, { recursive: true });
    await runBundler(program, [...new Set([entry, ...workers.values()])], work);
  }
  const base = entry.slice(0, entry.lastIndexOf("/") + 1);
  const inJavaScript = (path: string) => path.slice(base.length).replace(/\.ts$/, ".js");
  await edit(folder, (code) =>
    code.replace(WORKER, (found, name) => {
      const path = workers.get(name);
      return path === undefined ? found : `new URL("./${inJavaScript(path)}",import.meta.url)`;
    }));
  await setTimes(folder);
  return { folder, entry: inJavaScript(entry), include: [...workers.values()].map(inJavaScript) };
}

async function runBundler(program: string, entries: string[], work: string): Promise<void> {
  const { code, said } = await deno(work, [
    "bundle",
    "--quiet",
    "--config=deno.json",
    // Packages at a place that is the same on every machine: file names depend on it.
    "--node-modules-dir=auto",
    "--code-splitting",
    "--minify", // half the bytes; nobody is shown a stack trace where all goes as foreseen
    `--outdir=${program}`,
    ...entries,
  ]);
  if (code === 0) return;
  const advice = /sending request|registry/i.test(said)
    ? "The npm registry has to be reached once.\n  "
    : "";
  throw new Failure(
    words`Cannot bundle ${program}`,
    words`${`${advice}Deno ${Deno.version.deno} said:\n${said}`}`,
  );
}

/** `new URL("./worker.ts", import.meta.url)`, as the bundler writes it. */
const WORKER = /new URL\("\.[^"]*\/([^"/]+\.ts)",\s*import\.meta\.url\)/g;

/** The modules that the code names by URL: their file names, and where they are in `work`. */
async function workersIn(folder: string, work: string): Promise<Map<string, string>> {
  const names = new Set<string>();
  await edit(folder, (code) => {
    for (const [, name] of code.matchAll(WORKER)) names.add(name);
    return code;
  });
  const workers = new Map<string, string>();
  for (const path of names.size > 0 ? await filesIn(`${work}/src`) : []) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (names.has(name)) workers.set(name, path.slice(work.length + 1));
  }
  return workers;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const files = await Promise.all(
    entries.map(({ name, isDirectory }) =>
      isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
    ),
  );
  return files.flat().sort();
}

async function edit(folder: string, change: (code: string) => string): Promise<void> {
  for (const path of await filesIn(folder)) {
    const code = await Deno.readTextFile(path);
    const changed = change(code);
    if (changed !== code) await Deno.writeTextFile(path, changed);
  }
}

/** Times are embedded with the files. */
async function setTimes(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await setTimes(`${folder}/${name}`);
    else await Deno.utime(`${folder}/${name}`, MODIFIED, MODIFIED);
  }
  await Deno.utime(folder, MODIFIED, MODIFIED);
}

/** Runs this Deno in a folder. Resolves to its exit code and what it said, indented. */
export async function deno(
  cwd: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: {
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      RUST_BACKTRACE: "0",
      // Deno before 2.5 trusts the system's certificates only when told to.
      DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system",
      ...env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const lines = new TextDecoder().decode(stderr).trimEnd().split("\n");
  return { code, said: lines.map((line) => `    ${line}`.trimEnd()).join("\n") };
}
