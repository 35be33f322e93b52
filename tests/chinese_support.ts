/**
 * What is said: as it stands in the code, the keys of the Chinese files; and in Chinese, where
 * nothing of it is to be left.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { ROOT } from "./support.ts";

/** The folders with a file of Chinese of their own; all else is in that of cli. */
export const FOLDERS = ["src/echo", "src/relay", "src/check", "src/labs", "src/bench"];

/** The English sentences of a file, their places numbered, as `words` makes them. */
export function sentencesOf(code: string): string[] {
  const sentences: string[] = [];
  code = code.replace(/\/\*.*?\*\//gs, "").replace(/(^|\s)\/\/.*$/gm, "$1"); // comments
  for (const { index } of code.matchAll(/(?<![\w.$])words`/g)) {
    let sentence = "";
    let places = 0;
    let at = index + "words`".length;
    while (code[at] !== "`") {
      if (code.startsWith("${", at)) {
        sentence += `{${places++}}`;
        at = endOfPlace(code, at + 2);
      } else if (code[at] === "\\") {
        sentence += { n: "\n" }[code[at + 1]] ?? code[at + 1];
        at += 2;
      } else sentence += code[at++];
    }
    sentences.push(sentence.replace(/\n */g, " "));
  }
  return sentences;
}

/** Behind the "}" that ends what stands in a place. */
function endOfPlace(code: string, at: number): number {
  for (let depth = 1;; at++) {
    if (code[at] === "{") depth++;
    if (code[at] === "}" && --depth === 0) return at + 1;
    if (/["'`]/.test(code[at])) at = endOfText(code, at);
  }
}

/** The quotation mark that ends a text. */
function endOfText(code: string, start: number): number {
  for (let at = start + 1;; at++) {
    if (code[at] === "\\") at++;
    else if (code[at] === code[start]) return at;
    else if (code[start] === "`" && code.startsWith("${", at)) at = endOfPlace(code, at + 2) - 1;
  }
}

/** All sentences of src/ and main.ts that a language has a say in, by the folder whose file they belong to. */
export async function allSentences(): Promise<Map<string, Set<string>>> {
  const all = new Map([...FOLDERS, "src/cli"].map((folder) => [folder, new Set<string>()]));
  for (const path of ["main.ts", ...await filesBelow("src")]) {
    const folder = FOLDERS.find((folder) => path.startsWith(`${folder}/`)) ?? "src/cli";
    const code = await Deno.readTextFile(new URL(path, ROOT));
    for (const sentence of sentencesOf(code)) {
      if (/\p{L}|[:;,] | \(/u.test(sentence)) all.get(folder)!.add(sentence);
    }
  }
  return all;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(`${folder}/`, ROOT)));
  const files = await Promise.all(
    entries.map(({ name, isDirectory }) =>
      isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
    ),
  );
  return files.flat().filter((path) => path.endsWith(".ts"));
}

/** What is Latin in Chinese, too: the names of things. */
const NAMES = new Set(
  ("tcplab hello_server hello_client hello_server_iterative echo_server echo_client relay check bench " +
    "labs demo help layers refused ephemeral_port second_client end_of_stream five_clients " +
    "boundary lab.html my_client.py Server main.ts deno run Deno npx Linux Windows TCP IP IPv4 IPv6 UDP CIDR SELinux JSON JUnit " +
    "stdin stdout stderr socket bind listen accept connect read write shutdown close backlog " +
    "localhost listening connected closed refused error summary half-close unreachable base64 " +
    "to-server to-client calls bytes en zh English LANG N N-M ID Q q Ctrl-C INADDR_ANY sysctl cat PORT FILE " +
    "port host server-port kind command lab robust book note c java python3 seq replies cmp photo.jpg " +
    "SIGTERM SIGINT s ms MB TypeError").split(" "),
);

/** Latin words of a text that are no names: English that was left over. */
export function englishIn(text: string): string[] {
  const rest = text
    .replace(/"[^"\n]*"|“[^”\n]*”/g, " ") // what was typed
    .replace(/netsh [\w =]+/g, " ") // a command to type
    .replace(/\b[0-9a-f]+::[\w%]*/g, " ") // addresses
    .replace(/https?:\S+|[\w./]*\/[\w./-]+/g, " ") // places
    .replace(/(?<![\w.])--?[\w-]+(=\S+)?/g, " ") // options
    .replace(/(?<=\d)(ms|s|m|h|k|M)\b/g, " "); // units
  return [...rest.matchAll(/(?<![\w.])[A-Za-z][\w.-]*/g)].map(([word]) => word.replace(/\.$/, ""))
    .filter((word) => !NAMES.has(word));
}

/** Throws if a text is not Chinese, or not all of it. */
export function assertChinese(text: string): void {
  assert(/\p{Script=Han}/u.test(text), text);
  assertEquals(englishIn(text), [], text);
}
