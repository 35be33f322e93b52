/**
 * The programs of readers in `tests/students/`: that the lists know them all.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { KINDS } from "../src/check/subject.ts";
import { CLIENTS } from "./students/clients.ts";
import { SERVERS } from "./students/servers.ts";
import { pathOf } from "./support.ts";

const STUDENTS = [...SERVERS, ...CLIENTS];

Deno.test("the programs of readers are all in the list, each of them once", () => {
  for (const kind of KINDS) {
    const files = [...Deno.readDirSync(pathOf(`tests/students/${kind}`))].map(({ name }) => name);
    const listed = STUDENTS.filter((student) => student.kind === kind).map(({ file }) => file);
    assertEquals(listed.toSorted(), files.toSorted());
  }
});

Deno.test("a program's first line says that it is right, or names its fault", async () => {
  for (const { kind, file, fault } of STUDENTS) {
    const text = await Deno.readTextFile(pathOf(`tests/students/${kind}/${file}`));
    const [line] = text.split("\n");
    const says = /\bfault: /i.test(line) ? "wrong" : /\bright\b/i.test(line) ? "right" : "nothing";
    assertEquals(says, fault === undefined ? "right" : "wrong", `${kind}/${file}: ${line}`);
  }
});
