import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { writeAll } from "../src/framing.ts";
import type { Conn } from "../src/net/net.ts";
import { connectResettable, listenResettable } from "../src/net/reset.ts";
import { patiently } from "./server_support.ts";
import { DENO, has, runToEnd, start } from "./support.ts";

const noPython = !has("python3");
const utf8 = new TextEncoder();
/** resetAndDestroy() of node:net is there since Deno 2.7. */
const [, minor] = Deno.version.deno.split(".").map(Number);
const canReset = minor >= 7;
const HOST = "127.0.0.1";

/** A peer in Python: says what recv() gives it, until the end or an error. */
const PEER = `
import select, socket, sys
if sys.argv[1] == "listen":
    server = socket.socket()
    server.bind(("${HOST}", 0))
    server.listen()
    print("Listening on ${HOST}:%d" % server.getsockname()[1], file=sys.stderr, flush=True)
    conn, _ = server.accept()
else:
    conn = socket.create_connection(("${HOST}", int(sys.argv[1])))
if "speaks" in sys.argv:
    conn.sendall(b"unread")
print("connected", flush=True)
while True:
    try:
        got = conn.recv(100)
    except OSError as error:
        print(type(error).__name__)
        break
    print("recv", len(got), flush=True)
    if not got:
        break
# A RST comes as an error or a hangup of both directions; an end alone is neither.
poll = select.poll()
poll.register(conn, 0)
print("reset" if poll.poll(10000 if "speaks" in sys.argv else 0) else "open")
`;

/** What the peer sees of a connection on which this is done, connected in both directions. */
async function seenBy(
  what: (conn: Awaited<ReturnType<typeof connectResettable>>) => Promise<void> | void,
  ...words: string[]
): Promise<string[]> {
  const seen: string[] = [];
  {
    await using peer = start(["python3", "-c", PEER, "listen", ...words]);
    const conn = await connectResettable({ hostname: HOST, port: await peer.port() });
    await peer.printed("connected");
    await what(conn);
    seen.push((await peer.result()).stdout);
  }
  {
    const listener = await listenResettable({ hostname: HOST, port: 0 });
    const { port } = listener.addr;
    await using peer = start(["python3", "-c", PEER, String(port), ...words]);
    const conn = await listener.accept();
    await peer.printed("connected");
    await what(conn);
    seen.push((await peer.result()).stdout);
    listener.close();
  }
  return seen;
}

const sanitize = { sanitizeOps: false, sanitizeResources: false }; // node:net keeps timers of its own

Deno.test("reset() sends a RST alone: the other side reads an error, and no end before it", {
  ignore: noPython || !canReset,
  ...sanitize,
}, async () => {
  const seen = await seenBy((conn) => assert(conn.reset()));
  const due = "connected\nConnectionResetError\nreset\n";
  assertEquals(seen, [due, due]);
});

Deno.test("where Deno cannot reset, reset() says so, and the other side reads the end", {
  ignore: noPython || canReset,
  ...sanitize,
}, async () => {
  const seen = await seenBy((conn) => assertEquals(conn.reset(), false));
  assertEquals(seen, ["connected\nrecv 0\nopen\n", "connected\nrecv 0\nopen\n"]);
});

Deno.test(
  "reset() with bytes that nobody read resets in every version, after an end where Deno cannot",
  {
    ignore: noPython,
    ...sanitize,
  },
  async () => {
    const seen = await seenBy(async (conn) => {
      await conn.read(new Uint8Array(1)); // so the others are there
      assertEquals(conn.reset(), canReset);
      conn.close(); // once more is nothing
    }, "speaks");
    for (const text of seen) {
      assertEquals(text, `connected\n${canReset ? "ConnectionResetError" : "recv 0"}\nreset\n`);
    }
  },
);

Deno.test("close() of a connection that can be reset is an end, as of any other", {
  ignore: noPython,
  ...sanitize,
}, async () => {
  const seen = await seenBy(async (conn) => {
    assertEquals(await conn.write(utf8.encode("hello")), 5);
    conn.close();
  });
  for (const text of seen) assert(text.startsWith("connected\nrecv 5\nrecv 0\n"), text);
});

/** Both directions: a pair of connections of which the first can be reset. */
async function pairs(): Promise<{ name: string; conn: Conn; other: Deno.TcpConn }[]> {
  const plain = Deno.listen({ hostname: HOST, port: 0 });
  const [conn, other] = await Promise.all([
    connectResettable({ hostname: HOST, port: plain.addr.port }),
    plain.accept(),
  ]);
  plain.close();
  const listener = await listenResettable({ hostname: HOST, port: 0 });
  const other2 = await Deno.connect({ hostname: HOST, port: listener.addr.port });
  const conn2 = await listener.accept();
  listener.close();
  await assertRejects(() => listener.accept(), Deno.errors.BadResource);
  return [{ name: "connect", conn, other }, { name: "listen", conn: conn2, other: other2 }];
}

async function readAll(conn: Conn, room: number): Promise<number[]> {
  const bytes: number[] = [];
  const p = new Uint8Array(room);
  for (let n; (n = await conn.read(p)) !== null;) {
    assert(n > 0);
    bytes.push(...p.subarray(0, n));
  }
  return bytes;
}

Deno.test(
  "a connection that can be reset reads to the end and again, writes, and half-closes",
  sanitize,
  async () => {
    for (const { name, conn, other } of await pairs()) {
      assertEquals(conn.remoteAddr.port, (other.localAddr as Deno.NetAddr).port, name);
      await other.write(utf8.encode("hello"));
      await other.closeWrite();
      assertEquals(await readAll(conn, 2), [...utf8.encode("hello")]);
      assertEquals(await conn.read(new Uint8Array(1)), null); // the end stays the end
      // The other direction is open: a megabyte, and then its end.
      const sent = new Uint8Array(1_000_000).map((_, i) => i % 251);
      const reading = readAll(other, 65536);
      await writeAll(conn, sent);
      await conn.closeWrite!();
      const came = await reading;
      assert(came.length === sent.length && sent.every((byte, i) => byte === came[i]), name);
      conn.close();
      other.close();
    }
  },
);

Deno.test("a connection that can be reset throws what others throw, when it is reset itself", {
  ignore: !canReset,
  ...sanitize,
}, async () => {
  const listener = await listenResettable({ hostname: HOST, port: 0 });
  const ours = connectResettable({ hostname: HOST, port: listener.addr.port });
  const [conn, other] = [await ours, await listener.accept()];
  other.reset();
  await assertRejects(() => conn.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
  conn.close();
  listener.close();
});

Deno.test("close() ends a read under way", sanitize, async () => {
  for (const { conn, other } of await pairs()) {
    const reading = conn.read(new Uint8Array(1)).catch((error) => error);
    conn.close();
    const end = await reading;
    assert(
      end === null || end instanceof Deno.errors.BadResource ||
        end instanceof Deno.errors.Interrupted,
    );
    other.close();
  }
});

Deno.test("close() of a listener ends an accept() under way", sanitize, async () => {
  const listener = await listenResettable({ hostname: HOST, port: 0 });
  const accepting = assertRejects(() => listener.accept(), Deno.errors.BadResource);
  listener.close();
  await patiently(accepting, "the end of accept()");
});

Deno.test("nobody there is a refusal, as of Deno.connect", sanitize, async () => {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assertRejects(
    () => connectResettable({ hostname: HOST, port }),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("node:net, which takes its time, is loaded by the first that needs it alone", async () => {
  const module = JSON.stringify(import.meta.resolve("../src/check/mod.ts"));
  const { stdout } = await runToEnd([
    DENO,
    "info",
    "--json",
    JSON.parse(module),
  ]);
  assert(!stdout.includes("node:net"), "node:net is loaded at the start");
});
