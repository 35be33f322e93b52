import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { built, compiler, EXE, TEMPORARY } from "./executables.ts";
import { has, onTerminal, runToEnd, start } from "./support.ts";

const ignore = compiler === null;
const windows = Deno.build.os === "windows";
const NAMES = ["hello_server", "hello_client", "hello_server_iterative", "echo_server"];

/** An executable of this name with its arguments. */
async function executable(name: string, ...args: string[]): Promise<[string, ...string[]]> {
  return [`${await built()}/${name}${EXE}`, ...args];
}

/** An environment with nothing in it: no Deno on the PATH, a home that is empty. */
function bareEnvironment(home: string): Record<string, string> {
  return { PATH: home, HOME: home, TMPDIR: home };
}

for (const name of [...NAMES, "echo_client"]) {
  Deno.test(`--help and --version reach the executable ${name}`, { ignore }, async () => {
    const help = await runToEnd(await executable(name, "--help"));
    const expected = await Deno.readTextFile(new URL(`help/${name}.txt`, import.meta.url));
    assertEquals([help.code, help.stdout, help.stderr], [0, expected, ""]);
    const { stdout } = await runToEnd(await executable(name, "--version"));
    assertMatch(stdout, new RegExp(`^${name} \\(tcplab\\) [0-9.]+\\n$`));
  });
}

Deno.test("the executable tcplab lists the programs and gives their help", { ignore }, async () => {
  const list = await runToEnd(await executable("tcplab"));
  const expected = await Deno.readTextFile(new URL("help/tcplab.txt", import.meta.url));
  assertEquals([list.code, list.stdout, list.stderr], [0, expected, ""]);
  const help = await runToEnd(await executable("tcplab", "help", "echo-server"));
  assertEquals(
    help.stdout,
    (await Deno.readTextFile(new URL("help/echo_server.txt", import.meta.url)))
      .replace(/^(Usage:| ) (?=echo_server )/gm, "$1 tcplab ")
      .replace("echo_client 127", "tcplab echo_client 127"),
  );
});

Deno.test("executables greet and echo over real sockets, with the book's words", {
  ignore,
}, async () => {
  await using hello = start(await executable("hello_server", "0"));
  const client = await executable("hello_client", "127.0.0.1", String(await hello.port()));
  assertEquals((await runToEnd(client)).stdout, "Message from server: Hello World! \n");
  assertEquals((await hello.result()).stdout, "New Client connected...\n");

  await using echo = start(await executable("echo_server", "--clients", "1", "0"));
  const dialogue = await executable("echo_client", "127.0.0.1", String(await echo.port()));
  assertEquals(
    (await runToEnd(dialogue, { input: "hello world\nhi!\nq\n" })).stdout,
    "Connected......\nMessage from server: hello world\nMessage from server: hi!\n",
  );
  const { code, stdout } = await echo.result();
  assertEquals([code, stdout], [0, "Connected client 1\n"]);
});

Deno.test("a million bytes come back through two executables as they went", {
  ignore,
}, async () => {
  const input = Array.from({ length: 50_000 }, (_, i) => `line ${i}`.padEnd(19, "·") + "\n").join(
    "",
  );
  await using server = start(await executable("tcplab", "echo_server", "--clients", "1", "0"));
  const { code, stdout } = await runToEnd(
    await executable("tcplab", "echo_client", "--quiet", "127.0.0.1", String(await server.port())),
    { input },
  );
  assertEquals(code, 0);
  assert(stdout === input, "the replies differ from what was sent");
});

Deno.test("the exit code of an executable is 1 for bad luck and 2 for bad use", {
  ignore,
}, async () => {
  for (const name of ["echo_client", "tcplab"]) {
    const program = name === "tcplab" ? ["hello_client"] : [];
    const use = await runToEnd(await executable(name, ...program, "127.0.0.1", "80x"));
    assertEquals([use.code, use.stdout], [2, ""]);
    assertMatch(use.stderr, /client: Cannot use port "80x": .*\nUsage: (tcplab )?\w+_client \[/);
    const luck = await runToEnd(await executable(name, ...program, "127.0.0.1", "1"));
    assertEquals([luck.code, luck.stdout], [1, ""]);
    assertMatch(luck.stderr, /client: Cannot connect to 127.0.0.1:1: connection refused\n/);
  }
});

Deno.test("executables speak Chinese when they are asked to, or the system does", {
  ignore,
}, async () => {
  for (const name of ["echo_client", "tcplab"]) {
    const program = name === "tcplab" ? ["echo_client"] : [];
    const refused = await runToEnd(
      await executable(name, ...program, "--lang", "zh", "127.0.0.1", "1"),
    );
    assertMatch(refused.stderr, /^echo_client: 无法连接 127\.0\.0\.1:1：连接被拒绝\n/);
    if (windows) continue; // its language is that of the user
    const env = { LC_ALL: "zh_CN.UTF-8" };
    const wrong = await runToEnd(await executable(name, ...program, "127.0.0.1", "80x"), { env });
    assertMatch(wrong.stderr, /\n用法：(tcplab )?echo_client \[选项\] <host> <port>\n$/);
  }
  const help = await runToEnd(await executable("tcplab", "--lang", "zh", "help", "relay"));
  const expected = await Deno.readTextFile(new URL("help/relay.zh.txt", import.meta.url));
  assertEquals(
    help.stdout.replaceAll("tcplab relay", "relay").replace("tcplab echo", "echo"),
    expected,
  );
});

Deno.test("an executable runs with an empty home, no Deno on the PATH, and leaves no file", {
  ignore: ignore || windows,
}, async () => {
  const home = `${TEMPORARY}/home`;
  await Deno.mkdir(home);
  const bare = { clearEnv: true, env: bareEnvironment(home), cwd: home };
  for (const [name, ...program] of [["hello_server"], ["tcplab", "hello_server"]]) {
    await using server = start(await executable(name, ...program, "0"), bare);
    const port = String(await server.port());
    const client = await executable("hello_client", "--quiet", "127.0.0.1", port);
    assertEquals((await runToEnd(client, bare)).stdout, "Hello World!");
    assertEquals((await server.result()).code, 0);
  }
  assertEquals([...Deno.readDirSync(home)], []);
});

// A mount namespace of its own with everything in it read-only. Linux, and not in every container.
const READ_ONLY = "mount --make-rprivate / && " +
  "for at in $(cut -d' ' -f2 /proc/mounts | tac); do " +
  'case $at in /proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$at" ;; esac; done';
const canBeReadOnly = has("unshare") &&
  new Deno.Command("unshare", {
    args: ["-r", "-m", "sh", "-c", `${READ_ONLY} && ! touch '${TEMPORARY}/x'`],
    stdout: "null",
    stderr: "null",
  }).outputSync().success;

Deno.test("an executable runs where nothing can be written (needs unshare)", {
  ignore: ignore || !canBeReadOnly,
}, async () => {
  const [path] = await executable("tcplab");
  await using server = start([
    "unshare",
    "-r",
    "-m",
    "sh",
    "-c",
    `${READ_ONLY}; ! touch '${TEMPORARY}/x' && exec '${path}' hello_server 0`,
  ]);
  const client = await executable("hello_client", "127.0.0.1", String(await server.port()));
  assertEquals((await runToEnd(client)).stdout, "Message from server: Hello World! \n");
  assertEquals((await server.result()).code, 0);
});

Deno.test("Ctrl-C ends an echo_server executable in order (needs script)", {
  ignore: ignore || !has("script"),
}, async () => {
  await using server = start(onTerminal(await executable("echo_server", "--forever", "0")));
  await server.printed(/Listening on [0-9.:]+/);
  await server.type("\x03");
  const { code, stdout } = await server.result();
  assertEquals(code, 0);
  assertMatch(stdout, /SIGINT/);
});

Deno.test("SIGTERM ends an executable in order, and a second one at once with 143", {
  ignore: ignore || windows,
}, async () => {
  await using server = start(await executable("echo_server", "--forever", "0"));
  const conn = await Deno.connect({ port: await server.port() });
  await conn.write(new Uint8Array([1]));
  await conn.read(new Uint8Array(1)); // so it is being served
  server.kill("SIGTERM");
  await server.said(/SIGTERM/);
  server.kill("SIGTERM");
  assertEquals((await server.result()).code, 143);
  conn.close();
});

Deno.test("--workers: the threads of an executable serve as one, under every name (Linux)", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  const options = ["--workers", "2", "--concurrent", "4", "--clients", "4", "0"];
  for (
    const command of [
      await executable("echo_server", ...options),
      await executable("tcplab", "echo_server", ...options),
    ]
  ) {
    await using server = start(command);
    const port = await server.port();
    for (let i = 1; i <= 4; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode("hello"));
      await conn.closeWrite();
      assertEquals(await new Response(conn.readable).text(), "hello");
    }
    const { code, stdout } = await server.result();
    assertEquals(code, 0);
    const clients = stdout.trim().split("\n").sort();
    assertEquals(clients, [1, 2, 3, 4].map((i) => `Connected client ${i}`));
  }
});

Deno.test("an executable knows a terminal from a pipe (needs script)", {
  ignore: ignore || !has("script"),
}, async () => {
  await using server = start(await executable("echo_server", "--clients", "2", "0"));
  const client = await executable("echo_client", "127.0.0.1", String(await server.port()));
  await using dialogue = start(onTerminal(client));
  await dialogue.printed("Input message(Q to quit):");
  await dialogue.type("hi!\n");
  await dialogue.printed("Message from server: hi!");
  await dialogue.type("Q\n");
  assertEquals((await dialogue.result()).code, 0);
  const piped = await runToEnd(client, { input: "hi!\nQ\n" });
  assertEquals(piped.stdout, "Connected......\nMessage from server: hi!\n");
  assertEquals((await server.result()).code, 0);
});

Deno.test("an executable shows colours on a terminal, unless NO_COLOR is set (needs script)", {
  ignore: ignore || !has("script"),
}, async () => {
  const lab = onTerminal(await executable("tcplab", "labs", "boundary"));
  const env = { PATH: Deno.env.get("PATH")!, TERM: "xterm" };
  const coloured = await runToEnd(lab, { clearEnv: true, env });
  const plain = await runToEnd(lab, { clearEnv: true, env: { ...env, NO_COLOR: "1" } });
  assertEquals([coloured.code, plain.code], [0, 0]);
  assert(coloured.stdout.includes("\x1b["), coloured.stdout);
  assert(!plain.stdout.includes("\x1b["), plain.stdout);
});

Deno.test("tcplab writes a page where it is run, and nowhere else", { ignore }, async () => {
  const folder = `${TEMPORARY}/page`;
  await Deno.mkdir(folder);
  const [path] = await executable("tcplab");
  const here = await runToEnd([path, "labs", "boundary", "--html", "lab.html"], { cwd: folder });
  assertEquals(here.code, 0, here.stderr);
  assert((await Deno.stat(`${folder}/lab.html`)).size > 1000);
  for (const file of ["../lab.html", `${TEMPORARY}/lab.html`]) {
    const there = await runToEnd([path, "labs", "--html", file], { cwd: folder });
    assertEquals([there.code, there.stdout], [1, ""]);
    assertMatch(there.stderr, /not allowed to write files\n {2}The executable writes where it is/);
  }
});

Deno.test("tcplab under a program's name is that program: link, copy and spelling", {
  ignore: ignore || windows,
}, async () => {
  const folder = `${TEMPORARY}/names`;
  await Deno.mkdir(folder);
  const [path] = await executable("tcplab");
  await Deno.symlink(path, `${folder}/echo_server`);
  await Deno.symlink(path, `${folder}/echo-client`);
  await Deno.copyFile(path, `${folder}/hello_client`);
  await Deno.symlink(path, `${folder}/other`);
  for (
    const [name, program] of [
      ["echo_server", "echo_server"],
      ["echo-client", "echo_client"],
      ["hello_client", "hello_client"],
      ["other", "tcplab"],
    ]
  ) {
    const { code, stdout } = await runToEnd([`${folder}/${name}`, "--help"]);
    const help = await Deno.readTextFile(new URL(`help/${program}.txt`, import.meta.url));
    assertEquals([code, stdout], [0, help]);
  }
  // Found on the PATH, and with arguments of its own.
  const env = { PATH: folder };
  await using server = start(["echo_server", "--clients", "1", "0"], { env });
  const port = String(await server.port());
  const { stdout } = await runToEnd(["echo-client", "--quiet", "127.0.0.1", port], {
    env,
    input: "hi!\n",
  });
  assertEquals(stdout, "hi!\n");
  assertEquals((await server.result()).code, 0);
});

Deno.test("a program named to tcplab wins over the name of a link, and -- hides it", {
  ignore: ignore || windows,
}, async () => {
  const link = `${TEMPORARY}/echo_client`;
  await Deno.symlink((await executable("tcplab"))[0], link);
  const named = await runToEnd([link, "hello_client", "--help"]);
  assertMatch(named.stdout, /^Usage: tcplab hello_client /);
  // A host of that name: a copy asks for no more than its file's name.
  const host = await runToEnd([link, "--", "hello_client", "99999"]);
  assertMatch(host.stderr, /^echo_client: Cannot use port "99999"/);
});
