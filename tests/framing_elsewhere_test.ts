// src/framing.ts in Node and Bun, as the README says. Tools are taken from the path, or from the
// folder that TCPLAB_NODE_BIN names (`npm i tsx bun` and its node_modules/.bin); else skipped.

import { assertEquals } from "jsr:@std/assert@1.0.19";

const bin = Deno.env.get("TCPLAB_NODE_BIN");

const PROGRAM = `
import { LineReader, LineWriter, readerOf } from "./framing.ts";
const out: string[] = [];
const writer = new LineWriter({
  write: (p: Uint8Array) => (out.push(new TextDecoder().decode(p)), Promise.resolve(p.length)),
});
for await (const line of new LineReader(readerOf(new Response("one\\r\\ntwo").body!)).texts()) {
  await writer.write(line);
}
await writer.flush();
console.log(JSON.stringify(out));
`;

for (const tool of ["tsx", "bun"]) {
  const command = await found(tool);
  const why = command === null ? ` (skipped: no ${tool}; npm's package ${tool} has it)` : "";
  Deno.test({
    name: `framing.ts reads and writes lines under ${tool}${why}`,
    ignore: command === null,
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.copyFile(new URL("../src/framing.ts", import.meta.url), `${folder}/framing.ts`);
        await Deno.writeTextFile(`${folder}/program.mts`, PROGRAM);
        const { stdout, stderr } = await new Deno.Command(command!, {
          args: [`${folder}/program.mts`],
        }).output();
        const said = new TextDecoder();
        assertEquals(
          said.decode(stdout),
          '["one\\n","two\\n"]\n',
          said.decode(stderr),
        );
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function found(tool: string): Promise<string | null> {
  const command = bin === undefined ? tool : `${bin}/${tool}`;
  try {
    const { success } = await new Deno.Command(command, { args: ["--version"] }).output();
    return success ? command : null;
  } catch {
    return null;
  }
}
