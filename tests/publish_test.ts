// What `deno publish` would send to JSR: what a user needs and nothing else, and all of it documented.

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { DENO, ROOT, runToEnd } from "./support.ts";

// Other versions have other rules and print in another way.
const ignore = !Deno.version.deno.startsWith("2.9.");
const needs = ignore ? " (skipped: written for what Deno 2.9 prints)" : "";

/** Runs Deno on the checkout. What it asks of a registry, it cannot do: no proxy listens there. */
async function deno(...args: string[]): Promise<string> {
  const nowhere = "http://127.0.0.1:9";
  const { code, stdout, stderr } = await runToEnd([DENO, ...args], {
    cwd: ROOT,
    env: { NO_COLOR: "1", HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
  });
  assertEquals(code, 0, stderr);
  return stdout + stderr;
}

Deno.test({
  name: `everything exported is documented, and so is what its types name${needs}`,
  ignore,
  async fn() {
    const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
    const files = Object.values<string>(exports);
    await deno("doc", "--lint", ...files);
    // @internal would hide a symbol from that, and from the one who looks for it.
    for (const file of files) {
      assert(!(await Deno.readTextFile(new URL(file, ROOT))).includes("@internal"), file);
    }
  },
});

Deno.test({
  name:
    `the package is main.ts, src, README, licence and deno.json, and warns of nothing new${needs}`,
  ignore,
  async fn() {
    // In a checkout that is worked on, too: --allow-dirty. Types are `deno check`'s.
    const said = await deno("publish", "--dry-run", "--allow-dirty", "--no-check");
    const root = ROOT.href;
    const files = [...said.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) => {
      assert(url.startsWith(root), url);
      return url.slice(root.length);
    });
    const outside = files.filter((file) => !file.startsWith("src/"));
    assertEquals(outside.sort(), ["LICENSE", "README.md", "deno.json", "main.ts"]);
    const sources = files.filter((file) => file.startsWith("src/"));
    assertEquals(sources.sort(), (await filesUnder("src")).sort());

    // They load by a name that is known only when they run, as they have to: the program of a
    // worker, and modules of Node whose types Deno 2.4 would fetch. One more has to be looked at.
    const warnings = [...said.matchAll(/^warning\[(\S+)\].*\n +--> (\S+?):\d/gm)]
      .map(([, what, path]) =>
        `${what} ${path.replaceAll("\\", "/").replace(/^.*\/src\//, "src/")}`
      );
    assertEquals(warnings.sort(), [
      "unanalyzable-dynamic-import src/cli/worker.ts",
      "unanalyzable-dynamic-import src/labs/datagrams.ts",
      "unanalyzable-dynamic-import src/net/reset.ts",
    ]);
  },
});

async function filesUnder(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await filesUnder(path));
    else files.push(path);
  }
  return files;
}
