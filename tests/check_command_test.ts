/** `tcplab check` at the command line: what it takes, what it refuses, and how it ends. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { CASES } from "../src/check/cases.ts";
import { chosenOf, subjectOf } from "../src/check/command_line.ts";
import { KINDS } from "../src/check/subject.ts";
import { runInside } from "./client_support.ts";
import { DENO, freePort, has, onTerminal, pathOf, runToEnd, start } from "./support.ts";

const SHOUTING = [DENO, "run", "-N", pathOf("tests/peers/shouting_server.ts")];
const isUnix = Deno.build.os !== "windows";

/** `tcplab check` with what it may do. */
function checking(...args: string[]): [string, ...string[]] {
  return [DENO, "run", "-N", "--allow-run", pathOf("main.ts"), "check", ...args];
}

Deno.test("--list shows every case of a kind once, and runs nothing", async () => {
  for (const kind of KINDS) {
    // No program is named, and none could be started: this test's own process does it.
    const { code, stdout, stderr } = await runInside(main, ["check", "--list", kind]);
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n");
    assertEquals(lines.map((line) => line.split(" ")[0]), CASES[kind].map(({ id }) => id));
    for (const line of lines) {
      assertMatch(line, /^\S+ +(book|robust|note) +4\.[0-9.]+( \(7\))? +\S/);
    }
  }
  const all = await runInside(main, ["check", "--list"]);
  assertEquals(all.stdout.trimEnd().split("\n").length, Object.values(CASES).flat().length);
});

const MISTAKES: [args: string[], said: RegExp][] = [
  [[], /Missing argument <kind>/],
  [["echo_server"], /Missing the command that starts your program, or the IP:port/],
  [["echo_client"], /Missing the command that starts your program\n/],
  [["echo-sever", "x"], /Cannot use kind "echo-sever": .*; did you mean echo_server\?/],
  [["echo_server", "python3", "-u", "x.py"], /Unknown option "-u"; options of your own .* "--"/],
  [["echo_server", "--onyl", "line", "x"], /Unknown option "--onyl"; did you mean --only\?/],
  [["echo_server", "--only", "half-clse", "x"], /--only "half-clse": .*did you mean half-close\?/],
  [["echo_server", "--only", "9.9", "x"], /--only "9.9": .*; --list shows them all/],
  [["echo_client", "127.0.0.1:9190"], /Cannot try a client at "127.0.0.1:9190"/],
  [["echo_server", "127.0.0.1", "9190"], /one word, 127.0.0.1:9190/],
  [["echo_server", "::1", "9190"], /one word, \[::1\]:9190/],
  [["echo_server", "127.0.0.1:99999"], /its port is none of 1 to 65535/],
  [["echo_server", "127.0.0.1:9190", "x"], /Unexpected argument "x"/],
  [["echo_server", "--port", "0", "x"], /--port "0"/],
  [["echo_server", "--timeout", "5", "x"], /--timeout "5"/],
  [["echo_server", "--lang", "fr", "x"], /--lang "fr"/],
];

for (const [args, said] of MISTAKES) {
  Deno.test(`check ${args.join(" ")} is wrong usage, and nothing is run`, async () => {
    const { code, stdout, stderr } = await runInside(main, ["check", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, said);
    assertStringIncludes(stderr, "Usage: check [options] <kind> [command ...]");
  });
}

Deno.test("an address is taken as one writes it, and a command as it is", () => {
  const at = (word: string) => subjectOf("echo_server", { given: [word] }).at;
  assertEquals(at("127.0.0.1:9190"), { hostname: "127.0.0.1", port: 9190 });
  assertEquals(at("[::1]:9190"), { hostname: "::1", port: 9190 });
  assertEquals(at("localhost:80"), { hostname: "localhost", port: 80 });
  assertEquals(at(":9190"), { hostname: "127.0.0.1", port: 9190 });
  for (const word of ["./my_server", "C:\\my.exe", "C:/9190", "my:server", "{host}:{port}"]) {
    assertEquals(at(word), undefined, word);
  }
  assertEquals(subjectOf("echo_server", { given: ["a", "b"], fixedPort: 9190 }).fixedPort, 9190);
});

Deno.test("--only takes whole ids, short ones and sections, and keeps the order of the list", () => {
  const cases = CASES.echo_server;
  const ids = (...only: string[]) => chosenOf(cases, only).map(({ id }) => id);
  assertEquals(ids(), cases.map(({ id }) => id));
  assertEquals(ids("half-close", "echo_server/line"), [
    "echo_server/line",
    "echo_server/half-close",
  ]);
  assertEquals(ids("half_close"), ["echo_server/half-close"]);
  const of433 = cases.filter(({ section }) => section === "4.3.3").map(({ id }) => id);
  assert(of433.length > 0);
  assertEquals(ids("4.3.3"), of433);
  assertEquals(ids("4.3").length, cases.filter(({ section }) => section.startsWith("4.3")).length);
});

Deno.test("where a case of the book fails the exit code is 1, and what came is told", async () => {
  const { code, stdout, stderr } = await runToEnd(
    checking("echo-server", "--only", "line", "--", ...SHOUTING),
  );
  assertEquals([code, stderr], [1, ""]);
  assertMatch(stdout, /✗ line/);
  assertMatch(stdout, /^ +due +"/m);
  assertMatch(stdout, /^ +\^ |\^$/m);
  assertMatch(stdout, /Exit code 1: a case of the book fails\.\n$/);
});

Deno.test("a program that runs already is tried where it is", async () => {
  const port = String(freePort());
  await using fixed = start([DENO, ...SHOUTING.slice(1), port]);
  await fixed.printed("ready");
  const { code, stdout } = await runToEnd(
    checking("echo_server", "--only", "line", "--only", "restart", "--json", `127.0.0.1:${port}`),
  );
  const [line, restart, summary] = stdout.trimEnd().split("\n").map((text) => JSON.parse(text));
  assertEquals([code, line.verdict, line.counts], [1, "fails", true]);
  assertEquals([restart.verdict, restart.counts], ["skipped", false]);
  assertMatch(restart.note, /needs to start the program itself/);
  assertEquals([summary.cases, summary.failsBook, summary.exitCode], [2, 1, 1]);
});

Deno.test({
  name: "what cannot be started is told apart in words, with the way out (needs chmod)",
  ignore: !isUnix,
  async fn() {
    const folder = await Deno.makeTempDir();
    const there = async (name: string, text: string, mode: number) => {
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode });
      await Deno.chmod(`${folder}/${name}`, mode);
    };
    try {
      await there("my.c", "int main() {}\n", 0o644);
      await there("all.c", "int main() {}\n", 0o755);
      await there("my.py", "print()\n", 0o644);
      await there("plain", "", 0o644);
      await there("usage", "#!/bin/sh\necho 'Usage: usage <IP> <port>' >&2\nexit 1\n", 0o755);
      await there("silent", "#!/bin/sh\necho\nexit 3\n", 0o755);
      await there("lost", "#!/nowhere/python3\n", 0o755);
      const wrong: [program: string, said: RegExp, advice: RegExp][] = [
        [
          "./my.c",
          /Cannot start "\.\/my\.c": the file is not executable/,
          /gcc \.\/my\.c -o \.\/my/,
        ],
        ["my.c", /no program of this name/, /gcc my\.c -o my, then \.\/my/],
        ["./all.c", /ended before it listened \(exit\(2\)\)/, /Compile it/],
        ["./my.py", /not executable/, /python3 \.\/my\.py/],
        ["./plain", /not executable/, /chmod \+x \.\/plain/],
        ["./nothing", /no such file/, /whether it was compiled/],
        ["plain", /no program of this name/, /put \.\/ in front: \.\/plain/],
        [".", /no program of this name|it is a folder/, /\S/],
        ["./lost", /no such file|what it needs to run is not there/, /\S/],
        [
          "./usage",
          /ended before it listened \(exit\(1\)\); it said:\n {2}│ Usage: usage/,
          /--port N/,
        ],
        ["./silent", /ended before it listened \(exit\(3\)\); it printed nothing\n/, /--port N/],
      ];
      for (const [program, said, advice] of wrong) {
        const { code, stdout, stderr } = await runToEnd(
          checking("echo_server", program),
          { cwd: folder },
        );
        assertEquals([code, stdout], [1, ""], stderr);
        assertMatch(stderr, said);
        assertMatch(stderr.split("\n").at(-2)!, advice);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("without --allow-run it names the flag; with nobody at an address it says so", async () => {
  const run = checking("echo_server", "./x").filter((arg) => arg !== "--allow-run");
  const refused = await runToEnd(run as [string, ...string[]]);
  assertEquals(refused.code, 1);
  assertMatch(
    refused.stderr,
    /not allowed to run programs\n {2}Run it with deno run -N --allow-run/,
  );
  const nobody = await runToEnd(checking("echo_server", "127.0.0.1:1"));
  assertEquals(nobody.code, 1);
  assertMatch(
    nobody.stderr,
    /Cannot connect to 127\.0\.0\.1:1: connection refused\n {2}Start your/,
  );
});

Deno.test("a program that cannot be tried is an error in both reports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/report.xml`;
    const [command, run, net, allowRun, ...args] = checking(
      "echo_server",
      "--json",
      "--junit",
      file,
      "./nothing",
    );
    const allow = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    const { code, stdout } = await runToEnd([command, run, net, allowRun, ...allow, ...args]);
    const { event, program, reason, exitCode } = JSON.parse(stdout);
    assertEquals([code, event, program], [1, "error", "./nothing"]);
    assertEquals([reason, exitCode], ["cannot-start", 1]);
    const xml = await Deno.readTextFile(file);
    assertMatch(xml, /tests="1" failures="0" errors="1"/);
    assertMatch(xml, /<error type="cannot-start" message="Cannot start /);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test({
    name: `${signal} ends check and what it has started, and it says how far it was`,
    ignore: !isUnix,
    async fn() {
      const silent = await Deno.makeTempFile({ suffix: ".ts" });
      try {
        const port = String(freePort());
        // It tells where it is by listening, and never answers.
        await Deno.writeTextFile(
          silent,
          `const l = Deno.listen({ hostname: "127.0.0.1", port: ${port} });
           for await (const c of l) { void c; }`,
        );
        const program = [DENO, "run", "-N", silent];
        await using check = start(
          checking("echo_server", "--timeout", "100s", "--port", port, "--", ...program),
        );
        await listens(Number(port));
        check.kill(signal);
        const { code, stdout, stderr } = await check.result();
        assertEquals([code, stdout], [exitCode, ""], stderr);
        assertMatch(stderr, new RegExp(`Stopped by ${signal}: 0 of [0-9]+ cases were done`));
        // Its port is free again: nothing of the program is left.
        Deno.listen({ hostname: "127.0.0.1", port: Number(port) }).close();
      } finally {
        await Deno.remove(silent);
      }
    },
  });
}

async function listens(port: number): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

Deno.test({
  name: "on a terminal it says how far it is, and the line is gone at the end (needs script)",
  ignore: !has("script"),
  async fn() {
    const { stdout } = await runToEnd(
      onTerminal(checking("echo_server", "--only", "line", "--", ...SHOUTING)),
    );
    assertStringIncludes(stdout, "\r0 of 1 cases …\x1b[K");
    const [before, after] = stdout.split("\r\x1b[K");
    assertEquals(before.includes("\n"), false, before);
    assertMatch(after, /^echo_server {2}/);
  },
});
