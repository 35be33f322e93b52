/** The dialogue of echo_client in this process: whose time counts, and what stands on the screen. */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { echoClient } from "../src/echo_client.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { drain, echoing, say, type Server, serverThat } from "./client_support.ts";
import { patiently } from "./server_support.ts";

const utf8 = new TextEncoder();
const PROMPT = "Input message(Q to quit):";

/** What a user types who thinks for ever. */
const NOTHING: AsyncIterable<string> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
};

/** A dialogue on a terminal whose user types what `typed` yields, when it yields it. */
async function dialogue(
  server: Server,
  typed: Iterable<string> | AsyncIterable<string>,
  { options = [] as string[], onShow = (_screen: string) => {} } = {},
): Promise<{ code: number; screen: string }> {
  let screen = "";
  const show = (text: string) => onShow(screen += text);
  async function* input() {
    for await (const text of typed) yield utf8.encode(text);
  }
  const world = worldInMemory({
    input: input(),
    onPrint: show,
    onSay: show,
    terminal: { stdin: true, stdout: true, stderr: true },
  });
  const code = await patiently(
    echoClient([...options, ...server.at], world),
    `the end of a dialogue: ${screen}`,
  );
  return { code, screen };
}

Deno.test("the time in which the user thinks is not the server's silence", async () => {
  await using server = echoing();
  async function* typed() {
    yield "one\n";
    await new Promise((resolve) => setTimeout(resolve, 1300)); // a slow reply is told after 1000
    yield "two\n";
    yield "q\n";
  }
  const options = ["--reply-timeout", "300ms"];
  const { code, screen } = await dialogue(server, typed(), { options });
  assertEquals([code, screen.match(/Message from server: (one|two)\n/g)?.length], [0, 2]);
  assert(!screen.includes("Still waiting"));
});

Deno.test("a server that falls silent in a later reply is given up, with what came of that reply", async () => {
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn));
    await say(conn, (await server.line(conn)).slice(0, 2));
    await drain(conn);
  });
  const options = ["--reply-timeout", "300ms"];
  const { code, screen } = await dialogue(server, ["first\n", "second\n", "third\n"], { options });
  assertEquals(code, 1);
  assertMatch(screen, /Server was silent for 0\.3 s \(2 of 7 bytes came back\)/);
  assert(!server.received.includes("third"));
});

Deno.test("a wrong reply is noticed before its newline, the third one as the first", async () => {
  for (const before of [0, 2]) {
    await using server = serverThat(async (conn, server) => {
      for (let i = 0; i < before; i++) await say(conn, await server.line(conn));
      await server.line(conn);
      await say(conn, "help!"); // and nothing more: whoever waits for the newline waits for ever
      await drain(conn);
    });
    const lines = [...Array(before).fill("a line before\n"), "hello\n", "never\n"];
    const { code, screen } = await dialogue(server, lines);
    assertEquals(code, 1, `${before} before`);
    assertMatch(
      screen,
      /Message from server: help!\n.*: byte 4 was 0x6c and came back as 0x70 \(5 bytes came, and no newline\)\n/,
    );
    assert(!server.received.includes("never"));
  }
});

Deno.test("of a slow reply it is told how much of it has come, not of those before it", async () => {
  const told = Promise.withResolvers<void>();
  await using server = serverThat(async (conn, server) => {
    await say(conn, await server.line(conn));
    await say(conn, (await server.line(conn)).slice(0, 3));
    await told.promise;
  });
  const { code, screen } = await dialogue(server, ["one\n", "twelve\n"], {
    onShow: (screen) => /Still waiting.*\n/.test(screen) && told.resolve(),
  });
  assertEquals(code, 1);
  assertMatch(screen, /Still waiting: 3 of 7 bytes came\n/);
});

// The screen. The "\n" of Enter is the user's and is not in `screen`.

/** A server that does this when the user sees the prompt, and the dialogue with it. */
async function atThePrompt(serve: (conn: Deno.TcpConn) => Promise<void>): Promise<string> {
  const prompted = Promise.withResolvers<void>();
  await using server = serverThat(async (conn) => {
    await prompted.promise;
    await serve(conn);
  });
  const { code, screen } = await dialogue(server, NOTHING, {
    onShow: (screen) => screen.endsWith(PROMPT) && prompted.resolve(),
  });
  assertEquals(code, 1);
  return screen;
}

Deno.test("what nobody asked for stands on a line of its own, not behind the prompt", async () => {
  const screen = await atThePrompt(async (conn) => {
    await say(conn, "who are you?\n");
    await drain(conn);
  });
  const lines = ["Connected......", PROMPT, "Message from server: who are you?"];
  assertEquals(screen.split("\n").slice(0, 3), lines);
  assertMatch(screen, /\necho_client: Server sent 13 bytes more than it was given\n/);
});

Deno.test("a server that closes at the prompt is told on a line of its own", async () => {
  const screen = await atThePrompt(() => Promise.resolve());
  const lines = ["Connected......", PROMPT, "echo_client: Server closed the connection", ""];
  assertEquals(screen.split("\n"), lines);
});

Deno.test("the prompt's line is ended also where the message goes elsewhere", async () => {
  const prompted = Promise.withResolvers<void>();
  await using server = serverThat(() => prompted.promise);
  let screen = "";
  const world = worldInMemory({
    input: (async function* () {
      await new Promise(() => {});
      yield utf8.encode("never");
    })(),
    onPrint(text) {
      screen += text;
      if (screen.endsWith(PROMPT)) prompted.resolve();
    },
    terminal: { stdin: true, stdout: true },
  });
  assertEquals(await patiently(echoClient(server.at, world), "the end"), 1);
  assertEquals(screen, `Connected......\n${PROMPT}\n`);
});

Deno.test("at the end of input the cursor leaves the prompt's line", async () => {
  await using server = echoing();
  const { code, screen } = await dialogue(server, []);
  assertEquals([code, screen], [0, `Connected......\n${PROMPT}\n`]);
});

Deno.test("a last line without a newline and its reply stand on lines of their own", async () => {
  await using server = echoing();
  const { code, screen } = await dialogue(server, ["one\n", "half"]);
  assertEquals(code, 0);
  assertEquals(
    screen,
    `Connected......\n${PROMPT}Message from server: one\n${PROMPT}\nMessage from server: half\n`,
  );
});

Deno.test("on a terminal the last characters of a reply are shown, whole or not", async () => {
  // Each ends in what might yet be the first part of something.
  const cases: [sent: number[], shown: string][] = [
    [[0x61, 0xe4, 0xbd], "a\ufffd"], // two bytes of three
    [[0x61, 0x0d], "a\\x0d"], // the "\n" never came
    [[0x61, 0xe2, 0x80, 0x8d], "a\\u200d"], // a joiner that joins nothing
  ];
  for (const [sent, shown] of cases) {
    await using server = echoing();
    let screen = "";
    const world = worldInMemory({
      input: [Uint8Array.from(sent)],
      onPrint: (text) => screen += text,
      terminal: { stdin: true, stdout: true },
    });
    assertEquals(await echoClient(["--quiet", ...server.at], world), 0);
    assertEquals(screen, `${shown}\n`, String(sent));
  }
});
