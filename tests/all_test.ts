/** tests/all.ts, which is `deno task test`, where it is stopped. */

import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { DENO, ROOT, start } from "./support.ts";

Deno.test({
  name: "tests that are stopped leave no program and no folder behind (needs signals)",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-all-" });
    const file = `${folder}/endless_test.ts`;
    await Deno.writeTextFile(
      file,
      `import { start, tcplab } from ${JSON.stringify(new URL("tests/support.ts", ROOT).href)};
      Deno.test("never ends", async () => {
        const server = start(tcplab("echo_server", "--forever", "0"));
        const own = await Deno.makeTempDir();
        console.log("it is here:", own, await server.port());
        await server.result(600_000);
      });`,
    );
    try {
      for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
        await using all = start([DENO, "run", "--allow-all", "tests/all.ts", file], { cwd: ROOT });
        const [, own, port] = await all.printed(/it is here: (\S+) ([0-9]+)\n/);
        assert((await Deno.stat(own)).isDirectory);
        all.kill(signal);
        const { code: its, stdout } = await all.result();
        assertEquals([its, /[0-9] passed, [0-9]/.test(stdout)], [code, false], stdout);
        await assertRejects(() => Deno.stat(own), Deno.errors.NotFound);
        await nobodyListensAt(Number(port));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Waits until a server that was killed is gone. */
async function nobodyListensAt(port: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Somebody listens at ${port} still`);
}
