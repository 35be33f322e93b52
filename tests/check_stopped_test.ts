import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { DENO, has, onTerminal, pathOf, runToEnd, start, within } from "./support.ts";

/** In the arguments of what the check below starts, and of nothing else. */
const MARK = `stopped-test-${Deno.pid}`;

/** A server that never listens, takes no signal, and has a child in a group of its own. */
const STUBBORN = [
  "sh",
  "-c",
  `trap '' TERM INT HUP; set -m; sh -c 'sleep 999; exit' ${MARK} & wait`,
  MARK,
];

const CHECK = [DENO, "run", "-N", "--allow-run", pathOf("main.ts"), "check", "echo_server"];

/** How many processes of it there are: the program and its child, for each that runs. */
async function left(): Promise<string[]> {
  const { stdout } = await runToEnd(["ps", "-A", "-ww", "-o", "pid=,stat=,args="]);
  return stdout.split("\n").filter((line) =>
    line.includes(MARK) && !line.includes("main.ts") && !/^ *[0-9]+ Z/.test(line)
  );
}

async function untilTheyRun(): Promise<void> {
  while ((await left()).length < 2);
}

for (
  const { name, presses } of [{ name: "Ctrl-C", presses: "\x03" }, {
    name: "Ctrl-C twice",
    presses: "\x03\x03",
  }]
) {
  Deno.test(`${name} ends a check with 130, and nothing of the program is left (needs script)`, {
    ignore: !has("script"),
  }, async () => {
    await using check = start(onTerminal([...CHECK, "--", ...STUBBORN]));
    await within(untilTheyRun(), () => `the program: ${check.stdout}`);
    await check.type(presses);
    const { code, stdout } = await check.result();
    assertEquals(code, 130, stdout);
    assertEquals(await left(), []);
  });
}

Deno.test("SIGTERM ends a check with 143, and nothing of the program is left", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const [deno, ...args] = CHECK;
  await using check = start([deno, ...args, "--", ...STUBBORN]);
  await within(untilTheyRun(), () => `the program: ${check.stderr}`);
  check.kill("SIGTERM");
  const { code, stderr } = await check.result();
  assertEquals(code, 143, stderr);
  assertMatch(stderr, /Stopped by SIGTERM/);
  assertEquals(await left(), []);
});

Deno.test("without --allow-run a check says what it needs, and asks nothing (needs script)", {
  ignore: !has("script"),
}, async () => {
  for (const permissions of [["-N"], ["-N", "--allow-run=sh"]]) {
    const command = [DENO, "run", ...permissions, pathOf("main.ts"), "check", "echo_server"];
    await using check = start(onTerminal([...command, "--", "sh", "-c", "exit 0"]));
    const { code, stdout } = await check.result();
    assertEquals(code, 1, stdout);
    assertMatch(stdout, /--allow-run/);
    assert(!stdout.includes("Allow?"), stdout);
  }
});

Deno.test("a program that is not there is a plain error, and nothing is asked (needs script)", {
  ignore: !has("script"),
}, async () => {
  for (const program of ["./no-such-program", "no-such-program", "./README.md"]) {
    await using check = start(onTerminal([...CHECK, program]));
    await check.printed(/Cannot start|Allow\?/);
    assert(!check.stdout.includes("Allow?"), check.stdout);
    assertEquals((await check.result()).code, 1);
  }
});
