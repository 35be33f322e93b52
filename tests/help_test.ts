/**
 * The help texts in both languages, compared whole with the files in tests/help/. After a wanted
 * change write them anew, and look at the difference before you commit it:
 *
 *     deno test -A tests/help_test.ts -- --update
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { widthOf } from "../src/cli/columns.ts";
import { LANGUAGES } from "../src/cli/failure.ts";
import { runInside } from "./client_support.ts";

const FOLDER = new URL("help/", import.meta.url);
const OVERVIEW = await helpText();
/** Behind the name of a file. */
const ENDINGS = { en: ".txt", zh: ".zh.txt" };
const PROGRAMS = [...OVERVIEW.matchAll(/^ {2}([a-z_]+) {2,}[0-9]/gm)].map(([, name]) => name);

for (const lang of LANGUAGES) {
  const ending = ENDINGS[lang];
  Deno.test(`tcplab alone lists the programs as in tests/help/tcplab${ending}`, async () => {
    await compare(`tcplab${ending}`, await helpText("--lang", lang));
  });

  for (const name of PROGRAMS) {
    Deno.test(`the help of ${name} is as in tests/help/${name}${ending}`, async () => {
      await compare(`${name}${ending}`, await helpText(name, "--help", "--lang", lang));
    });
  }
}

Deno.test("every file in tests/help is the help of a program that is listed", () => {
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  const names = ["tcplab", ...PROGRAMS];
  assertEquals(files, names.flatMap((name) => LANGUAGES.map((l) => name + ENDINGS[l])).sort());
});

async function helpText(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runInside(main, args);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

async function compare(name: string, text: string): Promise<void> {
  const tooWide = text.split("\n").filter((line) => widthOf(line) > 80);
  assertEquals(tooWide, []);
  const file = new URL(name, FOLDER);
  if (Deno.args.includes("--update")) await Deno.writeTextFile(file, text);
  const expected = await Deno.readTextFile(file);
  assert(expected.endsWith("\n"));
  assertEquals(text, expected);
}
