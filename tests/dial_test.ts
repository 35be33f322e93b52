/** connect(): its limit, its tries, and whom it takes for nobody. */

import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1.0.19";
import { connectedPair, knock } from "../src/labs/stage.ts";
import { dial } from "../src/net/dial.ts";
import type { Conn, ConnectOptions, Net } from "../src/net/net.ts";
import { DENO, has, pathOf, runToEnd, start } from "./support.ts";

const AT = { hostname: "127.0.0.1", port: 9 };

/** A network with this connect(). */
function netWith(connect: (options: ConnectOptions) => Promise<Conn>, more = {}): Net {
  return { listen: Deno.listen, connect, ...more };
}

/** A connection to ourselves, as the kernel may give it, and whether it was closed. */
async function selfConnection() {
  const { near, far } = await connectedPair(Deno, Deno);
  far.close();
  const itself = {
    isClosed: false,
    localAddr: near.localAddr,
    remoteAddr: near.localAddr,
    read: (p: Uint8Array) => near.read(p),
    write: (p: Uint8Array) => near.write(p),
    closeWrite: () => near.closeWrite(),
    close() {
      itself.isClosed = true;
    },
    [Symbol.dispose]: () => near.close(),
  };
  return itself;
}

Deno.test("a connection to itself is a refusal, and closed, to dial() and to the labs' knock()", async () => {
  using one = await selfConnection();
  const dialing = () => dial(netWith(() => Promise.resolve(one)), AT);
  await assertRejects(dialing, Deno.errors.ConnectionRefused);
  assert(one.isClosed);
  using other = await selfConnection();
  assertEquals(await knock(netWith(() => Promise.resolve(other)), 9), null);
  assert(other.isClosed);
});

Deno.test("with wait dial() tries again after a connection to itself, and takes the next one", async () => {
  using itself = await selfConnection();
  const { near, far } = await connectedPair(Deno, Deno);
  const conns: Conn[] = [itself, near];
  assertEquals(await dial(netWith(async () => await conns.shift()!), { ...AT, wait: true }), near);
  near.close();
  far.close();
});

/** The command in a network of its own, after this set-up. */
function inNetwork(setUp: string, command: string[]): [string, ...string[]] {
  const asRoot = Deno.build.os === "linux" && Deno.uid() !== 0 ? ["--map-root-user"] : [];
  return ["unshare", ...asRoot, "--net", "--mount", "sh", "-c", setUp, "sh", ...command];
}

// Asked of the system itself: rights and tools differ from one container to the next.
const canUnshare = has("unshare") && has("ip") &&
  (await runToEnd(inNetwork("ip link set lo up && mount --bind /etc/hosts /etc/hosts", [])))
      .code === 0;

Deno.test({
  name: "a real connection to itself is a refusal, and leaves the port to its server " +
    "(Linux, needs ip and the right to unshare)",
  ignore: !canUnshare,
  async fn() {
    // Of eight ports to choose from (the even ones first), one is soon the right one.
    const setUp =
      "ip link set lo up && echo 40000 40007 > /proc/sys/net/ipv4/ip_local_port_range " +
      '&& exec "$@"';
    const script = pathOf("tests/peers/self_connect.ts");
    const command = [DENO, "run", "--allow-net", "--no-lock", script, "40004"];
    const { code, stdout, stderr } = await runToEnd(inNetwork(setUp, command));
    assertEquals([code, stdout, stderr], [0, "connected to the listener\n", ""]);
  },
});

/**
 * hello_client --wait in a network of its own, where `missing` is so until `cure` is carried out;
 * then a hello_server is started.
 */
async function waits(
  { host, missing, cure, why }: { host: string; missing: string; cure: string; why: string },
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-dial-" });
  try {
    // stdin: a line when the client is known to wait.
    const script = `hosts=$1 deno=$2 main=$3
      : > "$hosts" && mount --bind "$hosts" /etc/hosts && ${missing} || exit 3
      "$deno" run -N "$main" hello_client --wait --connect-timeout 100s ${host} 9190 & client=$!
      read line
      ${cure} || exit 4
      "$deno" run -N "$main" hello_server --quiet --host 0.0.0.0 9190
      wait $client`;
    const command = inNetwork(script, [`${folder}/hosts`, DENO, pathOf("main.ts")]);
    await using both = start(command);
    await both.said(`Waiting for a server at ${host}:9190 (${why})\n`);
    await both.type("cure\n");
    const { code, stdout } = await both.result();
    assertEquals(code, 0);
    assertMatch(stdout, /Message from server: Hello World! \n/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ignore = !canUnshare;

Deno.test(
  "--wait waits for a network (Linux, needs ip and the right to unshare)",
  { ignore },
  async () => {
    await waits({
      host: "127.0.0.1",
      missing: "true",
      cure: "ip link set lo up",
      why: "network unreachable",
    });
  },
);

Deno.test(
  "--wait waits for a machine that cannot be reached (Linux, needs ip and the right to unshare)",
  { ignore },
  async () => {
    await waits({
      host: "10.9.8.7",
      missing: "ip link set lo up && ip route add unreachable 10.9.8.7",
      cure: "ip route del unreachable 10.9.8.7 && ip address add 10.9.8.7/32 dev lo",
      why: "host unreachable",
    });
  },
);

Deno.test(
  "--wait waits for a name that is not known yet (Linux, needs ip and the right to unshare)",
  { ignore },
  async () => {
    await waits({
      host: "server.test",
      missing: "ip link set lo up",
      cure: 'echo "127.0.0.1 server.test" > "$hosts"',
      why: "no address found for this name",
    });
  },
);

Deno.test("--wait does not wait for what will not change: no permission, and what is no name", async () => {
  const main = pathOf("main.ts");
  const client = ["hello_client", "--wait", "--connect-timeout", "1h"];
  const forbidden = await runToEnd([DENO, "run", main, ...client, "127.0.0.1", "9190"]);
  assertEquals(forbidden.code, 1);
  assertMatch(forbidden.stderr, /^hello_client: Cannot connect .*: Deno was not allowed/);
  const error = new URIError("invalid host"); // what Deno 2.9 throws; 2.4 takes it for a name
  await assertRejects(
    () => dial(netWith(() => Promise.reject(error)), { ...AT, wait: true }),
    URIError,
  );
});

Deno.test("a dial() that is given up tries nothing more, and closes a connection that comes late", async () => {
  const late = Promise.withResolvers<Conn>();
  let tries = 0;
  const net = netWith(() => {
    tries++;
    return tries === 1 ? Promise.reject(new Deno.errors.ConnectionRefused()) : late.promise;
  });
  let waits = 0;
  const options = { ...AT, timeoutMs: 300, wait: true, onWait: () => waits++ };
  const error = await assertRejects(() => dial(net, options), Deno.errors.TimedOut);
  assertEquals([tries, waits], [2, 1]);
  assert(error.cause instanceof Deno.errors.ConnectionRefused);
  const { near, far } = await connectedPair(Deno, Deno);
  late.resolve(near);
  assertEquals(await far.read(new Uint8Array(1)), null);
  far.close();
});

Deno.test("dial() keeps its limit while it looks for the other addresses of a name", async () => {
  let looking: AbortSignal | undefined; // Deno 2.9 has looked in connect() already
  const net = netWith(() => Promise.reject(new Deno.errors.ConnectionRefused()), {
    resolveDns(_name: string, _kind: string, { signal }: { signal: AbortSignal }) {
      looking = signal;
      return new Promise(() => {}); // a DNS server that does not answer
    },
  });
  const options = { hostname: "server.test", port: 9, timeoutMs: 50, wait: true };
  await assertRejects(() => dial(net, options), Deno.errors.TimedOut);
  assert(!looking?.aborted);
});

Deno.test("dial() that is aborted tries nothing more, and what it still connects is closed", async () => {
  let calls = 0;
  const refusing = netWith(() => {
    calls++;
    return Promise.reject(new Deno.errors.ConnectionRefused());
  });
  const stop = new AbortController();
  const waiting = dial(refusing, {
    ...AT,
    wait: true,
    signal: stop.signal,
    onWait: () => stop.abort(new RangeError("enough")),
  });
  await assertRejects(() => waiting, RangeError, "enough");
  assertEquals(calls, 1);
  await assertRejects(() => dial(refusing, { ...AT, signal: stop.signal }), RangeError, "enough");
  assertEquals(calls, 1);

  const late = Promise.withResolvers<Conn>();
  const other = new AbortController();
  const connecting = dial(netWith(() => late.promise), { ...AT, signal: other.signal });
  other.abort();
  await assertRejects(() => connecting);
  const closed = Promise.withResolvers<void>();
  const { near, far } = await connectedPair(Deno, Deno);
  late.resolve({
    localAddr: near.localAddr,
    remoteAddr: near.remoteAddr,
    read: (p) => near.read(p),
    write: (p) => near.write(p),
    closeWrite: () => near.closeWrite(),
    close: closed.resolve,
  });
  await closed.promise;
  near.close();
  far.close();
});
