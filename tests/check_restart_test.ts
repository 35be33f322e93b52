/**
 * What is said of a server that is started again and does not listen: was it the port?
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Finding } from "../src/check/case.ts";
import { servesEcho } from "../src/check/server_clients.ts";
import { startsAgain } from "../src/check/server_start.ts";
import { Trial } from "../src/check/trial.ts";
import { PYTHON } from "./server_support.ts";
import { has } from "./support.ts";

const ignore = Deno.build.os === "windows" || !has("python3");

/** What comes of the case restart, of a Python echo server that begins with these lines. */
async function restart(lines: string): Promise<Finding> {
  const folder = await Deno.makeTempDir();
  const script = `import os, signal, socket, sys, time
port, mark = int(sys.argv[1]), sys.argv[2]
${lines}
server = socket.create_server(("", port), reuse_port=False)
while True:
    client = server.accept()[0]
    while data := client.recv(1024):
        client.sendall(data)
`;
  const command = [PYTHON, "-c", script, "{port}", `${folder}/mark`];
  const subject = { kind: "echo_server", command, language: "python" } as const;
  const trial = new Trial(subject, { net: Deno, patienceMs: 500 });
  try {
    return await startsAgain(trial, { serve: servesEcho });
  } finally {
    await trial.end();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Is this the first start with this port, or with any? Then it goes on to listen, else it waits. */
const waitsUnlessNew = (what: string) => `
name = mark + ${what}
if os.path.exists(name): time.sleep(1000)
open(name, "w").close()`;

Deno.test("one that listens on another port only is kept from it by this one", {
  ignore,
}, async () => {
  const finding = await restart(waitsUnlessNew("str(port)"));
  assertEquals(finding.verdict === "fails" && finding.cause.id, "no-reuseaddr");
  assertEquals(finding.verdict === "fails" && finding.seen.en.includes("does not listen"), true);
});

Deno.test("one that listens nowhere any more is not said to lack SO_REUSEADDR", {
  ignore,
}, async () => {
  assertEquals((await restart(waitsUnlessNew('""'))).verdict, "slow");
});
