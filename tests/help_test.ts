/**
 * The help texts, compared whole with the files in tests/help/. After a wanted
 * change write them anew, and look at the difference before you commit it:
 *
 *     deno test -A tests/help_test.ts -- --update
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { runInside } from "./client_support.ts";

const FOLDER = new URL("help/", import.meta.url);
const OVERVIEW = await helpText();
const PROGRAMS = [...OVERVIEW.matchAll(/^ {2}([a-z_]+) {2,}[0-9]/gm)].map(([, name]) => name);

Deno.test("tcplab alone lists the programs as in tests/help/tcplab.txt", async () => {
  await compare("tcplab", OVERVIEW);
});

for (const name of PROGRAMS) {
  Deno.test(`the help of ${name} is as in tests/help/${name}.txt`, async () => {
    await compare(name, await helpText(name, "--help"));
  });
}

Deno.test("every file in tests/help is the help of a program that is listed", () => {
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  assertEquals(files, ["tcplab", ...PROGRAMS].map((name) => `${name}.txt`).sort());
});

async function helpText(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runInside(main, args);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

async function compare(name: string, text: string): Promise<void> {
  const tooWide = text.split("\n").filter((line) => [...line].length > 80);
  assertEquals(tooWide, []);
  const file = new URL(`${name}.txt`, FOLDER);
  if (Deno.args.includes("--update")) await Deno.writeTextFile(file, text);
  const expected = await Deno.readTextFile(file);
  assert(expected.endsWith("\n"));
  assertEquals(text, expected);
}
