import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { start, TYPED_DENO } from "./support.ts";
import { Newcomer, Served } from "./url_support.ts";

const ignore = Deno.build.os === "windows"; // there deno install makes a .cmd file

Deno.test("deno install -g from a URL gives a command that runs every program", {
  ignore,
}, async () => {
  await using served = new Served();
  await using newcomer = new Newcomer();
  const tcplab = await newcomer.install("tcplab", `${served.url}/main.ts`);

  assertMatch((await newcomer.run(tcplab, "--version")).stdout, /^tcplab [0-9.]+\n$/);
  await using server = start([tcplab, "hello_server", "0"], newcomer.options);
  const port = String(await server.port());
  assertEquals(
    (await newcomer.run(tcplab, "hello_client", "127.0.0.1", port)).stdout,
    "Message from server: Hello World! \n",
  );
  assertEquals((await server.result()).code, 0);

  // What was once fetched is not fetched again.
  const before = served.requests.length;
  assertEquals((await newcomer.run(tcplab, "hello_server", "--version")).code, 0);
  assertEquals(served.requests.slice(before), []);
  assertEquals(new Set(served.requests).size, served.requests.length);
});

Deno.test("deno install -g of one program fetches no other program", { ignore }, async () => {
  await using served = new Served();
  await using newcomer = new Newcomer();
  const client = await newcomer.install("hello_client", `${served.url}/src/hello_client.ts`);
  const { stdout } = await newcomer.run(client, "--help");
  const help = await Deno.readTextFile(new URL("help/hello_client.txt", import.meta.url));
  // What was installed cannot see under which name; it names itself as it was installed from.
  const named = `${TYPED_DENO} run -N ${served.url}/src/hello_client.ts `;
  assertEquals(stdout, help.replaceAll("hello_client ", named));
  assert(served.requests.includes("/src/hello_client.ts"));
  assertEquals(served.requests.filter((path) => /_server|labs|echo|main/.test(path)), []);
});
