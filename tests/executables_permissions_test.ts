import { assertEquals } from "jsr:@std/assert@1.0.19";
import { built, compile, compiler, EXE, TEMPORARY } from "./executables.ts";
import { assertRight, KINDS } from "./own_programs.ts";
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

for (const kind of KINDS) {
  Deno.test(`the executable ${kind} holds in every case of check --strict, tried by tcplab`, {
    ignore,
  }, async () => {
    const folder = await built();
    const tcplab = (
      ...args: string[]
    ): [string, ...string[]] => [`${folder}/tcplab${EXE}`, ...args];
    await assertRight(kind, [`${folder}/${kind}${EXE}`], tcplab);
    await assertRight(kind, tcplab(kind), tcplab);
  });
}
