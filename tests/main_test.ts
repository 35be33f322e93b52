import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { runInside } from "./client_support.ts";
import {
  DENO,
  EMULATED,
  pathOf,
  ROOT,
  runToEnd,
  runUnread,
  start,
  tcplab,
  TYPED_DENO,
} from "./support.ts";

const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
const HELP = new URL("help/", import.meta.url);

Deno.test("tcplab alone, help, --help and -h list the programs", async () => {
  const list = await Deno.readTextFile(new URL("tcplab.txt", HELP));
  const listed = { code: 0, stdout: list, stderr: "" };
  for (const args of [[], ["help"], ["--help"], ["-h"], ["help", "--help"]]) {
    assertEquals(await runInside(main, args), listed);
  }
});

Deno.test("--version is the version in deno.json, of tcplab and of each program", async () => {
  assertEquals((await runToEnd(tcplab("--version"))).stdout, `tcplab ${version}\n`);
  for (const name of ["echo_server", "hello_client"]) {
    const { code, stdout } = await runInside(main, [name, "--version"]);
    assertEquals([code, stdout], [0, `${name} (tcplab) ${version}\n`]);
  }
});

Deno.test("help <program>, <program> --help and -h are the same text", async () => {
  const text = await Deno.readTextFile(new URL("echo_server.txt", HELP));
  const ways = [
    ["help", "echo_server"],
    ["help", "echo-server"],
    ["echo_server", "--help"],
    ["echo_server", "9190", "-h"],
  ];
  for (const args of ways) {
    const { code, stdout } = await runInside(main, args);
    assertEquals([code, stdout], [0, text], args.join(" "));
  }
});

const echoServerHelp = await Deno.readTextFile(new URL("echo_server.txt", HELP));

/** The help of echo_server, run by one of these, with echo_client run by the other. */
function helpBy(server: string, client: string): string {
  return echoServerHelp
    .replace(/^(Usage:| ) echo_server(?= )/gm, `$1 ${server}`)
    .replace("echo_client 127", `${client} 127`);
}

Deno.test("usage and examples name a program as one types it here", async () => {
  const deno = (...args: string[]): [string, ...string[]] => [DENO, "run", "-N", ...args];
  const beside = await Deno.makeTempDir({ prefix: "tcplab-main-" });
  try {
    for (
      const [how, [server, client], cwd] of [
        [["main.ts", "echo_server"], ["main.ts echo_server", "main.ts echo_client"], ROOT],
        [["src/echo_server.ts"], ["src/echo_server.ts", "src/echo_client.ts"], ROOT],
        [["echo_server.ts"], ["echo_server.ts", "echo_client.ts"], new URL("src/", ROOT)],
        [
          [pathOf("main.ts"), "echo_server"],
          ["main.ts echo_server", "main.ts echo_client"].map((it) => pathOf("") + it),
          beside,
        ],
      ] as [string[], string[], string | URL][]
    ) {
      const { code, stdout } = await runToEnd(deno(...how, "--help"), { cwd });
      const expected = helpBy(`${TYPED_DENO} run -N ${server}`, `${TYPED_DENO} run -N ${client}`);
      assertEquals([code, stdout], [0, expected.replaceAll("\\", "/")], how.join(" "));
    }
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
});

Deno.test("who comes by npx is told to come so again, and check needs a permission", {
  // On Windows a link to Deno needs rights; emulated it is a script, and not what runs.
  ignore: Deno.build.os === "windows" || EMULATED,
}, async () => {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-main-" });
  try {
    const npx = `${folder}/_npx/0/deno`;
    await Deno.mkdir(`${folder}/_npx/0`, { recursive: true });
    await Deno.link(DENO, npx).catch(() => Deno.copyFile(DENO, npx));
    const run = `npx -y deno@${Deno.version.deno} run -N`;
    const options = { cwd: ROOT };
    const { stderr } = await runToEnd([npx, "run", "-N", "main.ts", "check"], options);
    assertMatch(stderr, new RegExp(`\nUsage: ${run} --allow-run main\\.ts check \\[options\\] `));
    const list = await runToEnd([npx, "run", "-N", "main.ts", "ecko"], options);
    assertMatch(list.stderr, new RegExp(`\n  ${run} main\\.ts alone lists the programs\\.\n$`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("hello-server is hello_server", async () => {
  await using server = start(tcplab("hello-server", "0"));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: await server.port() });
  conn.close();
  const { code, stdout } = await server.result();
  assertEquals([code, stdout], [0, "New Client connected...\n"]);
});

Deno.test("an unknown program, also after help, is exit 2 and one message", async () => {
  const all = [["echo"], ["help", "echo"], ["echo", "9190"]].map((args) => runInside(main, args));
  for (const { code, stdout, stderr } of await Promise.all(all)) {
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^tcplab: Unknown program "echo"\nUsage: tcplab [^\n]*\n {2}[^\n]*\n$/);
  }
});

Deno.test("names that every object has are no programs, and control characters are shown", async () => {
  for (const name of ["toString", "__proto__", "constructor", "\x1b[2J"]) {
    const { code, stdout, stderr } = await runInside(main, [name, "9190"]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(
      stderr.split("\n")[0],
      `tcplab: Unknown program "${name.replace("\x1b", "\\x1b")}"`,
    );
  }
});

Deno.test("what nobody reads ends quietly", async () => {
  for (const args of [["--help"], ["--version"], ["echo_client", "--help"]]) {
    assertEquals(await runUnread(tcplab(...args)), { code: 0, stderr: "" });
  }
});
