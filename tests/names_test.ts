import { assertEquals } from "jsr:@std/assert@1.0.19";
import { has, runToEnd, start, tcplab } from "./support.ts";

/** Runs commands in a network of their own, with these lines as /etc/hosts. Linux, as root. */
function isolated(hosts: string[], script: string): [string, ...string[]] {
  const setUp = [
    "ip link set lo up",
    "dir=$(mktemp -d)",
    `printf '%s\\n' ${hosts.map((line) => `'${line}'`).join(" ")} > $dir/hosts`,
    "echo nameserver 127.0.0.1 > $dir/resolv.conf",
    "mount --bind $dir/hosts /etc/hosts",
    "mount --bind $dir/resolv.conf /etc/resolv.conf",
    "rm -r $dir 2> /dev/null",
  ];
  return ["unshare", "--mount", "--net", "sh", "-c", [...setUp, script].join("\n")];
}

const PATIENCE = ["--wait", "--connect-timeout", "100s"];
const canIsolate = has("unshare") && has("ip") && (await canUnshare());

async function canUnshare(): Promise<boolean> {
  return (await runToEnd(isolated(["127.0.0.1 here"], "grep -q here /etc/hosts"))).code === 0;
}

for (const address of ["127.0.0.1", "::1", "127.0.0.2"]) {
  Deno.test({
    name: `a client tries all addresses of a name until it finds ${address} (Linux, root, unshare)`,
    ignore: !canIsolate,
    async fn() {
      const server = quoted(tcplab("hello_server", "--host", address, "9190"));
      const client = quoted(tcplab("hello_client", ...PATIENCE, "everywhere", "9190"));
      const hosts = ["127.0.0.1", "::1", "127.0.0.2"].map((ip) => `${ip} everywhere`);
      await using both = start(isolated(hosts, together(`${server} > /dev/null`, client)));
      const { code, stdout } = await both.result();
      assertEquals([code, stdout], [0, "Message from server: Hello World! \n"]);
    },
  });
}

Deno.test({
  name: "--host takes a name, and says which address it listens on (Linux, root, unshare)",
  ignore: !canIsolate,
  async fn() {
    const server = quoted(tcplab("hello_server", "--host", "six", "9190"));
    const client = quoted(tcplab("hello_client", ...PATIENCE, "::1", "9190"));
    await using both = start(isolated(["::1 six"], together(server, `${client} 2> /dev/null`)));
    const { code, stdout, stderr } = await both.result();
    assertEquals([code, stdout.split("\n").sort().join("\n").trim()], [
      0,
      "Message from server: Hello World! \nNew Client connected...",
    ]);
    assertEquals(stderr.split("\n")[0], "Listening on [::1]:9190");
  },
});

/** A script that runs both, and leaves no server behind; its exit code is the client's. */
function together(server: string, client: string): string {
  return `${server} &\n${client}\ncode=$?\nkill -INT $! 2> /dev/null; wait\nexit $code`;
}

function quoted(command: string[]): string {
  return command.map((word) => `'${word}'`).join(" ");
}
