import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1.0.19";
import { Failure } from "../src/cli/failure.ts";
import { fileToWrite } from "../src/cli/file_to_write.ts";
import { DENO, has, pathOf, runToEnd } from "./support.ts";

const windows = Deno.build.os === "windows";

/** A folder with a file in it that is to be kept or replaced, for as long as the body runs. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-file-" });
  try {
    await Deno.writeTextFile(`${folder}/old.html`, "old");
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function write(path: string, { overwrite = false, content = "new" } = {}): Promise<void> {
  return fileToWrite(path, { overwrite }).then((file) => file.write(content));
}

/** What a program in a folder says that writes FILE, with these permissions and no others. */
function writer(
  { permissions, args, before = "" }: {
    permissions: string[];
    args: [file: string, overwrite: boolean, content?: string];
    before?: string;
  },
) {
  const url = new URL("../src/cli/file_to_write.ts", import.meta.url);
  const failure = new URL("../src/cli/failure.ts", import.meta.url);
  const [file, overwrite, content = "new"] = args;
  const program = `import { fileToWrite } from ${JSON.stringify(url.href)};
    import { textOf } from ${JSON.stringify(failure.href)};
    try {
      const file = await fileToWrite(${JSON.stringify(file)}, { overwrite: ${overwrite} });
      ${before}
      await file.write(${JSON.stringify(content)});
    } catch (error) {
      console.log(error.constructor.name + ": " + error.message);
      if (error.advice) console.log(textOf(error.advice));
    }`;
  const encoded = `data:application/typescript,${encodeURIComponent(program)}`;
  const config = pathOf("deno.json");
  return [DENO, "run", "--no-prompt", "--config", config, ...permissions, encoded] as [
    string,
    ...string[],
  ];
}

Deno.test("a file is written whole, and nothing else is left in its folder", async () => {
  await inFolder(async (folder) => {
    await write(`${folder}/new.html`, { content: "é".repeat(100_000) });
    assertEquals(await Deno.readTextFile(`${folder}/new.html`), "é".repeat(100_000));
    await write(`${folder}/old.html`, { overwrite: true });
    assertEquals(await Deno.readTextFile(`${folder}/old.html`), "new");
    assertEquals(namesIn(folder), ["new.html", "old.html"]);
  });
});

Deno.test("until it is written, all is as it was", async () => {
  await inFolder(async (folder) => {
    const file = await fileToWrite(`${folder}/old.html`, { overwrite: true });
    assertEquals(namesIn(folder), ["old.html"]);
    assertEquals(await Deno.readTextFile(`${folder}/old.html`), "old");
    await file.write("new");
    assertEquals(await Deno.readTextFile(`${folder}/old.html`), "new");
  });
});

Deno.test("whoever has opened the old file reads on in it, and it is replaced (Windows: or refused)", async () => {
  await inFolder(async (folder) => {
    using old = await Deno.open(`${folder}/old.html`);
    const refusal = await write(`${folder}/old.html`, { overwrite: true }).catch((error) => error);
    if (windows && refusal !== undefined) {
      assert(refusal instanceof Failure && refusal.message.endsWith("another program has it open"));
    } else {
      assertEquals(refusal, undefined);
    }
    const there = refusal === undefined ? "new" : "old";
    assertEquals(await Deno.readTextFile(`${folder}/old.html`), there);
    assertEquals(await new Response(old.readable).text(), "old");
    assertEquals(namesIn(folder), ["old.html"]);
  });
});

Deno.test("a file that exists is refused at once, one that comes meanwhile at the end", async () => {
  await inFolder(async (folder) => {
    const words = "the file exists";
    await assertRejects(
      () => fileToWrite(`${folder}/old.html`, { overwrite: false }),
      Failure,
      words,
    );
    const file = await fileToWrite(`${folder}/new.html`, { overwrite: false });
    await Deno.writeTextFile(`${folder}/new.html`, "another's");
    await assertRejects(() => file.write("ours"), Failure, words);
    assertEquals(await Deno.readTextFile(`${folder}/new.html`), "another's");
    assertEquals(namesIn(folder), ["new.html", "old.html"]);
  });
});

Deno.test("a link is neither followed nor replaced, whether it was there or comes meanwhile", {
  ignore: windows, // making one needs a privilege there
}, async () => {
  await inFolder(async (folder) => {
    await Deno.symlink("old.html", `${folder}/link.html`);
    for (const overwrite of [false, true]) {
      await assertRejects(
        () => fileToWrite(`${folder}/link.html`, { overwrite }),
        Failure,
        "it is a symbolic link",
      );
    }
    const file = await fileToWrite(`${folder}/later.html`, { overwrite: true });
    await Deno.symlink("nowhere", `${folder}/later.html`);
    await assertRejects(() => file.write("new"), Failure, "it is a symbolic link");
    assertEquals(namesIn(folder), ["later.html", "link.html", "old.html"]);
    assertEquals(await Deno.readTextFile(`${folder}/old.html`), "old");
  });
});

Deno.test("what is no file is refused in words, also where it might be overwritten", async () => {
  await inFolder(async (folder) => {
    const cases = [[folder, "it is a folder"], [`${folder}/`, "it is a folder"]];
    cases.push([`${folder}/no/new.html`, "no such folder"]);
    if (!windows) cases.push([`${folder}/old.html/new.html`, "no such folder"]);
    if (has("mkfifo")) {
      assertEquals((await runToEnd(["mkfifo", `${folder}/fifo`])).code, 0);
      cases.push([`${folder}/fifo`, "it is no file but a device, a pipe or a socket"]);
      cases.push(["/dev/null", "it is no file but a device, a pipe or a socket"]);
    }
    for (const [path, words] of cases) {
      for (const overwrite of [false, true]) {
        await assertRejects(() => fileToWrite(path, { overwrite }), Failure, words);
      }
    }
    assertEquals(namesIn(folder).filter((name) => name.startsWith(".")), []);
  });
});

Deno.test("a file that others may not read stays so when it is replaced", {
  ignore: windows,
}, async () => {
  await inFolder(async (folder) => {
    await Deno.chmod(`${folder}/old.html`, 0o600);
    await write(`${folder}/old.html`, { overwrite: true });
    assertEquals((await Deno.stat(`${folder}/old.html`)).mode! & 0o777, 0o600);
  });
});

// A disk of 64 KiB, in a mount namespace of its own. Linux, and not in every container.
const SMALL_DISK = 'mount -t tmpfs -o size=64k none "$PWD" && cd "$PWD"';
const canMount = has("unshare") &&
  (await runToEnd(["unshare", "-r", "-m", "sh", "-c", `cd /mnt && ${SMALL_DISK}`])).code === 0;

for (const permissions of [["-R", "-W"], ["-W"]]) {
  Deno.test(
    `a full disk is one message, and leaves what was there: ${
      permissions.join(" ")
    } (needs unshare)`,
    {
      ignore: !canMount,
    },
    async () => {
      await inFolder(async (folder) => {
        const overwrite = permissions.includes("-R");
        const args: [string, boolean, string] = ["page.html", overwrite, "x".repeat(100_000)];
        const command = writer({ permissions, args })
          .map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
        const old = overwrite ? "echo old > page.html;" : "";
        const script = `cd '${folder}' && ${SMALL_DISK} && ${old}
        ${command}; ls -A; ${overwrite ? "cat page.html" : ""}`;
        const { stdout, stderr } = await runToEnd(["unshare", "-r", "-m", "sh", "-c", script]);
        const message = 'Failure: Cannot write "page.html": no space left on the disk\n';
        assertEquals([stdout, stderr], [`${message}${overwrite ? "page.html\nold\n" : ""}`, ""]);
      });
    },
  );
}

for (const signal of ["SIGTERM", "SIGHUP"]) {
  Deno.test(`${signal} while it is written leaves what was there, and no half`, {
    ignore: windows, // there is none
  }, async () => {
    await inFolder(async (folder) => {
      // The first write waits until the signal has come to this process.
      const before = `const came = Promise.withResolvers();
      Deno.addSignalListener("${signal}", () => came.resolve());
      const { write } = Deno.FsFile.prototype;
      Deno.FsFile.prototype.write = async function (p) {
        Deno.kill(Deno.pid, "${signal}");
        await came.promise;
        return write.call(this, p.subarray(0, 1));
      };`;
      const permissions = ["--allow-all"];
      const args: [string, boolean] = ["old.html", true];
      const command = writer({ permissions, args, before });
      const { code, stdout } = await runToEnd(command, { cwd: folder });
      assertEquals([code, stdout], [0, 'Failure: Cannot write "old.html": interrupted\n']);
      assertEquals(namesIn(folder), ["old.html"]);
      assertEquals(await Deno.readTextFile(`${folder}/old.html`), "old");
    });
  });
}

Deno.test("with the permission to write alone a new file is written, and an old one not touched", async () => {
  await inFolder(async (folder) => {
    const run = (permissions: string[], file: string, overwrite: boolean) =>
      runToEnd(writer({ permissions, args: [file, overwrite] }), { cwd: folder });
    for (const permission of ["--allow-write=.", "--allow-write=a.html"]) {
      assertEquals((await run([permission], "a.html", false)).stdout, "", permission);
      assertEquals(await Deno.readTextFile(`${folder}/a.html`), "new");
      const again = await run([permission], "a.html", false);
      assert(again.stdout.includes("the file exists\n--force overwrites it."), again.stdout);
      const forced = await run([permission], "a.html", true);
      assertEquals(
        forced.stdout,
        'Failure: Cannot write "a.html": the file exists, and Deno was not allowed to replace it\n' +
          "deno run needs --allow-read=. and --allow-write=. for it.\n",
      );
      await Deno.remove(`${folder}/a.html`);
    }
    const both = await run(["--allow-read=.", "--allow-write=."], "old.html", true);
    assertEquals([both.stdout, await Deno.readTextFile(`${folder}/old.html`)], ["", "new"]);
  });
});

Deno.test("a folder that is a link leads nowhere that Deno was not allowed to write", {
  ignore: windows,
}, async () => {
  await inFolder((outside) =>
    inFolder(async (folder) => {
      await Deno.symlink(outside, `${folder}/link`);
      const permissions = ["--allow-read=.", "--allow-write=."];
      const args: [string, boolean] = ["link/new.html", false];
      const { stdout } = await runToEnd(writer({ permissions, args }), {
        cwd: folder,
      });
      assert(stdout.startsWith('Failure: Cannot write "link/new.html": Deno was not'), stdout);
      assertEquals(namesIn(outside), ["old.html"]);
    })
  );
});
