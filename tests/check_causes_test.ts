/**
 * What check says of a fault: the cause that it names, and how it is to be read.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import * as boundary from "../src/check/boundary_causes.ts";
import type { Cause } from "../src/check/case.ts";
import * as client from "../src/check/client_causes.ts";
import * as clientEnd from "../src/check/client_end_causes.ts";
import * as clientSending from "../src/check/client_sending_causes.ts";
import { cureText, untranslatedIn } from "../src/check/cure_comments.ts";
import * as hello from "../src/check/hello_causes.ts";
import { HELLO_SERVER_CASES } from "../src/check/hello_servers.ts";
import { runCases } from "../src/check/run_cases.ts";
import * as server from "../src/check/server_causes.ts";
import * as serverLife from "../src/check/server_life_causes.ts";
import { widthOf } from "../src/cli/columns.ts";
import { compile } from "./server_support.ts";
import { has } from "./support.ts";

const CAUSES = [boundary, client, clientEnd, clientSending, hello, server, serverLife]
  .flatMap((module): unknown[] => Object.values(module))
  .filter((one): one is Cause => typeof one === "object" && one !== null && "in" in one);

/** The terminal of a reader, without the indent of a cure. */
const MOST_COLUMNS = 80 - 6;

Deno.test("no line of a cure is wider than a terminal", () => {
  const lines = CAUSES.flatMap((cause) => Object.values(cause.in))
    .flatMap(({ cure }) => Object.values(cureText(cure)))
    .flatMap((code) => code.split("\n"));
  assertEquals(lines.filter((line) => widthOf(line) > MOST_COLUMNS), []);
  assertEquals(CAUSES.length > 40, true);
});

/** What can happen in C alone, or in few languages: the others keep it from their programs. */
const OF_FEW: Record<string, string[]> = {
  "last-again": ["c"],
  "no-argument": ["c"],
  sigpipe: ["c", "python"],
};

Deno.test("every cause is told in all languages, or in those where it can be one", () => {
  for (const { id, in: by } of CAUSES) {
    const languages = ["c", "go", "java", "javascript", "python"];
    assertEquals(Object.keys(by).toSorted(), OF_FEW[id] ?? languages, id);
  }
});

Deno.test("the comments in a cure are those of its language", () => {
  for (const { id, in: by } of CAUSES) {
    for (const [language, { cure }] of Object.entries(by)) {
      // Behind the quotes of a text neither is a comment; `//` divides in Python.
      const code = cureText(cure).en.replace(/"[^"\n]*"|'[^'\n]*'/g, '""');
      if (code.startsWith("gcc ")) continue; // for a shell
      const others = language === "python" ? /(^|\s)\/\/|\/\*/m : /(^|\s)#(?!include|define)/m;
      assertEquals(code.match(others), null, `${id} in ${language}: ${code}`);
    }
  }
});

Deno.test("every comment in a cure is there in Chinese, too", () => {
  const cures = CAUSES.flatMap((cause) => Object.values(cause.in)).map(({ cure }) => cure);
  assertEquals([...new Set(cures.flatMap(untranslatedIn))], []);
  const cure = "f(n);   /* n, not sizeof buf */\n# serve it\ng(); // before write()";
  assertEquals(
    cureText(cure).zh,
    "f(n);   /* 是 n，不是 sizeof buf */\n# 为客户端服务\ng(); // 在 write() 之前",
  );
});

Deno.test({
  name: "a C program that ends with a code of its own is not said to have crashed",
  ignore: !has("gcc"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const command = [await compile("resets_with_13", folder)];
      const subject = { kind: "hello_server", command, language: "c" } as const;
      const greets = HELLO_SERVER_CASES.slice(0, 1);
      const [{ finding }] = await runCases(greets, subject, { net: Deno, patienceMs: 5000 });
      assertEquals(finding.verdict === "fails" && finding.cause.id, "reset-at-close");
      assertEquals(finding.verdict === "fails" && / exit code 13\.$/.test(finding.seen.en), true);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
