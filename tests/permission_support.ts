/**
 * What a program of tcplab may still do when its first line runs: a copy of the
 * checkout whose programs say it there.
 *
 * @module
 */

import { copyCheckout } from "./checkout.ts";

/** The module of each program, and the permissions that it keeps besides the network. */
export const KEEPS: Record<string, { module: string; keeps: string[] }> = {
  hello_server: { module: "src/hello_server.ts", keeps: [] },
  hello_client: { module: "src/hello_client.ts", keeps: [] },
  hello_server_iterative: { module: "src/hello_server_iterative.ts", keeps: [] },
  echo_server: { module: "src/echo_server.ts", keeps: [] },
  echo_client: { module: "src/echo_client.ts", keeps: [] },
  relay: { module: "src/relay/mod.ts", keeps: ["read", "write"] },
  check: { module: "src/check/mod.ts", keeps: ["read", "run", "write"] },
  bench: { module: "src/bench/mod.ts", keeps: ["read", "run", "write"] },
  labs: { module: "src/labs/mod.ts", keeps: ["read", "write"] },
  demo: { module: "src/labs/demo.ts", keeps: [] },
};

// Where it is run, as the executable may read and write there alone.
const PROBE = `{
  const all = [
    { name: "net" }, { name: "read", path: "." }, { name: "write", path: "." }, { name: "run" },
    { name: "env" }, { name: "sys" }, { name: "ffi" },
  ] as const;
  const can = all.filter((one) => Deno.permissions.querySync(one).state === "granted");
  console.error("may " + can.map(({ name }) => name).sort().join(" "));
}
`;

/** Makes the copy. */
export async function copyThatTells(to: string): Promise<void> {
  await copyCheckout(to);
  for (const { module } of Object.values(KEEPS)) {
    const path = `${to}/${module}`;
    await Deno.writeTextFile(path, PROBE + await Deno.readTextFile(path));
  }
  // And what is no program, at its end.
  const main = await Deno.readTextFile(`${to}/main.ts`);
  await Deno.writeTextFile(`${to}/main.ts`, `addEventListener("unload", () => ${PROBE});\n${main}`);
}

/** What it says it may do: one list, if nothing changed between its first line and its end. */
export function told(stderr: string): string[][] {
  const lines = stderr.split("\n").filter((line) => line.startsWith("may "));
  return [...new Set(lines)].map((line) => line.split(" ").slice(1));
}
