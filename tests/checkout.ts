/**
 * Copies of the checkout that a test may change.
 *
 * @module
 */

import { ROOT } from "./support.ts";

/** What executables are made of, in a folder of its own. */
export async function copyCheckout(to: string): Promise<void> {
  await copyFolder(ROOT, to, ["main.ts", "deno.json", "deno.lock", "src", ".github"]);
}

async function copyFolder(from: URL, to: string, names: string[]): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const name of names) {
    const source = new URL(encodeURIComponent(name), from);
    if ((await Deno.stat(source)).isFile) await Deno.copyFile(source, `${to}/${name}`);
    else {
      const folder = new URL(`${source.href}/`);
      await copyFolder(folder, `${to}/${name}`, [...Deno.readDirSync(folder)].map((e) => e.name));
    }
  }
}
