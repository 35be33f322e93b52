// What a package of this folder is: every export documented, nothing in it that no user runs.

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";

const folder = new URL("..", import.meta.url);
// Other versions have other rules for documentation.
const ignore = !Deno.version.deno.startsWith("2.9.");

Deno.test({ name: "deno doc --lint finds no fault in what is exported", ignore, fn: documented });

async function documented() {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...Object.values<string>(exports)],
    cwd: folder,
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test("the package holds the programs, their sources, README and licence, and no tests", async () => {
  const { publish } = JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
  assertEquals(publish.include, ["LICENSE", "README.md", "deno.json", "main.ts", "src"]);
  for (const name of publish.include) await Deno.stat(new URL(name, folder));
});
