// Three programs as somebody writes them who has framing.ts and nothing else of ours: a chat
// server, a key-value server and a log tailer, over real sockets and a real file.

import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { LineReader, LineTooLongError, LineWriter, WriterFullError } from "../src/framing.ts";

/** Serves each client with `serve` until it is disposed of, and then waits for all. */
class Server implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #clients = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  constructor(serve: (conn: Deno.TcpConn) => Promise<void>) {
    this.#accepting = this.#accept(serve);
  }

  async #accept(serve: (conn: Deno.TcpConn) => Promise<void>): Promise<void> {
    for (;;) {
      const conn = await this.#listener.accept().catch(() => null);
      if (conn === null) return;
      this.#clients.add(serve(conn).finally(() => conn.close()));
    }
  }

  async connect(): Promise<User> {
    return new User(await Deno.connect({ hostname: "127.0.0.1", port: this.#listener.addr.port }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#clients);
  }
}

/** The other end of a connection. */
class User implements Disposable {
  readonly conn: Deno.TcpConn;
  readonly #lines: LineReader;
  readonly #out: LineWriter;

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
    this.#lines = new LineReader(conn);
    this.#out = new LineWriter(conn);
  }

  say(line: string): Promise<void> {
    return this.#out.write(line);
  }

  hears(): Promise<string | null> {
    return this.#lines.readText();
  }

  [Symbol.dispose](): void {
    this.conn.close();
  }
}

/** A room: the first line is the name, each further one goes to all others. */
function chat(maxWaitingBytes: number) {
  const members = new Map<LineWriter, { name: string; leave: AbortController }>();
  const dropped: string[] = [];

  function tell(line: string, from?: LineWriter): void {
    for (const [member, { name, leave }] of members) {
      if (member === from) continue;
      try {
        member.push(line);
      } catch (error) {
        // Who does not read is not waited for.
        if (!(error instanceof WriterFullError)) throw error;
        members.delete(member);
        dropped.push(name);
        leave.abort(error);
      }
    }
  }

  async function serve(conn: Deno.TcpConn): Promise<void> {
    const lines = new LineReader(conn);
    const out = new LineWriter(conn, { maxWaitingBytes });
    const leave = new AbortController();
    const name = await lines.readText({ signal: AbortSignal.timeout(60_000) });
    if (name === null) return;
    tell(`${name} came`);
    members.set(out, { name, leave });
    out.push(`welcome, ${members.size}`);
    try {
      for await (const line of lines.lines({ signal: leave.signal })) tell(`${name}: ${line}`, out);
      await out.flush();
    } catch (error) {
      // Dropped above, or gone: Windows calls it a reset when bytes were unread.
      const isOver = error instanceof WriterFullError ||
        error instanceof Deno.errors.ConnectionReset;
      if (!isOver) throw error;
    }
    members.delete(out);
    tell(`${name} went`);
  }
  return { serve, dropped };
}

Deno.test("chat: all hear the lines of the others whole and in order, whoever speaks at once", async () => {
  await using server = new Server(chat(1024 * 1024).serve);
  using ann = await server.connect();
  using bob = await server.connect();
  using eve = await server.connect();
  for (const [i, user] of [ann, bob, eve].entries()) {
    await user.say(["ann", "bob", "三"][i]);
    assertEquals(await user.hears(), `welcome, ${i + 1}`);
  }
  assertEquals([await ann.hears(), await ann.hears()], ["bob came", "三 came"]);
  assertEquals(await bob.hears(), "三 came");

  const count = 500;
  const words = Array.from({ length: count }, (_, i) => `${i} ${"x".repeat(i)}`);
  const talking = [bob, eve].map(async (user) => {
    for (const line of words) await user.say(line);
    await user.say("");
  });
  const heard: Record<string, string[]> = { bob: [], 三: [] };
  for (let i = 0; i < 2 * (count + 1); i++) {
    const [, name, line] = (await ann.hears())!.match(/^(\S+): (.*)$/)!;
    heard[name].push(line);
  }
  await Promise.all(talking);
  assertEquals(heard, { bob: [...words, ""], 三: [...words, ""] });

  for (const line of [...words, ""]) assertEquals(await eve.hears(), `bob: ${line}`);
  bob.conn.closeWrite();
  assertEquals(await eve.hears(), "bob went");
  // Who hung up with closeWrite() still got all that was said before.
  for (const line of [...words, ""]) assertEquals(await bob.hears(), `三: ${line}`);
  assertEquals(await bob.hears(), null);
});

Deno.test("chat: one who does not read is dropped, and the others do not wait for it", async () => {
  const room = chat(256 * 1024);
  await using server = new Server(room.serve);
  using ann = await server.connect();
  using bob = await server.connect();
  using deaf = await server.connect();
  for (const [user, name] of [[ann, "ann"], [bob, "bob"], [deaf, "deaf"]] as const) {
    await user.say(name);
    await user.hears();
  }
  const line = "y".repeat(50_000);
  assertEquals(await bob.hears(), "deaf came");
  let heard = 0;
  // As much as the buffers of the kernel take, and then the bound.
  while (room.dropped.length === 0) {
    await ann.say(line);
    assertEquals((await bob.hears())!.length, "ann: ".length + line.length);
    heard++;
    assert(heard < 10_000, "nobody was dropped");
  }
  assertEquals(room.dropped, ["deaf"]);
  assertEquals(await bob.hears(), "deaf went");
  await ann.say("still here");
  assertEquals(await bob.hears(), "ann: still here");
});

/** `SET key value`, `GET key`, `DEL key`: a line each, and a line each back. */
async function keyValue(conn: Deno.TcpConn, store: Map<string, string>): Promise<void> {
  const lines = new LineReader(conn, { maxLineBytes: 1000 });
  const out = new LineWriter(conn);
  for (;;) {
    try {
      for await (const line of lines.lines()) {
        const [, what, key, value] = line.match(/^(\S+)(?: (\S+))?(?: (.*))?$/) ?? [];
        if (what === "SET" && value !== undefined) store.set(key, value), await out.write("OK");
        else if (what === "GET" && key) await out.write(store.get(key) ?? "NONE");
        else if (what === "DEL" && key) await out.write(store.delete(key) ? "OK" : "NONE");
        else await out.write(`ERROR ${line}`);
      }
      return await out.flush();
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      lines.skip();
      await out.write(`ERROR more than ${error.limit} bytes`);
    }
  }
}

Deno.test("key-value: many commands written at once are answered one by one, a long one is an error", async () => {
  const store = new Map<string, string>();
  await using server = new Server((conn) => keyValue(conn, store));
  using user = await server.connect();
  const dialogue: [string, string][] = [
    ["SET a one two", "OK"],
    ["GET a", "one two"],
    ["SET b ", "OK"],
    ["GET b", ""],
    [`SET c ${"x".repeat(1000)}`, "ERROR more than 1000 bytes"],
    ["GET c", "NONE"],
    ["DEL a", "OK"],
    ["GET a", "NONE"],
    ["", "ERROR "],
    ["SET d \ufeff三\r", "OK"],
  ];
  const commands = dialogue.map(([command]) => `${command}\n`).join("") + "GET d"; // no "\n"
  const bytes = new TextEncoder().encode(commands);
  // In pieces that cut lines and characters anywhere.
  for (let at = 0; at < bytes.length; at += 7) await user.conn.write(bytes.subarray(at, at + 7));
  await user.conn.closeWrite();
  for (const [, answer] of dialogue) assertEquals(await user.hears(), answer);
  assertEquals(await user.hears(), "\ufeff三");
  assertEquals(await user.hears(), null);
});

Deno.test("key-value: what one client sets the other gets, each with a silence limit of its own", async () => {
  const store = new Map<string, string>();
  await using server = new Server((conn) => keyValue(conn, store));
  using one = await server.connect();
  using other = await server.connect();
  await one.say("SET k v");
  assertEquals(await one.hears(), "OK");
  // Nothing comes: the client waits so long, and misses nothing by it.
  const reader = new LineReader(other.conn);
  const out = new LineWriter(other.conn);
  await assertRejects(() => reader.readText({ signal: AbortSignal.timeout(1) }), DOMException);
  await out.write("GET k");
  assertEquals(await reader.readText(), "v");
});

/** `tail -f`, which goes on in the new file when the log was rotated, until the signal. */
async function tail(path: string, print: (line: string) => void, signal: AbortSignal) {
  using watcher = Deno.watchFs(path.replace(/\/[^/]*$/, ""));
  signal.addEventListener("abort", () => watcher.close());
  let file = await Deno.open(path);
  let lines = new LineReader(file);
  async function showWhatIsThere(): Promise<void> {
    for await (const line of lines.lines({ follow: true })) print(line);
  }
  try {
    await showWhatIsThere();
    for await (const _ of watcher) {
      await showWhatIsThere();
      const now = await Deno.stat(path).catch(() => null);
      if (now === null || now.ino === (await file.stat()).ino) continue;
      for await (const line of lines.lines()) print(line); // its end is one now
      file.close();
      file = await Deno.open(path);
      lines = new LineReader(file);
      await showWhatIsThere();
    }
  } finally {
    file.close();
  }
}

Deno.test({
  name: "tailer: each line comes once and whole, over writes that cut it and a new file",
  ignore: Deno.build.os === "windows", // an open file cannot be renamed there
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/log`;
    const stop = new AbortController();
    const shown: string[] = [];
    let wake = () => {};
    const print = (line: string) => {
      shown.push(line);
      wake();
    };
    const isShown = async (...lines: string[]) => {
      while (shown.length < lines.length) await new Promise<void>((resolve) => wake = resolve);
      assertEquals(shown, lines);
    };
    const append = (text: string) => Deno.writeTextFile(path, text, { append: true });
    try {
      await append("one\ntw");
      const tailing = tail(path, print, stop.signal);
      await isShown("one");
      await append("o");
      await append("\r\nthree\nfo");
      await isShown("one", "two", "three");
      await append("ur");
      await Deno.rename(path, `${path}.1`);
      await append("five\nsi");
      await isShown("one", "two", "three", "four", "five");
      await append("x\n");
      await isShown("one", "two", "three", "four", "five", "six");
      stop.abort();
      await tailing;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
