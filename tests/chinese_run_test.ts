/**
 * Programs that speak Chinese: what fails, what servers tell, and who asks for which language.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { widthOf } from "../src/cli/columns.ts";
import { bytes, saidAs, textOf, words } from "../src/cli/failure.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { Output } from "../src/cli/output.ts";
import { ZH as ZH_OF_CLI } from "../src/cli/zh.ts";
import { echoClient } from "../src/echo_client.ts";
import { echoServer } from "../src/echo_server.ts";
import { helloClient } from "../src/hello_client.ts";
import type { Net } from "../src/net/net.ts";
import { assertChinese } from "./chinese_support.ts";
import {
  echoing,
  runInside,
  say,
  type Server,
  serverThat,
  waitingStderr,
} from "./client_support.ts";
import { connect, echo, readAll, Serving, talk } from "./server_support.ts";
import { DENO, freePort, has, onTerminal, ROOT, runToEnd, start, tcplab } from "./support.ts";

const onWindows = Deno.build.os === "windows";
const ZH = ["--lang", "zh"];
const CHINESE_SYSTEM = { env: { LC_ALL: "zh_CN.UTF-8" } };

/** All that net/ may throw at bind() and connect(). */
const ERRORS: Error[] = [
  new Deno.errors.ConnectionRefused(),
  new Deno.errors.AddrInUse(),
  new Deno.errors.AddrNotAvailable(),
  new Deno.errors.PermissionDenied(),
  new Deno.errors.NotCapable(),
  new Deno.errors.NetworkUnreachable(),
  new Deno.errors.TimedOut(),
  new Deno.errors.ConnectionReset(),
  new Deno.errors.ConnectionAborted(),
  new Deno.errors.BrokenPipe(),
  new Deno.errors.NotConnected(),
  new Deno.errors.IsADirectory(),
  Object.assign(new Error("no route"), { code: "EHOSTUNREACH" }),
  Object.assign(new TypeError("invalid"), { code: "EINVAL" }),
  new Error("failed to lookup address information"),
];

Deno.test("whatever bind() and connect() fail of is told in Chinese, with its way out", async () => {
  const places: [args: string[], ways: string[][]][] = [
    [["echo_server"], [["0"], ["80"], ["9190"], ["--host", "fe80::1", "0"], [
      "--host",
      "fe80::1%eth0",
      "9190",
    ]]],
    [["hello_client"], [["127.0.0.1", "9190"], ["::1", "9190"], ["fe80::1", "9190"], [
      "fe80::1%x",
      "9190",
    ]]],
  ];
  let advised = 0;
  for (const error of ERRORS) {
    const net: Net = {
      listen() {
        throw error;
      },
      connect: () => Promise.reject(error),
    };
    for (const [[program], ways] of places) {
      for (const way of ways) {
        const args = [program, ...ZH, ...way];
        const { code, stdout, stderr } = await runInside(main, args, { net });
        if (error instanceof Deno.errors.BrokenPipe && code === 0) continue;
        assertEquals([code, stdout], [1, ""], args.join(" "));
        assertMatch(stderr, new RegExp(`^${program}: 无法(绑定|连接) `));
        // The system's own words are as they are.
        assertChinese(stderr.replace(/：invalid$/m, ""));
        advised += Number(stderr.trimEnd().includes("\n  "));
      }
    }
  }
  assert(advised > 50, `${advised}`);
});

/** What a server does wrong, and what the client gets to send. */
const TALKS: Record<
  string,
  { server(conn: Deno.TcpConn, it: Server): Promise<void>; args?: string[]; input?: string }
> = {
  "closes at once": { server: () => Promise.resolve() },
  "closes in the middle of a reply": {
    async server(conn, it) {
      await it.line(conn);
      await say(conn, "hel");
    },
  },
  "answers wrongly": {
    async server(conn, it) {
      await it.line(conn);
      await say(conn, "hexxo\n");
    },
  },
  "answers wrongly, without a newline": {
    async server(conn, it) {
      await it.line(conn);
      await say(conn, "he!");
    },
  },
  "says too much": {
    async server(conn, it) {
      await say(conn, await it.line(conn) + "more\n");
      await it.line(conn);
    },
  },
  "is silent": {
    async server(conn, it) {
      await it.line(conn);
      await it.line(conn);
      await it.line(conn);
    },
    args: ["--reply-timeout", "100ms"],
  },
  "gets input behind a Q": {
    async server(conn, it) {
      await say(conn, await it.line(conn));
      await it.line(conn);
    },
    input: "hello\nq\nmore\n",
  },
  "gets a line that is too long": {
    async server(conn, it) {
      for (let line; (line = await it.line(conn)) !== "";) await say(conn, line);
    },
    args: ["--max-line", "4"],
    input: "abc\nhello\n",
  },
};

for (const isTerminal of [false, true]) {
  const how = isTerminal ? "in a dialogue" : "with piped input";
  for (const [what, { server, args = [], input = "hello\nhi\n" }] of Object.entries(TALKS)) {
    Deno.test(`echo_client ${how} tells in Chinese of a server that ${what}`, async () => {
      await using it = serverThat(server);
      const { stdout, stderr } = await runInside(
        echoClient,
        [...ZH, ...args, ...it.at],
        { input, isTerminal },
      );
      // The book's words stay as they are.
      assertMatch(stdout, /^Connected\.\.\.\.\.\.\n/);
      if (isTerminal) assertStringIncludes(stdout, "Input message(Q to quit):");
      if (isTerminal && what === "gets input behind a Q") return assertEquals(stderr, "");
      assertMatch(stderr, /^\n?echo_client: /);
      assertChinese(stderr);
    });
  }
}

Deno.test("hello_client tells in Chinese of a server that says nothing, and keeps the book's words", async () => {
  await using silent = serverThat(() => Promise.resolve());
  const { code, stderr } = await runInside(helloClient, [...ZH, ...silent.at]);
  assertEquals(code, 1);
  assertChinese(stderr);
  await using greeting = serverThat((conn) => say(conn, "Hello World!"));
  const { stdout } = await runInside(helloClient, [...ZH, ...greeting.at]);
  assertEquals(stdout, "Message from server: Hello World! \n");
});

Deno.test("--wait tells in Chinese what it waits for", async () => {
  const { stderr } = await runInside(
    helloClient,
    [...ZH, "--wait", "--connect-timeout", "50ms", "127.0.0.1", `${freePort()}`],
  );
  assertMatch(stderr, /^正在等待 127\.0\.0\.1:[0-9]+ 上的服务器\n.*：超时（连接被拒绝）\n$/);
  assertChinese(stderr);
});

Deno.test({
  name: "a server on a Chinese system tells all in Chinese but the book's words",
  ignore: onWindows, // its language is that of the user, and SIGTERM ends a program there
  async fn() {
    const args = ["--forever", "--concurrent", "2", "--max-per-address", "1", "0"];
    await using server = start(tcplab("echo_server", ...args), CHINESE_SYSTEM);
    const port = await server.port();
    using first = await connect(port);
    await echo(first, "hello");
    using refused = await connect(port);
    await readAll(refused);
    await first.closeWrite();
    await server.said(
      /^客户端 1（127\.0\.0\.1:[0-9]+）：收到 5 字节，发送 5 字节，用时 [0-9.]+ s；服务完毕$/m,
    );
    server.kill("SIGTERM");
    const { code, stdout, stderr } = await server.result();
    assertEquals([code, stdout], [0, "Connected client 1\n"]);
    assertMatch(stderr, /^拒绝了一个客户端（127\.0\.0\.1:[0-9]+）：来自该地址的客户端太多$/m);
    assertMatch(stderr, /^收到 SIGTERM：/m);
    assertMatch(stderr, /\n共服务 1 个客户端，拒绝 1 个：收到 5 字节，发送 5 字节，用时 .*\n$/);
    assertChinese(stderr);
  },
});

Deno.test({
  name: "the threads of --workers speak Chinese, too",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const [deno, run, ...rest] = tcplab(
      "echo_server",
      ...ZH,
      "--workers",
      "2",
      "--concurrent",
      "2",
    );
    const command: [string, ...string[]] = [deno, run, "--unstable-net", "--allow-read", ...rest];
    await using server = start([...command, "--clients", "1", "0"]);
    assertEquals(await talk(await server.port(), "x"), "x");
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assertMatch(stderr, /^客户端 1（/m);
    assertChinese(stderr);
    // What a thread fails of is said in the main one.
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const failed = await runToEnd([...command, `${taken.addr.port}`]);
    assertMatch(
      failed.stderr,
      /^echo_server: 无法绑定 .*：地址已被占用\n {2}已有其他程序在那里监听。/,
    );
  },
});

Deno.test("who asks for a language gets it, whatever the system speaks", {
  ignore: onWindows, // see above
}, async () => {
  // Not empty but unset: the environment of this test has one.
  const unset = ["env", "-u", "LC_ALL", "-u", "LC_MESSAGES", "-u", "LANG"] as const;
  const speaks = async (args: string[], env: Record<string, string>) => {
    const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const { stdout, stderr } = await runToEnd([...unset, ...set, ...tcplab(...args)]);
    return /^(Usage: )|^(用法：)/m.exec(stdout + stderr)?.[1] ? "en" : "zh";
  };
  const wrong = ["echo_server", "x"];
  const chinese = { LANG: "zh_CN.UTF-8" };
  const english = { LANG: "en_US.UTF-8" };
  for (
    const [args, env, expected] of [
      [wrong, chinese, "zh"],
      [wrong, { ...english, LC_MESSAGES: "zh_TW.UTF-8" }, "zh"],
      [wrong, { ...chinese, LC_ALL: "C" }, "en"],
      [wrong, english, "en"],
      [[...wrong, "--lang", "en"], chinese, "en"],
      [["--lang", "en", ...wrong], chinese, "en"],
      [["--lang=en", ...wrong], chinese, "en"],
      [["--lang", "zh", ...wrong], english, "zh"],
      [["--lang", "zh", ...wrong, "--lang", "en"], chinese, "en"], // the last one
      [[...wrong, "--", "--lang", "zh"], english, "en"], // no option any more
      [[...wrong, "--json"], chinese, "en"], // for a script
      [[...wrong, "--json", "--lang", "zh"], chinese, "zh"],
      [["nonsense"], chinese, "zh"],
      [["nonsense", "--lang", "en"], chinese, "en"],
      [["help", "--lang", "zh", "echo_server"], english, "zh"],
      [["--lang", "zh", "help", "echo_server"], english, "zh"],
      [["help", "echo_server", "--lang", "zh"], english, "zh"],
      [["--lang", "zh"], english, "zh"],
      [["help", "--lang", "en"], chinese, "en"],
    ] as [string[], Record<string, string>, string][]
  ) {
    assertEquals(await speaks(args, env), expected, `${JSON.stringify(env)} ${args.join(" ")}`);
  }
});

Deno.test("a program inside another one speaks English unless it is told otherwise", async () => {
  for (const [lang, expected] of [[undefined, /Missing/], ["zh", /缺少/]] as const) {
    let said = "";
    await echoClient([], worldInMemory({ onSay: (text) => said += text, lang }));
    assertMatch(said, expected);
  }
});

Deno.test("a world may say how programs are called there", async () => {
  let said = "";
  const world = worldInMemory({ onSay: (text) => said += text });
  await echoClient([], { ...world, commandOf: (program) => `./${program}` });
  assertStringIncludes(said, "\nUsage: ./echo_client [options] <host> <port>\n");
});

Deno.test("one byte is one byte, and what only looks like a place stays as it is", () => {
  const chinese = { lang: "zh", dictionary: ZH_OF_CLI, commandOf: (it: string) => it } as const;
  assertEquals([1, 2].map((n) => textOf(bytes(n))), ["1 byte", "2 bytes"]);
  assertEquals([1, 2].map((n) => textOf(bytes(n), chinese)), ["1 字节", "2 字节"]);
  assertEquals(textOf(saidAs("Cannot read {0}")), "Cannot read {0}"); // a recording's, say
  assertEquals(textOf(words`${"{1}"} and ${"{0}"}`), "{1} and {0}");
});

Deno.test("--json is English in any language", {
  ignore: onWindows,
}, async () => {
  await using server = start(
    tcplab("echo_server", "--json", "--lang", "zh", "--clients", "1", "0"),
  );
  const [, port] = await server.printed(/"event":"listening".*"port":([0-9]+)/);
  assertEquals(await talk(Number(port), "x"), "x");
  const { stdout, stderr } = await server.result();
  assertEquals(/\p{Script=Han}/u.test(stdout), false, stdout);
  assertEquals(stderr, "");
});

Deno.test("a wrong --lang of tcplab is told, and nothing else done", async () => {
  for (
    const [args, message] of [
      [["--lang", "fr"], 'Cannot use --lang "fr": not one of en, zh'],
      [["--lang=fr", "echo_server"], 'Cannot use --lang "fr": not one of en, zh'],
      [["--lang"], 'Cannot use --lang "": not one of en, zh'],
      [["help", "--lang", "fr"], 'Cannot use --lang "fr": not one of en, zh'],
    ] as [string[], string][]
  ) {
    const { code, stdout, stderr } = await runInside(main, args);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `tcplab: ${message}\nUsage: tcplab <program> [argument ...]\n`);
  }
});

Deno.test("every file that cannot be written is told in Chinese", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-chinese-" });
  try {
    await Deno.writeTextFile(`${folder}/there.html`, "");
    await Deno.mkdir(`${folder}/folder.html`);
    for (const path of [`${folder}/there.html`, `${folder}/folder.html`, `${folder}/no/x.html`]) {
      const { code, stderr } = await runInside(main, ["labs", ...ZH, "--html", path, "refused"]);
      assertEquals(code, 1);
      assertMatch(stderr, /^labs: 无法写入 "/);
      assertChinese(stderr);
    }
    const replay = await runInside(main, ["relay", ...ZH, "--replay", `${folder}/no.jsonl`]);
    assertMatch(replay.stderr, /^relay: 无法读取 ".*"：没有这个文件\n$/);
    await Deno.writeTextFile(`${folder}/there.jsonl`, "{}\n");
    const wrong = await runInside(main, ["relay", ...ZH, "--replay", `${folder}/there.jsonl`]);
    assertMatch(wrong.stderr, /^relay: 无法读取 ".*"：第 1 行不是中继的事件（.*）\n {2}用 relay/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server inside another program is known to listen in Chinese, too", async () => {
  await using server = new Serving(echoServer, [...ZH, "--clients", "1", "0"]);
  assertEquals(await talk((await server.listening)!, "x"), "x");
  assertEquals(await server.end(), 0);
  assertChinese(server.stderr);
});

Deno.test("demo is Chinese but for the book's words, and shows each call as in English", async () => {
  const [{ stdout, stderr }, english] = await Promise.all([
    runInside(main, ["demo", ...ZH]),
    runInside(main, ["demo"]),
  ]);
  assertEquals(stderr, "");
  assertChinese(stdout.replace(/^.*> .*$/gm, "").replace(/SIG\w+/g, ""));
  // Which side comes first may differ from run to run, the calls do not.
  const callsIn = (text: string) => text.match(/\b[a-z]+\(/g)!.sort();
  assertEquals(callsIn(stdout.split("观察结果")[0]), callsIn(english.stdout.split("What was")[0]));
  for (const call of ["accept() 等待", "write(12 字节) = 12 字节", "read() = 0，数据流结束"]) {
    assertStringIncludes(stdout, call);
  }
  assertMatch(stdout, / = 从 127\.0\.0\.1:[0-9]+\n/);
});

Deno.test("relay tells in Chinese whom it could not reach", async () => {
  const nobody = freePort();
  await using relay = new Serving(main, [
    "relay",
    ...ZH,
    "--clients",
    "1",
    "0",
    "127.0.0.1",
    `${nobody}`,
  ]);
  const conn = await connect((await relay.listening)!);
  await readAll(conn);
  conn.close();
  assertEquals(await relay.end(), 0);
  assertMatch(relay.stdout, new RegExp(`无法连接 127\\.0\\.0\\.1:${nobody}：连接被拒绝\n`));
  assertChinese(relay.stdout + relay.stderr);
});

Deno.test("lines that were not shown are counted in Chinese", async () => {
  const taken = Promise.withResolvers<void>();
  const it = waitingStderr(() => taken.promise);
  const output = new Output(it.streams, {
    lang: "zh",
    dictionary: ZH_OF_CLI,
    commandOf: (it) => it,
  });
  for (let i = 0; i < 30_000; i++) output.say(words`${"x".repeat(100)}`);
  taken.resolve();
  await output.said();
  assertMatch(it.said, /\n有 [0-9]+ 行没有显示\n$/);
});

Deno.test({
  name: "help is as wide as a narrow terminal, in both languages",
  ignore: !has("script"),
  async fn() {
    for (const lang of ["en", "zh"]) {
      for (const args of [["help", "relay"], ["help", "labs"], []]) {
        const command = ["stty", "cols", "50", ";", ...tcplab("--lang", lang, ...args)].join(" ");
        const { stdout } = await runToEnd(onTerminal(["sh", "-c", command]));
        const [text] = stdout.replaceAll("\r", "").split(/^Examples:|^示例：/m);
        const lines = text.split("\n");
        // A usage line and examples are left to the terminal: who copies them gets them whole.
        const wide = lines.filter((line) => widthOf(line) > 50 && !line.includes("main.ts"));
        assertEquals(wide, [], lines.join("\n"));
        assert(lines.some((line) => widthOf(line) > 40), lines.join("\n"));
        // Beside its longest options there is no room.
        if (args[1] === "relay") assertStringIncludes(text, "\n      --cut N\n          ");
      }
    }
  },
});

Deno.test("--trace tells in Chinese what is no name of a call, and the bytes as they are", async () => {
  await using it = echoing();
  const talk = (...options: string[]) =>
    runInside(echoClient, [...options, ...it.at], { input: "5 bytes\n" });
  const traced = await talk(...ZH, "--trace");
  assertChinese(traced.stderr);
  assertMatch(traced.stderr, / ms {2}connect\(127\.0\.0\.1:[0-9]+\) = 从 127\.0\.0\.1:[0-9]+\n/);
  assertMatch(traced.stderr, / ms {2}write\(127\.0\.0\.1:[0-9]+, 8 字节\) = 8 字节\n/);
  assertMatch(traced.stderr, / ms {2}read\(127\.0\.0\.1:[0-9]+\) = 0，数据流结束\n/);
  const withBytes = await talk(...ZH, "--trace=bytes");
  assertMatch(withBytes.stderr, / = 8 字节 {2}5 bytes\\n\n/);
  // The same calls as in English.
  const english = await talk("--trace");
  const callsIn = (text: string) => text.match(/ ms {2}[a-z]+\(/g);
  assertEquals(callsIn(traced.stderr), callsIn(english.stderr));
  assertMatch(english.stderr, /, 8 bytes\) = 8 bytes\n/);
});

Deno.test(
  "a program inside another one is its host's, not the process's: English, by its plain name",
  {
    ignore: onWindows, // its language is that of the user
  },
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "tcplab-chinese-" });
    try {
      const url = (path: string) => JSON.stringify(new URL(path, ROOT).href);
      const file = `${folder}/echo_client.ts`; // as if it were the program itself
      await Deno.writeTextFile(
        file,
        `import { worldInMemory } from ${url("src/cli/in_memory.ts")};
       import { echoClient } from ${url("src/echo_client.ts")};
       await echoClient([], worldInMemory({ onSay: (text) => console.log(text) }));`,
      );
      const { stdout } = await runToEnd([DENO, "run", "-N", file], CHINESE_SYSTEM);
      assertMatch(stdout, /^echo_client: Missing argument <host>\n+Usage: echo_client \[options\]/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("check --json tells a failure in the language that is asked for, else in English", async () => {
  for (const [options, message] of [[[], /^Cannot start /], [ZH, /^无法启动 /]] as const) {
    const args = ["check", "--json", ...options, "echo_server", "./nosuch"];
    const { code, stdout } = await runInside(main, args);
    assertEquals(code, 1);
    assertMatch(JSON.parse(stdout).message, message);
  }
});
