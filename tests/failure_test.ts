/** Bad luck: one message that names the state, the way out if there is one, exit 1. */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { DENO, freePort, has, pathOf, runToEnd, start, tcplab } from "./support.ts";
import { python } from "./server_support.ts";

type Words = [string, ...string[]];

const SERVERS = ["hello_server", "hello_server_iterative", "echo_server"];
const CLIENTS = ["hello_client", "echo_client"];

async function fails(command: Words, stderr: string): Promise<void> {
  assertEquals(await runToEnd(command), { code: 1, signal: null, stdout: "", stderr });
}

/** The command in a network of its own, in which nothing is up: no packet can leave it. */
function withoutNetwork(...command: Words): Words {
  const asRoot = Deno.uid() === 0 ? [] : ["--map-root-user"];
  return ["unshare", ...asRoot, "--net", ...command];
}

const canUnshare = has("unshare") && (await runToEnd(withoutNetwork("true"))).code === 0;
// Where root may bind any port, it is root without that right.
const WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-net_bind_service"];
const canDropPrivilege = canUnshare && has("setpriv") &&
  (await runToEnd(withoutNetwork(...WITHOUT_PRIVILEGE as Words, "true"))).code === 0;

for (const name of SERVERS) {
  Deno.test(`${name}: a port in use`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await fails(
      tcplab(name, `${port}`),
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
          ...WITHOUT_PRIVILEGE as Words,
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
    await fails(
      tcplab(name, "127.0.0.1", `${port}`),
      `${name}: Cannot connect to 127.0.0.1:${port}: connection refused\n` +
        "  No server listens there yet. Start one, or let --wait wait for it.\n",
    );
  });

  Deno.test({
    name: `${name}: nobody listens there, for IPv6 (needs ::1)`,
    ignore: !hasIpv6(),
    async fn() {
      const port = freePort();
      await fails(
        tcplab(name, "::1", `${port}`),
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
      await fails(
        tcplab(name, "--connect-timeout", "200ms", "127.0.0.1", port),
        `${name}: Cannot connect to 127.0.0.1:${port}: timed out\n`,
      );
      await server.endInput();
    },
  });

  Deno.test(`${name} --wait: no server comes within --connect-timeout`, async () => {
    const port = freePort();
    await fails(
      tcplab(name, "--wait", "--connect-timeout", "2s", "127.0.0.1", `${port}`),
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

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
