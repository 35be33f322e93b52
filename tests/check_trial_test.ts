/**
 * A case under way: what is noted of it.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { ClientRun } from "../src/check/client_run.ts";
import { NotStarted } from "../src/check/not_started.ts";
import type { Subject } from "../src/check/subject.ts";
import { Trial } from "../src/check/trial.ts";
import type { Net } from "../src/net/net.ts";
import { pause } from "../src/net/silence.ts";
import { wrapped } from "../src/net/wrapped.ts";
import { freePort, holdPorts } from "../src/process/free_port.ts";
import { DENO, within } from "./support.ts";

// Other files of tests are threads of this process: without, they would be given the same ports.
holdPorts();

Deno.test("that a program ended while one tried to connect to it is noted, the tries are not", async () => {
  const command = [DENO, "eval", "Deno.exit(3)", "{port}"];
  const subject: Subject = { kind: "echo_server", command, language: "javascript" };
  const net: Net = {
    listen: Deno.listen,
    async connect() {
      await within(trial.running[0]?.ended ?? Promise.resolve(), () => "its end");
      throw new Deno.errors.ConnectionRefused();
    },
  };
  const trial = new Trial(subject, { net, patienceMs: 60_000 });
  try {
    // On a port of its own choice it starts the program again, should somebody have taken that meanwhile.
    await assertRejects(() => trial.startServer({ port: freePort() }), NotStarted, "ended");
    const steps = trial.steps.map(({ side, text }) => [side, text.split(" ")[0]]);
    assertEquals(steps, [["check", "start"], ["program", "exit(3)"]]);
  } finally {
    await trial.end();
  }
});

Deno.test("a program whose port somebody took meanwhile is started again, on another one", async () => {
  const listens = `setTimeout(() => Deno.listen({
    hostname: "127.0.0.1", port: Number(Deno.args[0]),
  }).accept(), 300)`;
  const command = [DENO, "eval", listens, "{port}"];
  const subject: Subject = { kind: "echo_server", command, language: "javascript" };
  let taken: Deno.TcpListener | null = null;
  const net: Net = {
    listen: Deno.listen,
    async connect(at) {
      // Before the first program listens, which then cannot.
      if (at.port === taken?.addr.port || at.hostname !== "127.0.0.1") {
        throw new Deno.errors.ConnectionRefused();
      }
      if (taken !== null) return await Deno.connect(at);
      taken = Deno.listen({ hostname: "127.0.0.1", port: at.port });
      await within(trial.running[0]?.ended ?? Promise.resolve(), () => "its end");
      throw new Deno.errors.ConnectionRefused();
    },
  };
  const trial = new Trial(subject, { net, patienceMs: 60_000 });
  try {
    const { at } = await trial.startServer();
    assert(at.port !== taken!.addr.port);
    const starts = trial.steps.filter(({ text }) => text.startsWith("start "));
    assertEquals(starts.length, 2);
  } finally {
    taken!.close();
    await trial.end();
  }
});

Deno.test("a connection that is closed twice is told to be closed once", async () => {
  const subject: Subject = { kind: "echo_client", command: [], language: "c" };
  const trial = new Trial(subject, { net: Deno, patienceMs: 60_000 });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept();
  const conn = await trial.connect(listener.addr);
  using _accepted = await accepting;
  conn.close();
  conn.close();
  await trial.end();
  assertEquals(trial.steps.map(({ call }) => call?.name), ["socket", "connect", "close"]);
});

Deno.test("a client that has ended before its connection is accepted has started all the same", async () => {
  const connects = 'await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[1]) })';
  const subject: Subject = {
    kind: "hello_client",
    command: [DENO, "eval", connects],
    language: "javascript",
  };
  let accepted = 0;
  const net = wrapped(Deno, {
    listener: (listener) => ({
      async accept() {
        const conn = await listener.accept();
        accepted++;
        await within(trial.running[0]?.ended ?? Promise.resolve(), () => "its end");
        await pause(50); // so late may a busy machine tell it
        return conn;
      },
    }),
  });
  const trial = new Trial(subject, { net, patienceMs: 60_000 });
  try {
    const run = await ClientRun.start(trial);
    assertEquals([run.connections, accepted], [1, 1]);
  } finally {
    await trial.end();
  }
});
