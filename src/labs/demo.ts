/**
 * `tcplab demo`: the chapter's programs against each other over real sockets,
 * with every call of both sides in two columns, in about a second.
 *
 * @module
 */

import { command, type Program, program } from "../cli/command.ts";
import { wordsOfCall } from "../cli/call_words.ts";
import { terminalOf, widthOf, wrap } from "../cli/columns.ts";
import { startInMemory, worldInMemory } from "../cli/in_memory.ts";
import { Failure, type Words, words } from "../cli/failure.ts";
import { escapeControls } from "../cli/escape.ts";
import { type SideLine, twoColumns } from "../draw/two_columns.ts";
import { echoClient } from "../echo_client.ts";
import { echoServer } from "../echo_server.ts";
import { helloClient } from "../hello_client.ts";
import { helloServer } from "../hello_server.ts";
import { chopped } from "../net/chop.ts";
import type { Net } from "../net/net.ts";
import { startLimit } from "../net/silence.ts";
import { type Call, traced } from "../net/trace.ts";

/** A server that has not ended so long after its client is stopped. */
const SERVER_END_MS = 1000;

/** No terminal is taken to be narrower. */
const LEAST_COLUMNS = 40;

const COMMAND = command({
  name: "demo",
  section: "4.2, 4.3",
  summary: words`Runs the chapter's servers and clients against each other, on free ports of this
    machine, and shows every call of both sides.`,
  arguments: {},
  options: {},
  examples: [["demo", words`about a second`]],
  loadChinese: () => import(`./${""}zh.ts`), // a template: see main.ts
});

type Side = "server" | "client";

/** Something that one side did: a call, or a line that it printed. */
interface Event {
  side: Side;
  call?: Call;
  line?: string;
}

/** Runs the demo. Resolves to the exit code: 1 if the chapter's claims were not seen. */
export const demo: Program = program(COMMAND, async ({ net, stdout, print, textOf }) => {
  const [programs, lines] = [
    words`The chapter's programs over real sockets, in order of time.`,
    words`Lines with ">" are printed, the others are calls.`,
  ].map(textOf);
  const columns = Math.max(LEAST_COLUMNS, Math.min(terminalOf(stdout).columns ?? 80, 80));
  const wrapped = [programs, lines].flatMap((line) => wrap(line, columns));
  await print(wrapped.join("\n") + "\n");

  const hello = await conversation(net, { server: helloServer, client: helloClient });
  const right = (client: string) => `${client} 127.0.0.1 ${textOf(words`PORT`)}`;
  await print(
    twoColumns(linesOf(hello, textOf), {
      left: "hello_server 0",
      right: right("hello_client"),
      columns,
    }),
  );

  const typed = ["hello world\n", "hi!\n", "q\n"];
  const echo = await conversation(net, { server: echoServer, client: echoClient, typed });
  await print(
    twoColumns(linesOf(echo, textOf), {
      left: "echo_server --clients 1 0",
      right: right("echo_client"),
      columns,
    }),
  );

  const cut = chopped(net, 5);
  const pieces = await conversation(cut, { server: echoServer, client: echoClient, typed });

  const { text, all } = whatWasSeen({ hello, echo, pieces }, { textOf, columns });
  await print(text);
  if (!all) throw new Failure(words`Not everything was seen that the chapter says`);
  return 0;
});

/** One server, one client, and all that both did, in order. */
async function conversation(
  net: Net,
  { server, client, typed = [] }: { server: Program; client: Program; typed?: string[] },
): Promise<Event[]> {
  const events: Event[] = [];
  const netOf = (side: Side) => traced(net, (call) => events.push({ side, call }));
  const stop = new AbortController();
  // The grace matters where the server has to be stopped, below.
  const serving = startInMemory(server, ["--clients", "1", "--grace", "100ms", "0"], {
    onPrint: noteLines("server", events),
    net: netOf("server"),
    stop: stop.signal,
  });
  const port = await serving.port;
  if (port === null) throw new Failure(words`The server ended at once (${await serving.ended})`);
  const world = worldInMemory({
    input: typed.map((line) => new TextEncoder().encode(line)),
    onPrint: noteLines("client", events),
    terminal: { stdin: true }, // a dialogue: the next line when the reply is there
    net: netOf("client"),
  });
  const code = await client(["127.0.0.1", `${port}`], world);
  // A client that failed may have left the server waiting for one.
  if (code !== 0) stop.abort();
  // Nor does a server learn of every close() by itself (Deno 2.8.3).
  const patience = startLimit(SERVER_END_MS, () => stop.abort());
  await serving.ended;
  patience.stop();
  return events;
}

/** Notes each whole line that is printed as an event. */
function noteLines(side: Side, events: Event[]): (text: string) => void {
  let printed = "";
  return (text) => {
    const [...whole] = (printed + text).split("\n");
    printed = whole.pop()!;
    for (const line of whole) events.push({ side, line });
  };
}

/** The events as lines: the server's on the left, the client's on the right. */
function linesOf(events: Event[], textOf: (said: Words) => string): SideLine[] {
  return events.map(({ side, call, line }) => ({
    side: side === "server" ? "left" : "right",
    text: call === undefined ? `> ${escapeControls(line!)}` : textOf(wordsOfCall(call)),
  }));
}

/** The chapter's claims, looked up in what happened. */
function whatWasSeen(
  { hello, echo, pieces }: { hello: Event[]; echo: Event[]; pieces: Event[] },
  { textOf, columns }: { textOf(said: Words): string; columns: number },
): { text: string; all: boolean } {
  const connected = callsOf(hello, "client").find(({ name }) => name === "connect");
  const accepted = callsOf(hello, "server").find(({ name, peer }) =>
    name === "accept" && peer !== ""
  );
  const listened = hello.findIndex(({ call }) => call?.name === "listen");
  const bothLines = (events: Event[]) =>
    hasLine(events, "Message from server: hello world") &&
    hasLine(events, "Message from server: hi!");
  const claims: [section: string, seen: boolean, claim: Words][] = [
    [
      "4.2.1",
      inOrder(hello, ["socket", "bind", "listen", "accept", "write", "close"]) &&
      hasLine(hello, "Message from server: Hello World! "),
      words`A server calls socket, bind, listen, accept, write, close.`,
    ],
    [
      "4.2.2",
      listened !== -1 && listened < hello.findIndex(({ call }) => call === connected),
      words`connect() succeeds once listen() was called.`,
    ],
    [
      "4.2.5",
      accepted !== undefined && connected?.result === `from ${accepted.peer}`,
      words`connect() gave the client its address: ${accepted?.peer ?? ""}.`,
    ],
    ["4.3.2", bothLines(echo), words`Every line came back as it went.`],
    [
      "4.3.3",
      bothLines(pieces) && readsOf(pieces) > readsOf(echo),
      words`A read is no message: cut to 5 bytes a read and a write, the lines took ${
        readsOf(pieces)
      } reads instead of ${readsOf(echo)}, and still came back whole.`,
    ],
  ];
  const rows = claims.map(([section, isSeen, claim]) => {
    const start = `  ${section}  ${textOf(isSeen ? words`seen` : words`NOT SEEN`)}  `;
    const indent = widthOf(start);
    return start + wrap(textOf(claim), columns - indent).join("\n" + " ".repeat(indent));
  });
  const [server, client] = ["echo_server", "echo_client"].map((program) => ({ program }));
  const text = `
${textOf(words`What was seen`)}

${rows.join("\n")}

${textOf(words`Now by hand, and the client in another terminal:`)}
  ${textOf(words`${server} 9190`)}
  ${textOf(words`${client} 127.0.0.1 9190`)}
`;
  return { text, all: claims.every(([, seen]) => seen) };
}

function callsOf(events: Event[], side: Side): Call[] {
  return events.flatMap((event) => event.side === side && event.call ? [event.call] : []);
}

/** Did the client print this line? */
function hasLine(events: Event[], line: string): boolean {
  return events.some((event) => event.side === "client" && event.line === line);
}

/** How many reads brought bytes to the client. */
function readsOf(events: Event[]): number {
  return callsOf(events, "client").filter(({ name, bytes }) => name === "read" && bytes > 0).length;
}

/** Do the server's first calls of these names come in this order? */
function inOrder(events: Event[], names: Call["name"][]): boolean {
  const calls = callsOf(events, "server").map(({ name }) => name);
  const places = names.map((name) => calls.indexOf(name));
  return places.every((place, i) => place !== -1 && (i === 0 || place > places[i - 1]));
}
