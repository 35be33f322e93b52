/**
 * The programs straight from a URL: an empty DENO_DIR, no deno.json in sight.
 * The standard library is named by an import map here, as JSR cannot be reached
 * everywhere.
 */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { runToEnd, start, TYPED_DENO } from "./support.ts";
import { Newcomer, Served } from "./url_support.ts";

const ignore = Deno.build.os === "windows"; // a link to Deno needs rights there
const GREETING = "Message from server: Hello World! \n";

/** Both ways in: all programs, and each one alone. */
const WAYS: [how: string, path: (program: string) => string[]][] = [
  ["main.ts", (program) => ["main.ts", program]],
  ["their own files", (program) => [`src/${program}.ts`]],
];

for (const [how, path] of WAYS) {
  Deno.test(`all programs run from a URL, by ${how}`, { ignore }, async () => {
    await using served = new Served();
    await using newcomer = new Newcomer();
    const command = (program: string, ...args: string[]) => {
      const [file, ...first] = path(program);
      return newcomer.command(`${served.url}/${file}`, ...first, ...args);
    };

    for (
      const [server, ...options] of [["hello_server"], ["hello_server_iterative", "--clients=1"]]
    ) {
      await using greeting = start(command(server, ...options, "0"), newcomer.options);
      const port = String(await greeting.port());
      const { code, stdout, stderr } = await newcomer.run(
        ...command("hello_client", "127.0.0.1", port),
      );
      assertEquals([code, stdout, stderr.replace(/^Download .*\n/gm, "")], [0, GREETING, ""]);
      assertEquals((await greeting.result()).stdout, "New Client connected...\n");
    }
    await using echoing = start(command("echo_server", "--clients=1", "0"), newcomer.options);
    const client = command("echo_client", "127.0.0.1", String(await echoing.port()));
    const { code, stdout } = await runToEnd(client, { ...newcomer.options, input: "hi\n" });
    assertEquals([code, stdout], [0, "Connected......\nMessage from server: hi\n"]);
    assertEquals((await echoing.result()).stdout, "Connected client 1\n");
  });

  Deno.test(`a wrong command line needs no further request, by ${how}`, { ignore }, async () => {
    await using served = new Served();
    await using newcomer = new Newcomer();
    const [file, ...first] = path("hello_client");
    const url = `${served.url}/${file}`;
    await newcomer.run(...newcomer.command(url, ...first, "--version"));
    const before = served.requests.length;
    assert(before > 0);
    const { code } = await newcomer.run(...newcomer.command(url, ...first));
    assertEquals(code, 2);
    assertEquals(served.requests.slice(before), []);
  });
}

Deno.test("tcplab help echo_client from a URL is the text that a checkout shows", {
  ignore,
}, async () => {
  await using served = new Served();
  await using newcomer = new Newcomer();
  const url = `${served.url}/main.ts`;
  const { stdout } = await newcomer.run(...newcomer.command(url, "help", "echo_client"));
  const help = await Deno.readTextFile(new URL("help/echo_client.txt", import.meta.url));
  assertEquals(stdout.replaceAll(`${TYPED_DENO} run -N ${url} `, ""), help);
});

Deno.test("a program that lives elsewhere finds its trace, too", { ignore }, async () => {
  await using served = new Served();
  await using newcomer = new Newcomer();
  const url = `${served.url}/src/hello_client.ts`;
  const { code, stderr } = await newcomer.run(
    ...newcomer.command(
      url,
      "--trace",
      "127.0.0.1",
      served.url.split(":")[2],
      "--reply-timeout=1ms",
    ),
  );
  assertEquals(code, 1); // an HTTP server waits for the client's word
  assert(/ms {2}socket\(\)\n.*ms {2}connect\(/.test(stderr), stderr);
});

Deno.test(
  "echo_server from a URL is at most fourteen requests of our own files, and main.ts one more",
  {
    ignore,
  },
  async () => {
    for (
      const [path, most, ...program] of [
        ["main.ts", 15, "echo_server"],
        ["src/echo_server.ts", 14],
      ] as [string, number, ...string[]][]
    ) {
      await using served = new Served();
      await using newcomer = new Newcomer();
      const url = `${served.url}/${path}`;
      await using server = start(
        newcomer.command(url, ...program, "--clients", "1", "0"),
        newcomer.options,
      );
      const conn = await Deno.connect({ port: await server.port() });
      await conn.write(new Uint8Array([1]));
      assertEquals(await conn.read(new Uint8Array(2)), 1);
      conn.close();
      assertEquals((await server.result()).code, 0);
      assert(served.requests.includes("/src/echo_server.ts"));
      assert(served.requests.length <= most, `${path}: ${served.requests.join(" ")}`);
    }
  },
);

Deno.test(
  "from a URL Chinese is one request more for a program, and none where nobody asks for it",
  {
    ignore,
  },
  async () => {
    await using served = new Served();
    await using newcomer = new Newcomer();
    const run = async (program: string, ...args: string[]) => {
      const before = served.requests.length;
      const { stderr } = await newcomer.run(
        ...newcomer.command(`${served.url}/src/${program}.ts`, ...args, "127.0.0.1", "1"),
      );
      const asked = served.requests.slice(before).filter((path) => path.endsWith("/zh.ts"));
      return { asked, said: stderr.replace(/^Download .*\n/gm, "") };
    };
    const english = await run("hello_client");
    assertEquals(english.asked, []);
    assert(english.said.startsWith("hello_client: Cannot connect to 127.0.0.1:1: "), english.said);
    const { asked, said } = await run("hello_client", "--lang", "zh");
    assertEquals(asked, ["/src/cli/zh.ts"]);
    assert(said.startsWith("hello_client: 无法连接 127.0.0.1:1："), said);
    // What a program says itself is a file of its own.
    assertEquals((await run("echo_client", "--lang", "zh")).asked, ["/src/echo/zh.ts"]);
  },
);

Deno.test(
  "where the Chinese cannot be loaded any more, English is spoken",
  { ignore },
  async () => {
    await using newcomer = new Newcomer();
    let url: string;
    {
      await using served = new Served();
      url = `${served.url}/src/hello_client.ts`;
      // --lang needs the library that parses options, which is there then.
      await newcomer.run(...newcomer.command(url, "--lang", "en", "127.0.0.1", "1"));
    }
    const { code, stderr } = await newcomer.run(
      ...newcomer.command(url, "--lang", "zh", "127.0.0.1", "1"),
    );
    assertEquals(code, 1);
    const said = stderr.replace(/^Download .*\n/gm, "");
    assert(said.startsWith("hello_client: Cannot connect to 127.0.0.1:1: "), stderr);
  },
);
