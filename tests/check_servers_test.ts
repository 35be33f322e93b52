/**
 * `tcplab check` on servers of readers: of each it names exactly the fault, and
 * of the right ones nothing.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { SERVERS } from "./students/servers.ts";
import { mistakes } from "./students/table.ts";

for (const kind of ["echo_server", "hello_server", "hello_server_iterative"]) {
  const students = SERVERS.filter((student) => student.kind === kind);

  Deno.test(`check names nothing in the right ones of readers' ${kind}`, async () => {
    assertEquals(await mistakes(students.filter(({ fault }) => fault === undefined)), {});
  });

  Deno.test(`check names the one fault of each wrong ${kind}, and nothing else`, async () => {
    assertEquals(await mistakes(students.filter(({ fault }) => fault !== undefined)), {});
  });
}
