import { assertEquals } from "jsr:@std/assert@1.0.19";
import { copyThatTells, KEEPS, told } from "./permission_support.ts";
import { DENO, runToEnd } from "./support.ts";

const copy = await Deno.makeTempDir({ prefix: "tcplab-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(copy, { recursive: true }));
await copyThatTells(copy);

/** What it may do, from its first line to its end. */
async function mayDo(permissions: string[], args: string[]): Promise<string[][]> {
  const command: [string, ...string[]] = [DENO, "run", ...permissions, `${copy}/main.ts`, ...args];
  return told((await runToEnd(command)).stderr);
}

for (const [name, { keeps }] of Object.entries(KEEPS)) {
  Deno.test(`with --allow-all, ${name} gives up what it does not need before its first line`, async () => {
    // Out of a checkout all may read: the code of threads.
    const may = [...new Set(["net", "read", ...keeps])].sort();
    assertEquals(await mayDo(["-A"], [name, "--help"]), [may]);
    assertEquals(await mayDo(["-A"], ["help", name.replaceAll("_", "-")]), [may]);
  });
}

Deno.test("with --allow-all, what is no program gives up all but the network and reading", async () => {
  for (const args of [[], ["--version"], ["no_such_program"], ["toString"]]) {
    assertEquals(await mayDo(["-A"], args), [["net", "read"]]);
  }
});

Deno.test("what was not given is not there after it, and nothing is asked for", async () => {
  for (const name of Object.keys(KEEPS)) {
    assertEquals(await mayDo(["-N"], [name, "--help"]), [["net"]]);
  }
});
