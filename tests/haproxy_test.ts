import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { connect, echo, talk } from "./server_support.ts";
import { freePort, has, ROOT, type Running, start, tcplab } from "./support.ts";

/** An echo_server that prints events, and its port. */
async function backend(): Promise<{ server: Running; port: number }> {
  const options = ["--json", "--forever", "--concurrent", "1000", "--backlog", "100"];
  const server = start(tcplab("echo_server", ...options, "0"));
  const [, port] = await server.printed(/"listening".*"port":([0-9]+)/);
  return { server, port: Number(port) };
}

Deno.test({
  name: "behind HAProxy only the clients of a killed echo_server fail, and new ones are served",
  ignore: !has("haproxy"),
  async fn() {
    const one = await backend();
    await using serverOne = one.server;
    const two = await backend();
    await using _serverTwo = two.server;
    const front = freePort();
    const config = (await Deno.readTextFile(new URL("tests/peers/haproxy.cfg", ROOT)))
      .replace(":9190\n    default_backend", `:${front}\n    default_backend`)
      .replace("server one 127.0.0.1:9191", `server one 127.0.0.1:${one.port}`)
      .replace("server two 127.0.0.1:9192", `server two 127.0.0.1:${two.port}`);
    const file = await Deno.makeTempFile({ suffix: ".cfg" });
    try {
      await Deno.writeTextFile(file, config);
      await using balancer = start(["haproxy", "-db", "-f", file]);
      await answering(front);

      // Under load: each client has its text echoed again and again.
      let stopping = false;
      const rounds = Array<number>(20).fill(0);
      const clients = rounds.map(async (_, i) => {
        using conn = await connect(front);
        const text = `client ${i}\n`.repeat(i + 1);
        try {
          while (!stopping) {
            assertEquals(await echo(conn, text), text); // never a wrong byte
            rounds[i]++;
          }
          return "served";
        } catch (error) {
          // Cut off is what may happen; an echo that is wrong may not.
          if (/AssertionError/.test(String((error as Error).name))) throw error;
          return "cut off";
        }
      });
      await untilAll(rounds, 5);
      serverOne.kill("SIGKILL");
      await serverOne.result();
      // Those of the other go on as if nothing had happened.
      const before = [...rounds];
      const late = await Promise.all(
        Array.from({ length: 20 }, (_, i) => talk(front, `new client ${i}`)),
      );
      assertEquals(late, Array.from({ length: 20 }, (_, i) => `new client ${i}`));
      await until(() => rounds.filter((n, i) => n > before[i] + 5).length >= 8);
      stopping = true;
      const ends = await Promise.all(clients);
      // leastconn: about half of them were on each.
      const served = ends.filter((end) => end === "served").length;
      assert(served >= 8 && served <= 12, `${served} of ${ends.length} were served to the end`);
      balancer.kill("SIGTERM");
      await balancer.result();
    } finally {
      await Deno.remove(file);
    }
  },
});

async function answering(port: number): Promise<void> {
  for (let i = 0;; i++) {
    try {
      assertEquals(await talk(port, "ready?"), "ready?");
      return;
    } catch (error) {
      assert(i < 3000, `HAProxy does not answer: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function untilAll(rounds: number[], least: number): Promise<void> {
  return until(() => rounds.every((n) => n >= least));
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert(i < 10_000, "Waited for the clients");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
