/**
 * The programs of readers in `tests/students/`: that the lists know them all.
 *
 * @module
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { SERVERS } from "./students/servers.ts";
import { pathOf } from "./support.ts";

const KINDS = ["echo_server", "hello_server", "hello_server_iterative"];

Deno.test("the servers of readers are all in the list, each of them once", () => {
  for (const kind of KINDS) {
    const files = [...Deno.readDirSync(pathOf(`tests/students/${kind}`))].map(({ name }) => name);
    const listed = SERVERS.filter((student) => student.kind === kind).map(({ file }) => file);
    assertEquals(listed.toSorted(), files.toSorted());
  }
});

Deno.test("a server's first line says that it is right, or names its fault", async () => {
  for (const { kind, file, fails } of SERVERS) {
    const text = await Deno.readTextFile(pathOf(`tests/students/${kind}/${file}`));
    const word = fails.length === 0 ? "Right" : "Fault";
    assert(new RegExp(`^(/\\*|//|""")\\s?${word}: `).test(text), `${kind}/${file}: not ${word}`);
  }
});
