import { assertRight, KINDS } from "./own_programs.ts";
import { DENO, pathOf } from "./support.ts";

for (const kind of KINDS) {
  Deno.test(`our own ${kind} holds in every case of check --strict`, async () => {
    await assertRight(kind, [DENO, "run", "-N", "--no-prompt", pathOf(`src/${kind}.ts`)]);
  });
}
