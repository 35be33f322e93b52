/**
 * A relay and a client of it in one process, so that a limit of the process binds both:
 *
 *     relay_of_lines.ts <server-port> <recording>
 *
 * Sends 200 lines through, and stops the relay when all have come back.
 */
import { worldInMemory } from "../../src/cli/in_memory.ts";
import { relay } from "../../src/relay/mod.ts";

const [port, file] = Deno.args;
const stop = new AbortController();
const listening = Promise.withResolvers<number>();
const world = worldInMemory({
  stop: stop.signal,
  onSay(text) {
    const match = /Listening on .*:([0-9]+)/.exec(text);
    if (match !== null) listening.resolve(Number(match[1]));
    console.error(text.trimEnd());
  },
});
const ended = relay(["--quiet", "--record", file, "0", "127.0.0.1", port], world);
const conn = await Deno.connect({ hostname: "127.0.0.1", port: await listening.promise });
const byte = new Uint8Array(6);
for (let i = 0; i < 200; i++) {
  await conn.write(new TextEncoder().encode("hello\n"));
  for (let n = 0; n < 6;) n += (await conn.read(byte))!;
}
conn.close();
console.log("all came back");
stop.abort();
Deno.exit(await ended);
