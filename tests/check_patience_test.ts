import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { untilItWaits } from "../src/check/patience.ts";
import type { Process } from "../src/process/process.ts";
import type { Subject } from "../src/check/subject.ts";
import { Trial } from "../src/check/trial.ts";
import { PYTHON } from "./server_support.ts";
import { has, within } from "./support.ts";

const ignore = Deno.build.os === "windows" || !has("python3");

/** So much less than what the programs below take that it is over when they have hardly begun. */
const PATIENCE_MS = 50;

/** Computes until it has used half a second of CPU time, however long that takes. */
const COMPUTES = [PYTHON, "-c", "import time\nwhile time.process_time() < 0.5: pass"];

/** What is made of a program that is waited for: did it end, or was it silent? */
async function waited(
  command: string[],
  until: (process: Process) => Promise<unknown> = () => Promise.resolve(),
): Promise<"ended" | "silent"> {
  const subject: Subject = { kind: "echo_server", command, language: "c" };
  const trial = new Trial(subject, { net: Deno, patienceMs: PATIENCE_MS });
  try {
    const process = trial.startCommand(command);
    await until(process);
    const end = await trial.patiently(
      process.ended.then(() => "ended" as const),
      "silent" as const,
    );
    assert(end === "silent" || process.end?.code === 0, `${process.end?.code}`);
    return end;
  } finally {
    await trial.end();
  }
}

Deno.test(
  "a program that computes for longer than the patience is waited for",
  { ignore },
  async () => {
    assertEquals(await waited(COMPUTES), "ended");
  },
);

Deno.test("it is waited for behind timeout, too, which leaves its group", {
  ignore: ignore || !has("timeout"),
}, async () => {
  assertEquals(await waited(["timeout", "1000", ...COMPUTES]), "ended");
});

Deno.test("what was sent has been read when the program waits, and not while it computes", {
  ignore,
}, async () => {
  const script = "import sys, time\nprint('here', flush=True)\n" +
    "while time.process_time() < 0.1: pass\nprint('done', flush=True)\ntime.sleep(1000)";
  const computes = async (command: string[], until: (process: Process) => Promise<void>) => {
    const trial = new Trial(
      { kind: "echo_server", command, language: "python" },
      { net: Deno, patienceMs: PATIENCE_MS },
    );
    try {
      await until(trial.startCommand(command));
    } finally {
      await trial.end();
    }
  };
  await computes([PYTHON, "-c", script], async (process) => {
    await within(process.stdout.changed, () => "here");
    await untilItWaits(process);
    assertEquals(new TextDecoder().decode(process.stdout.kept), "here\ndone\n");
  });
  // Nobody waits for ever for one that never does.
  await computes([PYTHON, "-c", "while True: pass"], untilItWaits);
});

Deno.test("a program that sleeps is silent", { ignore }, async () => {
  const sleeps = [PYTHON, "-c", "import time\nprint('here', flush=True)\ntime.sleep(1000)"];
  const isThere = (process: Process) => within(process.stdout.changed, () => "here");
  assertEquals(await waited(sleeps, isThere), "silent");
});

Deno.test("a program that does nothing but compute is silent at last", { ignore }, async () => {
  assertEquals(await waited([PYTHON, "-c", "while True: pass"]), "silent");
});
