/**
 * The servers of a test file behind a relay: whoever connects to one goes through it.
 *
 *     TCPLAB_RELAY="--cut 1-20000 --gap 1ms" deno test -A tests/echo_client_test.ts
 *     TCPLAB_RELAY="" deno test -A tests/faults_test.ts
 *
 * @module
 */

import { worldInMemory } from "../src/cli/in_memory.ts";
import { Running, start, tcplab } from "./support.ts";

/** The port that stands for a server's. */
export interface InFront extends AsyncDisposable {
  port: number;
}

/** A relay in front of this port of this machine, if the environment asks for it; else the port. */
export function inFrontOf(port: number): InFront {
  const options = Deno.env.get("TCPLAB_RELAY");
  if (options === undefined) return { port, [Symbol.asyncDispose]: () => Promise.resolve() };
  // It listens at once; who comes before the relay is there waits in the queue.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  let said = "";
  const net = { connect: Deno.connect, listen: () => listener };
  const ended = import("../src/relay/mod.ts").then(({ relay }) =>
    relay(
      ["--quiet", "--grace", "1ms", ...options.split(" ").filter(Boolean)]
        .concat("1", "127.0.0.1", String(port)),
      worldInMemory({ net, stop: stop.signal, onSay: (text) => said += text }),
    )
  );
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      stop.abort();
      if (await ended !== 0) throw new Error(`The relay in front failed: ${said}`);
    },
  };
}

/** A server as a process of its own, with its relay as another one: resets pass as resets. */
class Relayed extends Running {
  #relay: Running | null = null;

  override async port(): Promise<number> {
    const options = Deno.env.get("TCPLAB_RELAY")!.split(" ").filter(Boolean);
    const port = String(await super.port());
    this.#relay ??= start(
      tcplab("relay", "--quiet", "--resets", ...options, "0", "127.0.0.1", port),
    );
    return await this.#relay.port();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]();
    await super[Symbol.asyncDispose]();
  }
}

/** Starts a server; `port()` is that of the relay in front of it, if the environment asks for one. */
export function startServer(command: [string, ...string[]]): Running {
  return Deno.env.has("TCPLAB_RELAY") ? new Relayed(command) : start(command);
}
