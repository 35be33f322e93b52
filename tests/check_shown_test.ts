/** Whether a client has shown what it was sent: with other words around it, and between its parts. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { holdsInParts, missingIn } from "../src/check/shown.ts";

Deno.test("a long text is shown in parts, none of which is short but the last one", () => {
  const holds = (text: string, leastPart: number) =>
    holdsInParts(text, { wanted: "abcdefg", leastPart });
  assertEquals(holds("Message: abcdefg", 100), true);
  assertEquals(holds("> abcd, and then efg", 4), true); // the last part has three
  assertEquals(holds("> abcd, and then efg", 5), false);
  assertEquals(holds("> abcd, and then ef", 4), false);
  assertEquals(holds("efg abcd", 4), false); // not in order
  assertEquals(holds("abcdefg".split("").join(" "), 2), false);
  assertEquals(holds("abcdefg".split("").join(" "), 1), true);
  assertEquals(holds("", 1), false);
});

Deno.test("of two lines alike both are to be shown; what a program shows in any case does not count", () => {
  const missing = (output: string) =>
    missingIn(output, { lines: ["again\n", "again\n", "bye\n"], reference: "again again bye" });
  assertEquals(missing("again\nagain\nbye\n"), []);
  assertEquals(missing("Server: again, again; bye"), []);
  assertEquals(missing("again\nbye\n"), ["again", "again"]);
  assertEquals(missing("again again"), ["bye"]);
});
