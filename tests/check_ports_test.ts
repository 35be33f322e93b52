import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { freePort, holdPorts } from "../src/process/free_port.ts";
import { DENO, runToEnd } from "./support.ts";

const MODULE = JSON.stringify(import.meta.resolve("../src/process/free_port.ts"));

/** Another check, which begins at this block: the number of its process leads there. */
const anotherCheck = (block: number) => `
Object.defineProperty(Deno, "pid", { value: ${block - 200} });
const { freePort, holdPorts } = await import(${MODULE});
holdPorts();
console.log(JSON.stringify(Array.from({ length: 250 }, freePort)));
`;

Deno.test("two checks side by side give out no port twice, though both begin at the same one", async () => {
  const held = holdPorts();
  try {
    const ours = Array.from({ length: 250 }, freePort);
    assertEquals(new Set(ours).size, ours.length);
    const block = Math.floor(ours.at(-1)! / 100);
    const { stdout, stderr } = await runToEnd([DENO, "eval", anotherCheck(block)]);
    assertEquals(stderr, "");
    const theirs: number[] = JSON.parse(stdout);
    assertEquals(theirs.length, 250);
    assertEquals(theirs.filter((port) => ours.includes(port)), []);
  } finally {
    held.release();
  }
});

Deno.test("what was given out is not given out again when it is held anew, and nothing stays taken", async () => {
  // In a process of its own. It begins in a block that another test may have: then another one tries.
  const script = `
    const { freePort, holdPorts, isFree } = await import(${MODULE});
    const first = holdPorts();
    const port = freePort();
    first.release();
    const second = holdPorts();
    const other = freePort();
    second.release();
    const blocks = [port, other].map((one) => one - one % 100);
    console.log(JSON.stringify([blocks[0] !== blocks[1], blocks.every(isFree)]));`;
  let found = [false];
  for (let tries = 0; tries < 3 && !found.every((is) => is); tries++) {
    const { stdout, stderr } = await runToEnd([DENO, "eval", script]);
    assertEquals(stderr, "");
    found = JSON.parse(stdout);
  }
  assertEquals(found, [true, true]);
});

Deno.test("a port that somebody has taken meanwhile is given to no program", () => {
  const held = holdPorts();
  const next = freePort() + 1; // a new block begins: the next one is of it, too
  const listener = Deno.listen({ hostname: "127.0.0.1", port: next });
  assert(freePort() !== next);
  listener.close();
  held.release();
});

Deno.test({
  name: "a port whose last connection is in TIME_WAIT is given to no program (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const first = holdPorts();
    const port = freePort();
    const next = port - port % 100 + 101; // the first one of the next block
    const at = { hostname: "127.0.0.1", port: next };
    const listener = Deno.listen(at);
    const [conn, accepted] = await Promise.all([Deno.connect(at), listener.accept()]);
    // Who closes first keeps the port.
    accepted.close();
    await conn.read(new Uint8Array(1));
    conn.close();
    listener.close();
    first.release();
    const second = holdPorts();
    assert(freePort() !== next);
    second.release();
  },
});

Deno.test("whatever the number of its process, a check gives out ports from 20000 to 31999", async () => {
  const firstPorts = `
    const ports = [];
    for (const pid of [1, 60, 119, 120, 519, 520, 32768, 4194304]) {
      Object.defineProperty(Deno, "pid", { value: pid, configurable: true });
      const { freePort } = await import(${MODULE} + "?" + pid); // anew for each
      ports.push(freePort());
    }
    console.log(JSON.stringify(ports));`;
  const { stdout, stderr } = await runToEnd([DENO, "eval", firstPorts]);
  assertEquals(stderr, "");
  const ports: number[] = JSON.parse(stdout);
  assertEquals(ports.length, 8);
  // Above begin the ports that systems give out by themselves: on Linux at 32768.
  assertEquals(ports.filter((port) => port < 20_000 || port >= 32_000), []);
});
