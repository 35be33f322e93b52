import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { cpuByPs } from "../src/process/cpu_time.ts";
import { MARK, marked } from "../src/process/marked.ts";
import { Process, startProcess } from "../src/process/process.ts";
import { DENO, has, pathOf, runToEnd, within } from "./support.ts";

// Windows ends programs by other means, and has no sh.
const ignore = Deno.build.os === "windows";
const noPython = ignore || !has("python3");
const utf8 = new TextEncoder();

/** What it has printed so far. */
function printed({ stdout }: Process): string {
  return new TextDecoder().decode(stdout.kept);
}

/** Waits until it has printed this. */
async function prints(process: Process, pattern: RegExp): Promise<string[]> {
  for (;;) {
    const match = printed(process).match(pattern);
    if (match !== null) return match;
    await within(process.stdout.changed, () => `${pattern} from ${process.command}`);
  }
}

/**
 * Those of these processes that still run. One that has ended and that nobody has buried does not;
 * one that is ending is looked at again: on a busy machine that takes it a while.
 */
async function alive(pids: number[]): Promise<number[]> {
  let running = await runningOf(pids);
  for (let tries = 100; running.length > 0 && tries > 0; tries--) {
    running = await runningOf(running);
  }
  return running;
}

async function runningOf(pids: number[]): Promise<number[]> {
  const { stdout } = await runToEnd(["ps", "-A", "-o", "pid=,stat="]);
  const running = stdout.split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, state = "Z"]) => !state.startsWith("Z")).map(([pid]) => Number(pid));
  return pids.filter((pid) => running.includes(pid));
}

/** Starts a program that prints `pid N` for itself and all that it starts, and waits for so many. */
async function startAll(
  command: string[],
  count: number,
): Promise<{ process: Process; pids: number[] }> {
  const process = startProcess(command);
  let pids: number[] = [];
  while (pids.length < count) {
    await within(process.stdout.changed, () => `${count} pids from ${command}`);
    pids = [...printed(process).matchAll(/pid ([0-9]+)\n/g)].map(([, pid]) => Number(pid));
  }
  assertEquals((await runningOf(pids)).length, count, "the test's own program does not run");
  return { process, pids };
}

const sh = (script: string) => ["sh", "-c", script];
const python = (script: string) => ["python3", "-c", script];

/** Programs that go on when the one that was started has ended, or gets away from it. */
const FORKERS: Record<string, { command: string[]; pids: number; needs?: string }> = {
  "children that wait": {
    command: sh('sleep 1000 & echo "pid $!"; sleep 1000 & echo "pid $!"; echo "pid $$"; wait'),
    pids: 3,
  },
  "children that outlive it": {
    command: sh('sleep 1000 & echo "pid $!"; sleep 1000 & echo "pid $!"; exit 0'),
    pids: 2,
  },
  "a child of a child, both of which ignore every signal that can be ignored": {
    command: sh(
      `trap '' HUP INT QUIT TERM USR1 USR2 TSTP; (sleep 1000 & echo "pid $!"; wait) & echo "pid $!"; wait`,
    ),
    pids: 2,
  },
  "a shell's job, in a group of its own": {
    command: sh('set -m; sleep 1000 & echo "pid $!"; exit 0'),
    pids: 1,
  },
  "timeout, which leaves its group": {
    command: ["timeout", "1000", "sh", "-c", 'echo "pid $$"; sleep 1000 & echo "pid $!"; wait'],
    pids: 2,
    needs: "timeout",
  },
  "a daemon by setsid": {
    command: sh(`setsid sh -c 'echo "pid $$"; exec sleep 1000' & exit 0`),
    pids: 1,
    needs: "setsid",
  },
  "a daemon that forked twice": {
    command: python(`
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("pid", os.getpid(), flush=True)
        time.sleep(1000)
    os._exit(0)
`),
    pids: 1,
    needs: "python3",
  },
  "one child after another, each of which is the parent of the next": {
    command: python(`
import os, sys, time
for i in range(30):
    print("pid", os.getpid(), flush=True)
    if os.fork():
        time.sleep(1000)
time.sleep(1000)
`),
    pids: 30,
    needs: "python3",
  },
};

for (const [name, { command, pids: count, needs = "sh" }] of Object.entries(FORKERS)) {
  Deno.test(`kill() leaves nothing of ${name}`, { ignore: ignore || !has(needs) }, async () => {
    const { process, pids } = await startAll(command, count);
    await process.kill();
    assertEquals(await alive(pids), []);
    assert(process.end !== null);
  });
}

Deno.test("kill() ends one that forks for ever faster than it can be seen", {
  ignore: noPython,
}, async () => {
  const process = startProcess(python(`
import os, sys
print("go", flush=True)
while True:
    if os.fork():
        os._exit(0)
`));
  await prints(process, /go/);
  await process.ended;
  await process.kill();
  // It had a group of its own, with the number of the first.
  const { stdout } = await runToEnd(["ps", "-A", "-o", "pgid=,stat="]);
  const left = stdout.split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([pgid, state]) => pgid === String(process.pid) && !state.startsWith("Z"));
  assertEquals(left, []);
});

Deno.test("a program that ignores SIGTERM goes on after it, and ends with kill()", {
  ignore,
}, async () => {
  const process = startProcess(sh(`trap '' TERM; echo ready; sleep 1000; sleep 1000`));
  await prints(process, /ready/);
  process.signal("SIGTERM"); // ends the first sleep alone, or nothing
  assertEquals(process.end, null);
  await process.kill();
  assertEquals(process.end, { code: 137, signal: "SIGKILL" });
});

Deno.test("a program that has stopped itself ends with kill()", { ignore }, async () => {
  const { process, pids } = await startAll(sh('echo "pid $$"; kill -STOP $$; sleep 1000'), 1);
  await process.kill();
  assertEquals(process.end?.signal, "SIGKILL");
  assertEquals(await alive(pids), []);
});

for (const [stream, script] of [["stdout", "exec yes"], ["stderr", "exec yes >&2"]] as const) {
  Deno.test(`a program that floods ${stream} is read to a limit, of which a part is kept`, {
    ignore,
  }, async () => {
    const process = startProcess(sh(script));
    const capture = process[stream];
    await within(capture.done, () => "the limit");
    assert(process.floods);
    const { bytes } = capture;
    assert(bytes < 68_000_000, `${bytes} bytes were read`);
    assertEquals(capture.kept.length, 256 * 1024);
    assertEquals(capture.lost, bytes - 256 * 1024);
    // It waits in its own write(): it has used no more CPU a while later, and we read no more.
    const usedMs = await process.cpuMs();
    const [laterMs] = [await process.cpuMs(), await process.cpuMs()].reverse();
    assertEquals(laterMs, usedMs);
    assertEquals(capture.bytes, bytes);
    await process.kill();
    assertEquals(process.end?.signal, "SIGKILL");
  });
}

Deno.test("what it printed last is kept, though it ended at once", { ignore }, async () => {
  for (let i = 0; i < 20; i++) {
    const process = startProcess(sh("head -c 200000 /dev/zero; echo the end; echo and more >&2"));
    await process.ended;
    await process.kill();
    assert(printed(process).endsWith("the end\n"));
    assertEquals(new TextDecoder().decode(process.stderr.kept), "and more\n");
  }
});

Deno.test(
  "what is still on its way when a program has ended is waited for",
  { ignore },
  async () => {
    let output!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
    const child = {
      pid: 2 ** 30, // nobody's
      status: Promise.resolve({ success: true, code: 0, signal: null }),
      stdout: new ReadableStream({ start: (controller) => void (output = controller) }),
      stderr: new ReadableStream({ start: (controller) => controller.close() }),
      // kill() lets go of its streams last, when all has ended. Only now comes what it has printed.
      stdin: new WritableStream({
        abort() {
          setTimeout(() => {
            output.enqueue(new Uint8Array(utf8.encode("last words")));
            output.close();
          }, 50);
        },
      }),
    } as unknown as Deno.ChildProcess;
    const process = new Process(["late"], { child, mark: crypto.randomUUID() });
    await process.kill();
    assertEquals(printed(process), "last words");
  },
);

Deno.test("a program that closes its streams cannot be typed to, and is no end of it", {
  ignore,
}, async () => {
  const process = startProcess(sh("exec <&- >&- 2>&-; sleep 1000"));
  await within(process.stdout.done, () => "the end of its stdout");
  assertEquals(process.end, null);
  assertEquals(await process.type(utf8.encode("hello\n")), false);
  process.endInput();
  await process.kill();
  assertEquals(process.end?.signal, "SIGKILL");
});

Deno.test("typing to a program that reads nothing ends, and so does the program", {
  ignore,
}, async () => {
  const { process, pids } = await startAll(sh('echo "pid $$"; exec sleep 1000'), 1);
  assertEquals(await process.type(new Uint8Array(4_000_000), 100), false);
  process.endInput();
  await process.kill();
  assertEquals(await alive(pids), []);
});

Deno.test("typing and the end of input reach a program that reads", { ignore }, async () => {
  const process = startProcess(["cat"]);
  assert(await process.type(utf8.encode("hello\n")));
  process.endInput();
  assertEquals(await process.ended, { code: 0, signal: null });
  await process.kill();
  assertEquals(printed(process), "hello\n");
});

Deno.test("the CPU time of a program counts its children, and ends with them", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  const { process, pids } = await startAll(
    sh('sh -c "while :; do :; done" & echo "pid $!"; wait'),
    1,
  );
  let usedMs: number | null = 0;
  while (usedMs !== null && usedMs < 50) usedMs = await process.cpuMs();
  assert(usedMs !== null);
  await process.kill();
  assertEquals(await alive(pids), []);
  assertEquals(await process.cpuMs(), null);
});

Deno.test("the CPU time of groups is added up as ps tells it, on macOS and elsewhere", () => {
  const told = "   41 0:00.12\n   41 61:02.50\n  410 0:09.00\n    7 01:00:05\n    8 2-03:04:05\n";
  const cpuMs = (...groups: number[]) => cpuByPs(new TextEncoder().encode(told), groups);
  assertEquals([41, 410, 7, 8].map((group) => cpuMs(group)), [
    3_662_620,
    9000,
    3_605_000,
    ((2 * 24 + 3) * 60 + 4) * 60_000 + 5000,
  ]);
  assertEquals(cpuMs(410, 7), 3_614_000);
  assertEquals(cpuMs(4), null);
});

Deno.test("a port is free again when the server and the child that holds it are killed", {
  ignore: noPython,
}, async () => {
  const { process } = await startAll(
    python(`
import os, socket, time
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
print("port", server.getsockname()[1], flush=True)
if os.fork() == 0:
    os.setsid()
# In one: both print at once, and Python may print a line in parts.
os.write(1, b"pid %d\\n" % os.getpid())
time.sleep(1000)
`),
    2,
  );
  const [, port] = printed(process).match(/port ([0-9]+)/)!;
  await process.kill();
  Deno.listen({ hostname: "127.0.0.1", port: Number(port) }).close(); // throws if it is taken
});

/**
 * So many descriptors Deno 2.9 opens for itself half a second after its start, whatever runs in it: a
 * pair of sockets. Whatever a start left open would be there eight times: 60 starts are of 7 kinds.
 */
const OF_DENO = 2;

Deno.test("60 starts leave no descriptor open, and no memory that grows with them", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  const script = `
    const { startProcess } = await import(${
    JSON.stringify(import.meta.resolve("../src/process/process.ts"))
  });
    const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const SCRIPTS = [
      "exit 0", "exec sleep 1000", "sleep 1000 & exit 0", "head -c 300000 /dev/zero",
      "exec <&- >&-; sleep 1000", "cat", "set -m; sleep 1000 & exit 0",
    ];
    async function startOne(i) {
      const process = startProcess(["sh", "-c", SCRIPTS[i % SCRIPTS.length]]);
      if (i % 2 === 0) await process.type(new TextEncoder().encode("hello\\n"));
      if (i % 3 === 0) await process.type(new Uint8Array(1_000_000), 1);
      await process.kill();
      try { startProcess(["./no-such-program"]); } catch {}
    }
    async function starts(n, most = Infinity) {
      for (let i = 0; i < n; i += 5) {
        await Promise.all([0, 1, 2, 3, 4].map((more) => startOne(i + more)));
      }
      // What a child's streams still hold is let go of in turns of the event loop, after a first gc().
      for (let turn = 0; turn < 10 || turn < 500 && count() > most; turn++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const { heapUsed, external } = Deno.memoryUsage();
      return { descriptors: count(), bytes: heapUsed + external };
    }
    const first = await starts(20);
    const then = await starts(60, first.descriptors + ${OF_DENO});
    console.log(JSON.stringify([first, then]));`;
  const command: [string, ...string[]] = [DENO, "eval", "--v8-flags=--expose-gc", script];
  const { code, stdout, stderr } = await runToEnd(command, { patienceMs: 600_000 });
  assertEquals(code, 0, stderr);
  const [first, then] = JSON.parse(stdout);
  const more = then.descriptors - first.descriptors;
  assert(more <= OF_DENO, `${more} more descriptors: ${stdout}`);
  // 60 times the 256 kB that are kept of what some print, or what others are typed: 20 MB.
  assert(then.bytes - first.bytes < 5_000_000, stdout);
});

/** Runs a script that uses src/process/process.ts, in a Deno with these permissions. */
function withProcess(permissions: string[], script: string) {
  const module = JSON.stringify(import.meta.resolve("../src/process/process.ts"));
  const source = `import { startProcess } from ${module};${script}`;
  const url = `data:text/typescript,${encodeURIComponent(source)}`;
  return runToEnd([DENO, "run", "--no-prompt", ...permissions, url], { cwd: pathOf("") });
}

Deno.test("whatever ends the checker ends what it started: exit or error", {
  ignore: noPython,
}, async () => {
  const ends = {
    exit: "Deno.exit(3);",
    error: 'throw new Error("on purpose");',
    "an error later": 'setTimeout(() => { throw new Error("on purpose"); });',
  };
  for (const [name, end] of Object.entries(ends)) {
    const { stdout } = await withProcess(
      ["--allow-run", "--allow-read"],
      `const process = startProcess(["sh", "-c",
         "(set -m; sleep 1000 & echo $!); sleep 1000 & echo $!; echo all; wait"]);
       const text = () => new TextDecoder().decode(process.stdout.kept);
       while (!text().includes("all")) await process.stdout.changed;
       console.log(text());
       ${end}`,
    );
    const pids = stdout.match(/[0-9]+/g)!.map(Number);
    assertEquals(pids.length, 2, name);
    await within(noneOf(pids), () => `nothing left after ${name}`);
  }
});

Deno.test("a program that is ended is not taken for one with ten times its number", {
  ignore,
}, async () => {
  const mark = crypto.randomUUID();
  const child = new Deno.Command("sleep", { args: ["1000"], env: { [MARK]: `${mark}.12.` } })
    .spawn();
  try {
    assertEquals(await marked([`${mark}.1.`, `${mark}.2.`]), []);
    assertEquals(await marked([`${mark}.1.`, `${mark}.12.`]), [child.pid]);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

/** Waits until all of them have ended, who were sent SIGKILL and nobody has waited for. */
async function noneOf(pids: number[]): Promise<void> {
  while ((await runningOf(pids)).length > 0);
}

Deno.test("a program that may be started and not ended is not started", { ignore }, async () => {
  const { stdout } = await withProcess(
    ["--allow-read", "--allow-run=sh"],
    `try { startProcess(["sh", "-c", "sleep 1000"]); console.log("started"); }
     catch (error) { console.log(error.name, error.message); }
     Deno.exit(0);`,
  );
  assertEquals(stdout, "NotCapable Requires run access to all, run again with --allow-run\n");
});

Deno.test("one that cannot be started throws, and is no process", { ignore }, async () => {
  await assertRejects(async () => await startProcess(["./no-such-program"]), Deno.errors.NotFound);
  await assertRejects(
    async () => await startProcess(["/etc/passwd"]),
    Deno.errors.PermissionDenied,
  );
});
