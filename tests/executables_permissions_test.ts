import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { built, compile, compiler, EXE, TEMPORARY } from "./executables.ts";
import { copyThatTells, KEEPS, told } from "./permission_support.ts";
import { runToEnd } from "./support.ts";

const ignore = compiler === null;
const windows = Deno.build.os === "windows";

let building: Promise<string> | undefined;

/** tcplab, built as it always is, of sources that say what they may do. */
function tellingTcplab(): Promise<string> {
  return building ??= (async () => {
    const copy = `${TEMPORARY}/telling`;
    await copyThatTells(copy);
    const { code, stderr } = await compile(["tcplab", "--output", "bin"], { cwd: copy });
    assertEquals(code, 0, stderr);
    return `${copy}/bin/tcplab${EXE}`;
  })();
}

async function mayDo(command: [string, ...string[]]): Promise<string[][]> {
  return told((await runToEnd(command)).stderr);
}

for (const [name, { keeps }] of Object.entries(KEEPS)) {
  Deno.test(`tcplab gives up what ${name} does not need, under its name, too`, {
    ignore,
  }, async () => {
    const path = await tellingTcplab();
    const may = ["net", ...keeps].sort();
    assertEquals(await mayDo([path, name, "--help"]), [may]);
    if (windows) return;
    const folder = await Deno.makeTempDir({ dir: TEMPORARY });
    await Deno.symlink(path, `${folder}/${name}`);
    assertEquals(await mayDo([`${folder}/${name}`, "--help"]), [may]);
  });
}

Deno.test("tcplab alone may use the network, and nothing else", { ignore }, async () => {
  for (const args of [[], ["--version"], ["no_such_program"]]) {
    assertEquals(await mayDo([await tellingTcplab(), ...args]), [["net"]]);
  }
});

Deno.test("the tcplab executable runs a program of a reader's, wherever it lies", {
  ignore,
}, async () => {
  const folder = await built();
  const command: [string, ...string[]] = [
    `${folder}/tcplab${EXE}`,
    "check",
    "echo_server",
    "--only",
    "echo_server/line",
    "--json",
    `${folder}/echo_server${EXE}`,
  ];
  const { code, stdout, stderr } = await runToEnd(command, { cwd: TEMPORARY });
  assertEquals(code, 0, stdout + stderr);
  assert(stdout.includes("echo_server/line"), stdout);
});
