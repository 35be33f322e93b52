// Output that nobody takes, takes late, or cannot take: nobody else is held up, nothing is lost in
// silence, and every program ends.

import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1.0.19";
import { Failure, words } from "../src/cli/failure.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { Output } from "../src/cli/output.ts";
import { waitingStderr } from "./client_support.ts";
import { connect, echo, python, send, talk } from "./server_support.ts";
import {
  CHILD_ENV,
  DENO,
  freePort,
  has,
  onTerminal,
  pathOf,
  runToEnd,
  start,
  tcplab,
  within,
} from "./support.ts";

const ignore = Deno.build.os !== "linux"; // pipes of 64 KiB, /dev/full
const PIPE = 64 * 1024;

/** A program with one output on a pipe that is full but for `room` bytes, and not read. */
class Unread implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #unread: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #read: Promise<string>;

  constructor(which: "stdout" | "stderr", room: number, command: string[]) {
    const fill = `head -c ${PIPE - room} /dev/zero >&${which === "stdout" ? 1 : 2}; exec "$@"`;
    this.#child = new Deno.Command("sh", {
      args: ["-c", fill, "sh", ...command],
      env: CHILD_ENV,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { stdout, stderr } = this.#child;
    this.#unread = which === "stdout" ? stdout : stderr;
    this.#read = new Response(which === "stdout" ? stderr : stdout).text();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Begins to read after all: what came behind the filling, at the end. */
  async read(): Promise<string> {
    const text = await within(new Response(this.#unread).text(), () => "Waited for its output");
    return text.replace(/^\0+/, "");
  }

  /** Its exit code, and what it wrote where it was read. */
  async result(): Promise<{ code: number; read: string }> {
    const { code } = await within(this.#child.status, () => "Waited for the end of a program");
    return { code, read: await this.#read };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    if (!this.#unread.locked) await this.#unread.cancel();
    await this.#read;
  }
}

/** Connects as soon as so many threads listen. Before that a connection may be one to the attempt. */
async function connectWhenReady(port: number, threads = 1): Promise<Deno.TcpConn> {
  const listener = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  const listeners = () => Deno.readTextFileSync("/proc/net/tcp").split(listener).length - 1;
  while (listeners() < threads) await new Promise((resolve) => setTimeout(resolve, 10));
  return await connect(port);
}

/** How many threads these options ask for. */
function threadsOf(options: string[]): number {
  return options.includes("--workers") ? 2 : 1;
}

/** echo_server for ever on a port, allowed what --workers needs. */
function echoServer(port: number, ...options: string[]): string[] {
  const allowed = ["-N", `-R=${pathOf("src")}`];
  const server = ["echo_server", "--forever", "--concurrent", "20", ...options];
  return [DENO, "run", ...allowed, pathOf("main.ts"), ...server, String(port)];
}

for (const options of [[], ["--trace"], ["--workers", "2"]]) {
  const how = options.length === 0 ? "" : ` (${options.join(" ")})`;

  Deno.test({
    name: `a stderr that nobody reads holds up no client and no signal${how}`,
    ignore,
    async fn() {
      const port = freePort();
      await using server = new Unread("stderr", 10, echoServer(port, ...options));
      using first = await connectWhenReady(port, threadsOf(options));
      assertEquals(await echo(first, "before"), "before");
      for (let i = 0; i < 30; i++) assertEquals(await talk(port, `client ${i}`), `client ${i}`);
      assertEquals(await echo(first, "after"), "after");
      first.close();
      server.kill("SIGTERM");
      const { code, read } = await server.result();
      assertEquals(code, 0);
      assertEquals(read.match(/^Connected client [0-9]+$/gm)?.length, 31);
    },
  });

  Deno.test({
    name: `a second signal ends a server at once although nobody reads its stderr${how}`,
    ignore,
    async fn() {
      const port = freePort();
      await using server = new Unread("stderr", 10, echoServer(port, "--grace", "1h", ...options));
      using client = await connectWhenReady(port, threadsOf(options));
      assertEquals(await echo(client, "hello"), "hello");
      server.kill("SIGTERM");
      // The first signal is here when nobody listens any more.
      for (let refused = false; !refused;) {
        refused = await connect(port).then((conn) => (conn.close(), false), () => true);
      }
      server.kill("SIGTERM");
      assertEquals((await server.result()).code, 143);
    },
  });
}

Deno.test({
  name: "what is said while nobody reads stderr is all there, in order, when somebody does",
  ignore,
  async fn() {
    const port = freePort();
    await using server = new Unread("stderr", 10, echoServer(port));
    (await connectWhenReady(port)).close();
    for (let i = 0; i < 50; i++) await talk(port, "x");
    const said = server.read();
    server.kill("SIGTERM");
    const lines = (await said).trimEnd().split("\n");
    assertEquals((await server.result()).code, 0);
    assertMatch(lines[0], /^Listening on /);
    const clients = lines.slice(1, -2).map((line) => Number(/^Client ([0-9]+) /.exec(line)?.[1]));
    assertEquals(clients, Array.from({ length: 51 }, (_, i) => i + 1));
    assertMatch(lines.at(-2)!, /^SIGTERM: /);
    assertMatch(lines.at(-1)!, /^Served 51 clients: 50 bytes read, 50 written, /);
  },
});

Deno.test({
  name: "a client whose stderr nobody reads ends with its exit code",
  ignore,
  async fn() {
    const command = tcplab("hello_client", "127.0.0.1", String(freePort()));
    await using unread = new Unread("stderr", 0, command);
    assertEquals((await unread.result()).code, 1);
    await using late = new Unread("stderr", 0, command);
    assertMatch(await late.read(), /^hello_client: Cannot connect to .*: connection refused\n {2}/);
    assertEquals((await late.result()).code, 1);
  },
});

const LISTENING = 150; // bytes: the event "listening" and no other

for (const options of [[], ["--workers", "2"]]) {
  const how = options.length === 0 ? "" : ` (${options.join(" ")})`;
  const json = (port: number, grace: string) =>
    new Unread("stdout", LISTENING, echoServer(port, "--json", "--grace", grace, ...options));

  Deno.test({
    name: `events that nobody reads do not outlast the grace; then the exit code is 1${how}`,
    ignore,
    async fn() {
      const port = freePort();
      await using server = json(port, "100ms");
      using client = await connectWhenReady(port, threadsOf(options));
      await send(client, "hello");
      server.kill("SIGTERM");
      const { code, read } = await server.result();
      assertEquals([code, read], [1, "echo_server: Cannot write to stdout: nobody reads it\n"]);
    },
  });

  Deno.test({
    name: `a second signal ends a server at once although nobody reads its events${how}`,
    ignore,
    async fn() {
      const port = freePort();
      await using server = json(port, "1h");
      using client = await connectWhenReady(port, threadsOf(options));
      await send(client, "hello");
      server.kill("SIGINT");
      for (let refused = false; !refused;) {
        refused = await connect(port).then((conn) => (conn.close(), false), () => true);
      }
      server.kill("SIGINT");
      assertEquals(await server.result(), { code: 130, read: "" });
    },
  });

  Deno.test({
    name: `events that are read late are all there, and the clients that waited are served${how}`,
    ignore,
    async fn() {
      const port = freePort();
      await using server = json(port, "1h");
      (await connectWhenReady(port, threadsOf(options))).close();
      const waiting = Array.from({ length: 6 }, (_, i) => talk(port, `client ${i}`));
      const stdout = server.read();
      assertEquals(await Promise.all(waiting), waiting.map((_, i) => `client ${i}`));
      server.kill("SIGTERM");
      assertEquals(await server.result(), { code: 0, read: "" });
      const events = (await stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
      const clientsOf = (event: string) =>
        events.filter((one) => one.event === event).map(({ client }) => client)
          .toSorted((a, b) => a - b);
      const all = Array.from({ length: 7 }, (_, i) => i + 1);
      assertEquals([clientsOf("connected"), clientsOf("closed")], [all, all]);
      assertEquals(events.at(-1).event, "summary");
    },
  });
}

Deno.test({
  name:
    "the book's lines hold up no client either; what nobody reads of them is an error at the end",
  ignore,
  async fn() {
    const port = freePort();
    await using server = new Unread("stdout", 0, echoServer(port));
    using first = await connectWhenReady(port);
    assertEquals(await echo(first, "before"), "before");
    for (let i = 0; i < 30; i++) assertEquals(await talk(port, `client ${i}`), `client ${i}`);
    first.close();
    server.kill("SIGTERM");
    const { code, read } = await server.result();
    assertEquals(code, 1);
    assertMatch(read, /\nServed 31 clients: .*\n.*Cannot write to stdout: nobody reads it\n$/);
  },
});

for (const options of [[], ["--workers", "2"], ["--json"]]) {
  Deno.test({
    name: `a stdout that fails ends the server, and its client was not "served to its end" (${
      options.join(" ") || "no options"
    })`,
    ignore,
    async fn() {
      const command = echoServer(0, ...options);
      await using server = start(["sh", "-c", 'exec "$@" > /dev/full', "sh", ...command]);
      // With --json already the first event cannot be written.
      if (!options.includes("--json")) await talk(await server.port(), "x").catch(() => "reset");
      const { code, stderr } = await server.result();
      assertEquals(code, 1);
      assertMatch(stderr, /(^|\n)echo_server: Cannot write to stdout: No space left on device\n$/);
      // One that was served before its line could not be printed was served.
      assert(!/ 0 written, .*served to its end/.test(stderr), stderr);
    },
  });
}

Deno.test({
  name: "a stdout that another program made non-blocking loses and doubles nothing",
  ignore: ignore || !has("python3"),
  async fn() {
    await using server = start(tcplab("echo_server", "--json", "0"));
    const [, port] = await server.printed(/"port":([0-9]+)/);
    const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i}\n`);
    const input = lines.join("");
    for (const [options, prefix] of [[["--quiet"], ""], [[], "Message from server: "]] as const) {
      const client = tcplab("echo_client", ...options, "127.0.0.1", port);
      const result = await runToEnd(python("nonblocking.py", "stdout", ...client), { input });
      assertEquals([result.code, result.stderr], [0, ""]);
      const replies = result.stdout.replace(/^Connected\.{6}\n/, "");
      assert(
        replies === lines.map((line) => prefix + line).join(""),
        `${replies.length} characters`,
      );
    }
  },
});

Deno.test({
  name: "a stderr that another program made non-blocking loses and doubles no line",
  ignore: ignore || !has("python3"),
  async fn() {
    const port = freePort();
    const command = tcplab("echo_server", "--trace", "--clients", "300", `${port}`);
    await using server = start(python("nonblocking.py", "stderr", ...command));
    (await connectWhenReady(port)).close();
    for (let i = 1; i < 300; i++) await talk(port, "x");
    const { code, stderr } = await server.result();
    assertEquals(code, 0);
    assert(stderr.length > PIPE, `${stderr.length} bytes`);
    const clients = stderr.match(/^Client [0-9]+/gm);
    assertEquals(clients, Array.from({ length: 300 }, (_, i) => `Client ${i + 1}`));
    assertEquals(stderr.match(/ ms {2}accept\(\) = /g)?.length, 300);
    assertMatch(stderr, /\nServed 300 clients: 299 bytes read, 299 written, .*\n$/);
  },
});

Deno.test({
  name: "stdout and stderr on one pipe: every line is whole, and those of each are in order",
  ignore,
  async fn() {
    const command = tcplab("echo_server", "--clients", "100", "0");
    await using server = start(["sh", "-c", 'exec "$@" 2>&1', "sh", ...command]);
    const [, port] = await server.printed(/Listening on .*:([0-9]+)\n/);
    await Promise.all(Array.from({ length: 5 }, async () => {
      for (let i = 0; i < 20; i++) await talk(Number(port), "x");
    }));
    const { stdout } = await server.result();
    const numbers = Array.from({ length: 100 }, (_, i) => String(i + 1));
    for (const kind of ["Connected client", "Client"]) {
      const lines = [...stdout.matchAll(new RegExp(`^${kind} ([0-9]+)`, "gm"))];
      assertEquals(lines.map(([, number]) => number), numbers);
    }
    for (const line of stdout.trimEnd().split("\n")) {
      assertMatch(
        line,
        /^(Listening on |Connected client [0-9]+$|Client [0-9]+ \(.* end$|Served 100 )/,
      );
    }
  },
});

Deno.test("what is printed goes out when what was said before it has gone out, and not before", async () => {
  const taken = Promise.withResolvers<void>();
  const begun: string[] = [];
  const stream = (name: string) => ({
    isTerminal: () => false,
    async write(p: Uint8Array) {
      begun.push(name);
      if (name === "stderr") await taken.promise;
      return p.length;
    },
  });
  const output = new Output({
    stdin: { read: () => Promise.resolve(null), isTerminal: () => false },
    stdout: stream("stdout"),
    stderr: stream("stderr"),
  });
  output.say(words`first`);
  const printed = output.print("second\n");
  // No timer comes between microtasks, however slow the machine: nothing is late yet.
  for (let i = 0; i < 100; i++) await Promise.resolve();
  assertEquals(begun, ["stderr"]);
  taken.resolve();
  await printed;
  assertEquals(begun, ["stderr", "stdout"]);
});

Deno.test("when a program gives up, whoever waits for stdout is told so, whether it was being written or not", async () => {
  const world = worldInMemory();
  world.stdout.write = () => new Promise(() => {});
  const output = new Output(world);
  const printed = ["first\n", "second\n", "third\n"].map((text) => output.print(text));
  const told = printed.map((one) => assertRejects(() => one, Failure, "nobody reads it"));
  output.giveUp(0);
  await within(Promise.all(told), () => "somebody still waits");
});

Deno.test("a full queue drops lines, says in their place how many, and goes on", async () => {
  let taken = Promise.withResolvers<void>();
  const it = waitingStderr(() => taken.promise);
  const output = new Output(it.streams);
  const line = (i: number) => `${i} ${"x".repeat(93)}`; // about 100 bytes
  for (let i = 1; i <= 30_000; i++) output.say(words`${line(i)}`);
  // stdout does not wait for those who do not read stderr.
  await output.print("on stdout\n");
  taken.resolve();
  await output.said();
  taken = Promise.withResolvers<void>();
  output.say(words`after`);
  for (let i = 1; i <= 30_000; i++) output.say(words`${line(i)}`);
  taken.resolve();
  await output.said();
  const [first, second] = it.said.split("after\n").map((text) => text.trimEnd().split("\n"));
  for (const lines of [first, second]) {
    const shown = lines.slice(0, -1);
    assertEquals(shown, shown.map((_, i) => line(i + 1)));
    // A megabyte waits, not less and not much more.
    assert(shown.length > 10_000 && shown.length < 12_000, `${shown.length} lines`);
    assertEquals(lines.at(-1), `${30_000 - shown.length} lines were not shown`);
  }
});

/** Runs a script on the sources, `/` of which stands for the checkout. */
function script(code: string): Promise<{ code: number; stderr: string; stdout: string }> {
  const at = new URL("..", import.meta.url);
  const from = (text: string) => text.replaceAll(/from "\/(.*?)"/g, `from "${at}$1"`);
  return runToEnd([DENO, "eval", "--unstable-net", from(code)], { cwd: at });
}

const FAULTS = {
  "a call that throws": `throw new TypeError("a\\nb");`,
  "a callback that throws": `setTimeout(() => { throw new TypeError("a\\nb"); });`,
  "a promise that nobody awaits": `Promise.reject(new TypeError("a\\nb"));`,
};

for (const [what, fault] of Object.entries(FAULTS)) {
  Deno.test(`${what} is told as a fault of tcplab, on one line`, async () => {
    const { code, stdout, stderr } = await script(`
      import { main, PROCESS } from "/main.ts";
      const listener = Deno.listen({ port: 0 });
      const listen = () => ({
        accept: () => listener.accept(),
        close: () => listener.close(),
        get addr() { ${fault} return listener.addr; },
      });
      const world = { ...PROCESS, net: { listen, connect: Deno.connect } };
      Deno.exit(await main(["echo_server", "0"], world));
    `);
    assertEquals([code, stdout], [1, ""]);
    const last = stderr.replace(/^Listening on .*\n/, "");
    assertMatch(last, /^echo_server: This is a fault of tcplab: TypeError: a[^\n]*\n$/);
  });

  Deno.test({
    name: `${what} in a thread is told as a fault of tcplab, on one line`,
    ignore,
    async fn() {
      const module = `export async function echo() { ${fault} await new Promise(() => {}); }`;
      const { code, stderr } = await script(`
        import { program } from "/src/cli/command.ts";
        import { serverArguments, serverOptions, workers } from "/src/cli/server.ts";
        import { runWorkers } from "/src/cli/workers.ts";
        const options = { ...serverOptions("5"), workers };
        const command = { name: "echo_server", arguments: serverArguments, options };
        const args = ["--workers", "2", "--concurrent", "2", "0"];
        const listening = (given) => ({
          ...given,
          async say(what) {
            given.say(what);
            const port = /^Listening on .*:([0-9]+)$/.exec(given.textOf(what))?.[1];
            if (port) (await Deno.connect({ port: Number(port) })).read(new Uint8Array(1));
          },
        });
        const module = "data:text/javascript," + ${JSON.stringify(encodeURIComponent(module))};
        const run = program(command, (given) => runWorkers(listening(given), { clients: 5, program: module }));
        Deno.exit(await run(args));
      `);
      assertEquals(code, 1, stderr);
      const last = stderr.trimEnd().split("\n").at(-1)!;
      assertMatch(last, /^echo_server: This is a fault of tcplab: TypeError: a/);
      assert(!stderr.includes("    at "), stderr);
    },
  });
}

Deno.test({
  name: "a trace on a terminal begins on a line of its own, and leaves none empty",
  ignore: ignore || !has("script"),
  async fn() {
    await using hello = start(tcplab("hello_server", "0"));
    const greeting = tcplab("hello_client", "--trace", "127.0.0.1", `${await hello.port()}`);
    const { stdout } = await runToEnd(onTerminal(greeting));
    assertMatch(stdout, /\nMessage from server: Hello World!\r\n *[0-9.]+ ms {2}read\(.*\) = 0/);
    await using echoing = start(tcplab("echo_server", "0"));
    const dialogue = tcplab("echo_client", "--trace", "127.0.0.1", `${await echoing.port()}`);
    await using client = start(onTerminal(dialogue));
    await client.printed("Input message(Q to quit):");
    await client.type("hello\n");
    await client.printed(/Message from server: hello\r\n[^]*Input message\(Q to quit\):/);
    await client.type("q\n");
    const { stdout: talked } = await client.result();
    assert(!talked.includes("\n\r\n"), talked);
    const glued = talked.replaceAll("\r", "").split("\n").filter((line) =>
      /[^ ] +[0-9.]+ ms /.test(line)
    );
    assertEquals(glued, []);
  },
});
