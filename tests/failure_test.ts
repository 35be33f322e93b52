/** Bad luck: one message that names the state, the way out if there is one, exit 1. */

import { assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { adviceOn, failure, textOf, words } from "../src/cli/failure.ts";
import { runInside } from "./client_support.ts";
import { DENO, freePort, has, pathOf, runToEnd, start, tcplab } from "./support.ts";
import { python } from "./server_support.ts";

type Command = [string, ...string[]];

const SERVERS = ["hello_server", "hello_server_iterative", "echo_server"];
const CLIENTS = ["hello_client", "echo_client"];

async function fails(command: Command, stderr: string): Promise<void> {
  assertEquals(await runToEnd(command), { code: 1, signal: null, stdout: "", stderr });
}

/** The same of `tcplab` in this process: where nothing but the network of this machine is needed. */
async function failsInside(args: string[], stderr: string): Promise<void> {
  assertEquals(await runInside(main, args), { code: 1, stdout: "", stderr });
}

/** The command in a network of its own, in which nothing is up: no packet can leave it. */
function withoutNetwork(...command: Command): Command {
  const asRoot = Deno.uid() === 0 ? [] : ["--map-root-user"];
  return ["unshare", ...asRoot, "--net", ...command];
}

const canUnshare = has("unshare") && (await runToEnd(withoutNetwork("true"))).code === 0;
// Where root may bind any port, it is root without that right.
const WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-net_bind_service"];
const canDropPrivilege = canUnshare && has("setpriv") &&
  (await runToEnd(withoutNetwork(...WITHOUT_PRIVILEGE as Command, "true"))).code === 0;

for (const name of SERVERS) {
  Deno.test(`${name}: a port in use`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await failsInside(
      [name, `${port}`],
      `${name}: Cannot bind 127.0.0.1:${port}: address already in use\n` +
        "  Another program listens there. Give another port, or 0 to take any free one.\n",
    );
  });

  Deno.test({
    name: `${name}: a privileged port (Linux, needs the right to unshare, and setpriv)`,
    ignore: !canDropPrivilege,
    async fn() {
      await fails(
        withoutNetwork(
          ...WITHOUT_PRIVILEGE as Command,
          ...tcplab(name, "--host", "0.0.0.0", "80"),
        ),
        `${name}: Cannot bind 0.0.0.0:80: permission denied\n` +
          "  Ports below 1024 are for privileged programs. Give one from 1024 up.\n",
      );
    },
  });

  Deno.test(`${name}: no permission, and nobody to ask for it`, async () => {
    await fails(
      [DENO, "run", pathOf(`src/${name}.ts`), "9190"],
      `${name}: Cannot bind 127.0.0.1:9190: Deno was not allowed to use the network\n` +
        "  Run it with deno run --allow-net, or -N for short.\n",
    );
  });
}

for (const name of CLIENTS) {
  Deno.test(`${name}: nobody listens there`, async () => {
    const port = freePort();
    await failsInside(
      [name, "127.0.0.1", `${port}`],
      `${name}: Cannot connect to 127.0.0.1:${port}: connection refused\n` +
        "  No server listens there yet. Start one, or let --wait wait for it.\n",
    );
  });

  Deno.test({
    name: `${name}: nobody listens there, for IPv6 (needs ::1)`,
    ignore: !hasIpv6(),
    async fn() {
      const port = freePort();
      await failsInside(
        [name, "::1", `${port}`],
        `${name}: Cannot connect to [::1]:${port}: connection refused\n` +
          "  No server listens there yet. Start one, or let --wait wait for it.\n",
      );
    },
  });

  Deno.test({
    name: `${name}: a name without an address (Linux, needs the right to unshare)`,
    ignore: !canUnshare,
    async fn() {
      await fails(
        withoutNetwork(...tcplab(name, "nothing.invalid", "9190")),
        `${name}: Cannot connect to nothing.invalid:9190: no address found for this name\n` +
          "  Look at the name, or give an address such as 127.0.0.1.\n",
      );
    },
  });

  Deno.test({
    name: `${name}: no way to the network (Linux, needs the right to unshare)`,
    ignore: !canUnshare,
    async fn() {
      await fails(
        withoutNetwork(...tcplab(name, "127.0.0.1", "9190")),
        `${name}: Cannot connect to 127.0.0.1:9190: network unreachable\n` +
          "  This machine has no way there. Look at the address and at its network.\n",
      );
    },
  });

  Deno.test({
    name: `${name}: connect() takes longer than --connect-timeout (needs python3, Linux)`,
    ignore: Deno.build.os !== "linux" || !has("python3"),
    async fn() {
      await using server = start(python("full_queue.py"));
      const [, port] = await server.printed(/^([0-9]+)\n/);
      // The system itself would give up after 127 seconds, later than a test waits.
      // A program of its own: in this process the connect() that was given up would go on.
      await fails(
        tcplab(name, "--connect-timeout", "200ms", "127.0.0.1", port),
        `${name}: Cannot connect to 127.0.0.1:${port}: timed out\n`,
      );
      await server.endInput();
    },
  });

  Deno.test(`${name} --wait: no server comes within --connect-timeout`, async () => {
    const port = freePort();
    await failsInside(
      [name, "--wait", "--connect-timeout", "500ms", "127.0.0.1", `${port}`],
      `Waiting for a server at 127.0.0.1:${port}\n` +
        `${name}: Cannot connect to 127.0.0.1:${port}: timed out (connection refused)\n`,
    );
  });

  Deno.test(`${name}: no permission, and nobody to ask for it`, async () => {
    await fails(
      [DENO, "run", pathOf(`src/${name}.ts`), "127.0.0.1", "9190"],
      `${name}: Cannot connect to 127.0.0.1:9190: Deno was not allowed to use the network\n` +
        "  Run it with deno run --allow-net, or -N for short.\n",
    );
  });

  Deno.test({
    name: `${name}: stdout is full (needs /dev/full)`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using server = start(tcplab("hello_server", "0"));
      const client = tcplab(name, "127.0.0.1", `${await server.port()}`);
      const { code, stderr } = await runToEnd(["sh", "-c", '"$@" > /dev/full', "sh", ...client]);
      assertEquals([code, stderr], [
        1,
        `${name}: Cannot write to stdout: No space left on device\n`,
      ]);
    },
  });
}

Deno.test({
  name: "tcplab: stdout is full (needs /dev/full)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    for (const args of [["--version"], [], ["help", "echo_client"]]) {
      const command = tcplab(...args);
      const { code, stderr } = await runToEnd(["sh", "-c", '"$@" > /dev/full', "sh", ...command]);
      const name = args[0] === "help" ? "echo_client" : "tcplab";
      assertEquals([code, stderr], [
        1,
        `${name}: Cannot write to stdout: No space left on device\n`,
      ]);
    }
  },
});

/** A network of its own with a loopback, in which this shell line ran first. */
function inNetwork(line: string, ...command: Command): Command {
  return withoutNetwork("sh", "-c", `ip link set lo up && ${line} && exec "$@"`, "sh", ...command);
}

/**
 * Only ports 40000 to 40007 are given out. Of an odd number Linux overlooks one, which may be
 * another one for the next program.
 */
const FEW_PORTS = "echo '40000 40007' > /proc/sys/net/ipv4/ip_local_port_range";

/** The command, as a child of a program that first takes ports by `hold`. */
function whilePortsAreHeld(hold: string, command: Command): Command {
  const code = `${hold}
    const [name, ...args] = ${JSON.stringify(command)};
    const { code, stderr } = await new Deno.Command(name, { args, stderr: "piped" }).output();
    Deno.stderr.writeSync(stderr);
    Deno.exit(code);`;
  return inNetwork(FEW_PORTS, DENO, "eval", code);
}

const canSetUp = canUnshare && has("ip") &&
  (await runToEnd(inNetwork(FEW_PORTS, "true"))).code === 0;

Deno.test({
  name: "a port from 1024 up that the system forbids is not called one below it (Linux, unshare)",
  ignore: !(canSetUp && canDropPrivilege),
  async fn() {
    const line = "echo 10000 > /proc/sys/net/ipv4/ip_unprivileged_port_start";
    await fails(
      inNetwork(line, ...WITHOUT_PRIVILEGE as Command, ...tcplab("echo_server", "9190")),
      "echo_server: Cannot bind 127.0.0.1:9190: permission denied\n" +
        "  The rules of this machine forbid that port (SELinux, a sandbox, a raised limit of " +
        "privileged ports). Give another one.\n",
    );
  },
});

Deno.test({
  name: "port 0 with none free is not another program's port (Linux, unshare)",
  ignore: !canSetUp,
  async fn() {
    const hold = `globalThis.held = [];
      try {
        for (;;) held.push(Deno.listen({ port: 0 }));
      } catch {
        // None is left.
      }`;
    const server = tcplab("echo_server", "--host", "0.0.0.0", "0");
    await fails(
      whilePortsAreHeld(hold, server),
      "echo_server: Cannot bind 0.0.0.0:0: address already in use\n" +
        "  Every port that the system gives out (its ephemeral ports) is taken. " +
        "End programs that hold some, or give a port outside their range.\n",
    );
  },
});

for (const name of CLIENTS) {
  Deno.test({
    name: `${name}: no local port is left to connect from (Linux, unshare)`,
    ignore: !canSetUp,
    async fn() {
      const hold = `const listener = Deno.listen({ hostname: "127.0.0.1", port: 8000 });
        globalThis.held = [];
        try {
          for (;;) {
            held.push(await Deno.connect({ hostname: "127.0.0.1", port: 8000 }));
            held.push(await listener.accept());
          }
        } catch {
          // None is left.
        }`;
      await fails(
        whilePortsAreHeld(hold, tcplab(name, "127.0.0.1", "8000")),
        `${name}: Cannot connect to 127.0.0.1:8000: address not available\n` +
          "  All local ports for connections to there are taken: end programs that hold some, " +
          "or wait a minute for those just closed.\n",
      );
    },
  });

  Deno.test({
    name: `${name}: IPv6 that is off is told before local ports are (Linux, unshare)`,
    ignore: !canSetUp,
    async fn() {
      await fails(
        inNetwork(
          "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6",
          ...tcplab(name, "::1", "8000"),
        ),
        `${name}: Cannot connect to [::1]:8000: address not available\n` +
          "  This machine has no IPv6 there (give an IPv4 address), or all local ports for " +
          "connections to there are taken: end programs that hold some, or wait a minute for " +
          "those just closed.\n",
      );
    },
  });

  Deno.test({
    name: `${name}: a link-local address without its interface, or with one that is not there`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await failsInside(
        [name, "fe80::1", "9190"],
        `${name}: Cannot connect to [fe80::1]:9190: a link-local address needs its interface\n` +
          '  Give it behind a "%": fe80::1%eth0.\n',
      );
      await failsInside(
        [name, "fe80::1%nosuch", "9190"],
        `${name}: Cannot connect to [fe80::1%nosuch]:9190: ` +
          "no such interface, or not a link-local address\n" +
          '  Behind the "%" stands an interface of this machine, for addresses such as fe80::1 alone.\n',
      );
    },
  });
}

Deno.test({
  name:
    "a server on a link-local address says where it listens with its interface (Linux, unshare)",
  ignore: !canSetUp,
  async fn() {
    const line = "ip address add fe80::7/64 dev lo nodad";
    await using server = start(
      inNetwork(line, ...tcplab("echo_server", "--json", "--host", "fe80::7%lo", "0")),
    );
    assertEquals(JSON.parse((await server.printed(/^.*\n/))[0]).address, "fe80::7%lo");
    await using other = start(
      inNetwork(line, ...tcplab("echo_server", "--host", "fe80::7%lo", "9190")),
    );
    await other.said("Listening on [fe80::7%lo]:9190\n");
  },
});

Deno.test("every port from 1 to 1023 is a privileged one, and no other", () => {
  const denied = words`permission denied`;
  const bind = { call: "bind", hostname: "127.0.0.1" } as const;
  const isPrivileged = (port: number) =>
    textOf(adviceOn(denied, { ...bind, port }, { os: "linux" })!).includes("below 1024");
  const told = [0, 1, 1023, 1024, 65535].filter(isPrivileged);
  assertEquals(told, [1, 1023]);
});

Deno.test("what only Windows says gets the words that are true there", () => {
  const bind = { call: "bind", hostname: "127.0.0.1" } as const;
  const denied = words`permission denied`;
  for (const port of [80, 9190]) {
    const advice = textOf(adviceOn(denied, { ...bind, port }, { os: "windows" })!);
    assertMatch(advice, /netsh interface ipv4 show excludedportrange protocol=tcp/);
    assertEquals(advice.includes("1024"), false);
  }
  const anywhere = { call: "connect", hostname: "0.0.0.0", port: 9190 } as const;
  const adviceFor = (os: string) =>
    textOf(adviceOn(words`address not available`, anywhere, { os })!);
  assertMatch(adviceFor("windows"), /Give 127\.0\.0\.1/);
  assertMatch(adviceFor("linux"), /^All local ports/);
  // Seen with Windows Deno 2.9.6: an Error of no class of its own.
  const error = Object.assign(new Error("Host not found."), { code: "ENOENT" });
  const { message, advice } = failure(words`Cannot connect to nothing.invalid:9190`, error, {
    call: "connect",
    hostname: "nothing.invalid",
    port: 9190,
  });
  assertEquals(
    message,
    "Cannot connect to nothing.invalid:9190: no address found for this name",
  );
  assertEquals(textOf(advice!), "Look at the name, or give an address such as 127.0.0.1.");
});

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
