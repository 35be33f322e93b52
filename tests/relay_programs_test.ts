/** Programs of others, and ours, behind a relay: 4.3.3's mistake is there for all to see. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { echoClient } from "../src/echo_client.ts";
import { echoServer } from "../src/echo_server.ts";
import { runInside } from "./client_support.ts";
import { relayTo } from "./relay_support.ts";
import { compile, PYTHON, python, serving, talk } from "./server_support.ts";
import { CHILD_ENV, DENO, has, pathOf, runToEnd, start, tcplab } from "./support.ts";

const LINES = ["Hello TCP/IP", "Bye", "Another line"];

Deno.test({
  name: "the chapter's client is wrong behind --cut 5, and right without (needs gcc)",
  ignore: !has("gcc"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
    try {
      const program = `${folder}/reads_once`;
      const source = pathOf("tests/students/echo_client/reads_once.c");
      await runToEnd(["gcc", "-o", program, source]);
      await using server = await serving(echoServer, ["--forever"]);
      const replies = async (...options: string[]) => {
        await using it = await relayTo(server.port, "--quiet", ...options);
        const input = LINES.join("\n") + "\nQ\n";
        const { stdout } = await runToEnd([program, "127.0.0.1", String(it.port)], { input });
        return stdout.split("Reply from server: ").slice(1).map((reply) =>
          reply.replace(/Type a message.*/, "")
        );
      };
      assertEquals(await replies(), LINES.map((line) => `${line}\n`));
      const cut = await replies("--cut", "5");
      assertEquals(cut[0], "Hello");
      assert(cut[1] !== "Bye\n", "the second reply is the rest of the first one");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a C client and a Python server talk through it as without (needs gcc, python3)",
  ignore: !has("gcc") || !has("python3"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-relay-" });
    try {
      const talk = await compile("talk", folder);
      const child = new Deno.Command(PYTHON, {
        args: ["-u", pathOf("tests/peers/echo.py")],
        env: CHILD_ENV,
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const [stdout, stderr] = [child.stdout.getReader(), child.stderr.getReader()];
      const said = await Promise.race([stdout.read(), stderr.read()]);
      const port = Number(/(\d+)\s*$/.exec(new TextDecoder().decode(said.value))![1]);
      try {
        await using it = await relayTo(port, "--quiet", "--cut", "3", "--gap", "1ms");
        const { stdout } = await runToEnd([talk, String(it.port), "one", "two", "three"]);
        assertEquals(stdout, "onetwothree");
      } finally {
        child.kill("SIGKILL");
        await Promise.all([child.status, stdout.cancel(), stderr.cancel()]);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

for (
  const options of [
    [],
    ["--cut", "1", "--gap", "1ms"],
    ["--cut", "5"],
    ["--cut", "1-3", "--gap", "1ms"],
    ["--gather", "20ms"],
    ["--delay", "10ms~10ms"],
    ["--rate", "20k"],
    ["--cut", "7", "--gap", "1ms", "--delay", "3ms", "--only", "to-client"],
    ["--resets"],
  ]
) {
  Deno.test(`echo_client is right behind ${options.join(" ") || "a relay that changes nothing"}`, async () => {
    await using server = await serving(echoServer, ["--forever"]);
    await using it = await relayTo(server.port, "--quiet", ...options);
    const input = Array.from({ length: 60 }, (_, i) => `line ${i} 中文\n`).join("");
    const { code, stdout, stderr } = await runInside(
      echoClient,
      ["--quiet", "127.0.0.1", String(it.port)],
      { input },
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, input);
  });
}

Deno.test("echo_client tells what --flip has damaged, and what --close-after has cut off", async () => {
  await using server = await serving(echoServer, ["--forever"]);
  for (
    const [options, words] of [[["--flip", "3"], /is not what was sent/], [
      ["--close-after", "4"],
      /closed/,
    ]] as const
  ) {
    await using it = await relayTo(server.port, "--quiet", "--only", "to-client", ...options);
    const args = ["--quiet", "127.0.0.1", String(it.port)];
    const { code, stderr } = await runInside(echoClient, args, { input: "hello world\n" });
    assertEquals(code, 1);
    assert(words.test(stderr), stderr);
  }
});

/** When they reset, and how many. Where the system has large buffers, one that blocks has sent 20 MB. */
const RESETS = { idle: 20, unread: 20, blocked: 4, "before-accept": 20 };
for (const [when, count] of Object.entries(RESETS)) {
  Deno.test({
    name: `a relay serves the next client after ${count} that reset while ${when} (Linux, python3)`,
    ignore: Deno.build.os !== "linux" || !has("python3"),
    async fn() {
      await using server = await serving(echoServer, ["--forever", "--concurrent", "100"]);
      await using it = start(tcplab("relay", "--json", "0", "127.0.0.1", String(server.port)));
      const [, port] = await it.printed(/"listening".*?"port":(\d+)/);
      const { code, stderr } = await runToEnd(python("reset.py", port, when, count, it.pid));
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await talk(Number(port), "next"), "next");
      if (when === "before-accept") return;
      // It ends when it has seen all of them end.
      it.kill("SIGTERM");
      const { stdout } = await it.result();
      assertEquals(stdout.split('"by":"client","how":"reset"').length - 1, count);
    },
  });
}

// Before Deno 2.9 leaks are looked for unless a test says no, and a relay in the tests' process has timers.
const older = Number(Deno.version.deno.split(".")[1]) < 9;
for (
  const [name, options] of [
    // Behind --cut 1 it would take an hour: some of the tests send megabytes.
    ["echo_client", "--cut 1-20000 --gap 1ms"],
    ["faults", ""],
  ]
) {
  const what = options === "" ? "that passes on resets, too" : "that cuts at random";
  Deno.test({
    name: `the tests of ${name}_test.ts pass behind a relay ${what} (needs Deno 2.9)`,
    ignore: older,
  }, async () => {
    const { code, stdout } = await runToEnd(
      [DENO, "test", "-A", "--no-check", pathOf(`tests/${name}_test.ts`)],
      { env: { TCPLAB_RELAY: options }, patienceMs: 900_000 },
    );
    assertEquals(code, 0, stdout);
  });
}
