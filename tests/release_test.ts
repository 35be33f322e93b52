import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1.0.19";
import { VERSION } from "../src/cli/command.ts";
import { compiler, EXE, TEMPORARY } from "./executables.ts";
import { copyCheckout } from "./checkout.ts";
import { CHILD_ENV, DENO, has, pathOf, ROOT, runToEnd } from "./support.ts";

const TARGET = Deno.build.target;
const missing = ["xz", "zip", "unzip"].filter((program) => !has(program));
const ignore = compiler === null || missing.length > 0;
const without = missing.length === 0 ? "" : ` (skipped: no ${missing.join(", ")})`;
/** Packed quickly: how small it gets is not what is tested. */
const HERE = ["--tag", `v${VERSION}`, "--target", TARGET, "--level", "1"];

/** `deno task release` in a checkout. It takes as long as it takes: two builds, and packing. */
async function release(
  args: string[],
  cwd: string | URL = ROOT,
): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await new Deno.Command(compiler?.deno ?? DENO, {
    args: ["task", "release", ...args],
    cwd,
    env: { ...CHILD_ENV, DENO_TLS_CA_STORE: "mozilla,system", ...compiler?.env },
    stdin: "null",
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test(
  `a release is tcplab for its target, packed too, sums of both, and the notes of its version${without}`,
  {
    ignore,
  },
  async () => {
    const output = `${TEMPORARY}/release`;
    const { code, stderr } = await release([...HERE, "--output", output]);
    assertEquals(code, 0, stderr);
    const name = `tcplab-${VERSION}-${TARGET}`;
    const [file, packed] = [`${name}${EXE}`, EXE === "" ? `${name}.xz` : `${name}.zip`];
    const names = [...Deno.readDirSync(output)].map(({ name }) => name).sort();
    assertEquals(names, ["SHA256SUMS", file, packed, "notes.md"].sort());

    const check = await runToEnd(["sha256sum", "--check", "SHA256SUMS"], { cwd: output });
    const summed = check.stdout.trimEnd().split("\n").sort(); // they stand in the order of their sums
    assertEquals([check.code, summed], [0, [`${file}: OK`, `${packed}: OK`].sort()], check.stderr);
    assert(Deno.statSync(`${output}/${packed}`).size < Deno.statSync(`${output}/${file}`).size / 2);
    const changes = await Deno.readTextFile(pathOf(".github/CHANGELOG.md"));
    const notes = await Deno.readTextFile(`${output}/notes.md`);
    assert(notes.trim() !== "" && changes.includes(`## ${VERSION}\n\n${notes}`), notes);

    // What is there is not touched.
    const again = await release([...HERE, "--output", output]);
    assertEquals(again.code, 1);
    assert(again.stderr.includes("release: Cannot make the folder"), again.stderr);
    assert(Deno.statSync(`${output}/${file}`).isFile);
  },
);

Deno.test(`a release whose second build differs is refused, and leaves nothing${without}`, {
  ignore,
}, async () => {
  const checkout = `${TEMPORARY}/changing`;
  await copyCheckout(checkout);
  // A source that is another one at each build.
  const bundle = await Deno.readTextFile(`${checkout}/.github/bundle.ts`);
  const copied = 'await Deno.copyFile(new URL("main.ts", ROOT), `${work}/main.ts`);';
  const changing = `await Deno.writeTextFile(\`\${work}/main.ts\`,
    \`\\nconsole.error("\${crypto.randomUUID()}");\\n\`, { append: true });`;
  assert(bundle.includes(copied));
  await Deno.writeTextFile(
    `${checkout}/.github/bundle.ts`,
    bundle.replace(copied, () => copied + changing),
  );
  const { code, stderr } = await release([...HERE, "--output", "out"], checkout);
  assertEquals(code, 1);
  const message =
    `release: Cannot release tcplab-${VERSION}-${TARGET}${EXE}: a second build differs`;
  assert(stderr.includes(message), stderr);
  assertEquals([...Deno.readDirSync(checkout)].filter(({ name }) => name === "out"), []);
});

Deno.test("a tag that is not the version is refused, and nothing is built", async () => {
  for (const tag of [["--tag", VERSION], ["--tag", "v999.0.0"], []]) {
    const { code, stderr } = await release([...tag, "--output", `${TEMPORARY}/tag`]);
    assertEquals(code, 1);
    const message = `release: Cannot release "${tag[1] ?? ""}": the version is ${VERSION}\n`;
    assert(stderr.includes(message), stderr);
  }
});

Deno.test("a release for no target is refused, and nothing is built", async () => {
  const output = `${TEMPORARY}/no-target`;
  const { code, stderr } = await release(["--tag", `v${VERSION}`, "--output", output]);
  assertEquals(code, 2, stderr);
  assert(stderr.includes("release: Missing --target or --all-targets\n"), stderr);
  assertThrows(() => Deno.statSync(output), Deno.errors.NotFound);
});

Deno.test("a version without notes is refused, and nothing is built", async () => {
  const checkout = `${TEMPORARY}/silent`;
  await copyCheckout(checkout);
  for (const changes of ["# Changes\n", `## ${VERSION}\n\n## 0.0.1\n\nThe one before.\n`]) {
    await Deno.writeTextFile(`${checkout}/.github/CHANGELOG.md`, changes);
    const { code, stderr } = await release([...HERE, "--output", "out"], checkout);
    assertEquals(code, 1);
    const message = `release: Cannot release ${VERSION}: there are no notes for it\n`;
    assert(stderr.includes(message), stderr);
  }
});
