/**
 * What is said of a server that is started again and does not listen: was it the port? And of one
 * that is given what is no port.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import type { Finding } from "../src/check/case.ts";
import { servesEcho } from "../src/check/server_clients.ts";
import { refusesPorts, startsAgain } from "../src/check/server_start.ts";
import { Trial } from "../src/check/trial.ts";
import { pause } from "../src/net/silence.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { freePort, holdPorts } from "../src/process/free_port.ts";
import { PYTHON } from "./server_support.ts";
import { DENO, has, within } from "./support.ts";

// Other files of tests are threads of this process: without, they would be given the same ports.
holdPorts();

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
  let finding: Finding;
  let tries = 20;
  do {
    finding = await restart(waitsUnlessNew("str(port)"));
  } while (finding.verdict === "slow" && --tries > 0); // as any start may be on a busy machine
  assertEquals(finding.verdict === "fails" && finding.cause.id, "no-reuseaddr");
  assertEquals(finding.verdict === "fails" && finding.seen.en.includes("does not listen"), true);
});

Deno.test("one that listens nowhere any more is not said to lack SO_REUSEADDR", {
  ignore,
}, async () => {
  assertEquals((await restart(waitsUnlessNew('""'))).verdict, "slow");
});

Deno.test("one with one port that ignores a bind() that failed is said to lack SO_REUSEADDR", {
  ignore: Deno.build.os !== "linux" || !has("python3"),
}, async () => {
  const port = freePort();
  const script = `import socket
server = socket.socket()
try: server.bind(("127.0.0.1", ${port}))
except OSError: pass
server.listen()
while True:
    client = server.accept()[0]
    while data := client.recv(1024): client.sendall(data)`;
  const command = [PYTHON, "-c", script];
  const subject = { kind: "echo_server", command, language: "python", fixedPort: port } as const;
  const trial = new Trial(subject, { net: Deno, patienceMs: 500 });
  try {
    const finding = await startsAgain(trial, { serve: servesEcho });
    assertEquals(finding.verdict === "fails" && finding.cause.id, "no-reuseaddr");
  } finally {
    await trial.end();
  }
});

Deno.test("a server may take longer to refuse a port than it takes to listen on one", async () => {
  using gate = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const script = `const [gate, port] = Deno.args.map(Number), hostname = "127.0.0.1";
    if (port > 0 && port < 65536) {
      for await (const conn of Deno.listen({ hostname, port })) conn.close();
    }
    const conn = await Deno.connect({ hostname, port: gate });
    await conn.read(new Uint8Array(1)); // until it is told to refuse the port
    Deno.exit(1);`;
  const command = [DENO, "eval", script, String(gate.addr.port), "{port}"];
  const beganMs = performance.now();
  let startMs = 0;
  const net = wrapped(Deno, {
    async connect(at) {
      const conn = await Deno.connect(at);
      startMs ||= performance.now() - beganMs;
      return conn;
    },
  });
  const subject = { kind: "echo_server", command, language: "javascript" } as const;
  const trial = new Trial(subject, { net, patienceMs: 60_000 });
  try {
    const finding = refusesPorts(trial);
    const waiting: Deno.TcpConn[] = [];
    while (waiting.length < 4) waiting.push(await within(gate.accept(), () => "a start"));
    await pause(12 * startMs);
    for (const conn of waiting) conn.close();
    assertEquals((await finding).verdict, "holds");
  } finally {
    await trial.end();
  }
});
