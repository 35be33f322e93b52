import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { PROGRAMS, TARGETS } from "../.github/compile.ts";
import { targetOf, whyNotDenort } from "../.github/executable.ts";
import { VERSION } from "../src/cli/command.ts";
import { nameIn } from "../src/cli/own_name.ts";
import { copyCheckout } from "./checkout.ts";
import { built, compile, compiler, EXE, TEMPORARY } from "./executables.ts";
import { DENO, pathOf, ROOT, runToEnd } from "./support.ts";

const ignore = compiler === null;
const denort = compiler?.env.DENORT_BIN;
/** The most that an executable may add to denort. */
const MAX_ADDED_BYTES = 300_000;
const MAX_ADDED_BY_ALL = 800_000;
const NOT_FOUND = { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1" };

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

async function sumOf(path: string): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("SHA256SUMS lists every executable with its sum", { ignore }, async () => {
  const folder = await built();
  const names = Object.keys(PROGRAMS).map((program) => `${program}${EXE}`).sort();
  assertEquals(namesIn(folder), ["SHA256SUMS", ...names]);
  const lines = await Promise.all(
    names.map(async (name) => `${await sumOf(`${folder}/${name}`)}  ${name}\n`),
  );
  assertEquals(await Deno.readTextFile(`${folder}/SHA256SUMS`), lines.sort().join(""));
});

Deno.test("the same sources give the same bytes in another checkout, at another time", {
  ignore,
}, async () => {
  const checkout = `${TEMPORARY}/deeper/another checkout`;
  await copyCheckout(checkout);
  const folder = `${TEMPORARY}/again`;
  const args = ["--output", folder, "tcplab", "echo_server"];
  // Another temporary folder too: its path must not get in.
  const TMPDIR = `${TEMPORARY}/another/temporary/folder`;
  await Deno.mkdir(TMPDIR, { recursive: true });
  const { code, stderr } = await compile(args, { cwd: checkout, env: { TMPDIR } });
  assertEquals(code, 0, stderr);
  const sums = await Deno.readTextFile(`${await built()}/SHA256SUMS`);
  for (const line of (await Deno.readTextFile(`${folder}/SHA256SUMS`)).split("\n")) {
    assert(sums.includes(line), `${line}\nis not one of\n${sums}`);
  }
});

Deno.test("the module of a worker is part of the executable, wherever it stands", {
  ignore,
}, async () => {
  const checkout = `${TEMPORARY}/with a worker`;
  await copyCheckout(checkout);
  await Deno.writeTextFile(
    `${checkout}/src/net/adding_worker.ts`,
    `import { formatAddress } from "./net.ts";
     self.onmessage = ({ data }) => self.postMessage(formatAddress(data));`,
  );
  await Deno.writeTextFile(
    `${checkout}/src/cli/adding.ts`,
    `export function add(): Promise<void> {
       const url = new URL("../net/adding_worker.ts", import.meta.url);
       const worker = new Worker(url.href, { type: "module" });
       worker.postMessage({ hostname: "::1", port: 9190 });
       return new Promise((resolve) => {
         worker.onmessage = ({ data }) => {
           console.log(data, Deno.args.length > 0 ? "${VERSION}" : "");
           worker.terminate();
           resolve();
         };
       });
     }`,
  );
  for (
    const [program, path, from] of [
      ["hello_client", "src/hello_client.ts", "./cli/adding.ts"],
      ["tcplab", "main.ts", "./src/cli/adding.ts"],
    ]
  ) {
    await Deno.writeTextFile(
      `${checkout}/${path}`,
      `const { add } = await import("${from}"); await add();`,
    );
    const folder = `${TEMPORARY}/worker`;
    const { code, stderr } = await compile(["--output", folder, program], { cwd: checkout });
    assertEquals(code, 0, stderr);
    assertEquals((await runToEnd([`${folder}/${program}${EXE}`])).stdout, "[::1]:9190 \n");
  }
});

Deno.test("an executable adds less than 300 KB to denort, that of all programs 800 KB", {
  ignore: denort === undefined,
}, async () => {
  const folder = await built();
  const { size } = await Deno.stat(denort!);
  for (const program of Object.keys(PROGRAMS)) {
    const added = (await Deno.stat(`${folder}/${program}${EXE}`)).size - size;
    const most = program === "tcplab" ? MAX_ADDED_BY_ALL : MAX_ADDED_BYTES;
    assert(added > 0 && added <= most, `${program} adds ${added} bytes`);
  }
});

for (const [program, { permissions }] of Object.entries(PROGRAMS)) {
  Deno.test(`${program} has these permissions and no prompt: ${permissions.join(" ")}`, {
    ignore,
  }, async () => {
    // Deno puts its options into the executable as JSON.
    const bytes = await Deno.readFile(`${await built()}/${program}${EXE}`);
    const tail = new TextDecoder("latin1").decode(bytes.subarray(-4_000_000));
    const found = tail.match(/"permissions":(\{"allow_[^{}]*\})/g)!.pop()!;
    const { prompt, ...all } = JSON.parse(found.slice('"permissions":'.length));
    assertEquals(prompt, false);
    const given = Object.entries(all).filter(([name, value]) =>
      name.startsWith("allow_") && value !== null && value !== false &&
      name !== "allow_import" // of modules from the net: there is no Deno to load one
    );
    assertEquals(
      given.map(([name, value]) => {
        const places = (value as string[]).join(",");
        return `--${name.replace("_", "-")}${places === "" ? "" : `=${places}`}`;
      }).sort(),
      permissions.toSorted(),
    );
  });
}

Deno.test("where the runtime cannot be had, compile says what to do and leaves nothing", {
  ignore,
}, async () => {
  await built(); // all else that it needs has been downloaded
  const folder = `${TEMPORARY}/without`;
  const DENO_DIR = await denoDirWithoutRuntime();
  const { code, stdout, stderr } = await runToEnd(
    [compiler!.deno, "task", "compile", "--output", folder, "hello_client"],
    {
      cwd: ROOT,
      clearEnv: true,
      env: { ...NOT_FOUND, DENO_DIR, DENO_NO_UPDATE_CHECK: "1", HOME: TEMPORARY },
    },
  );
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /compile: Cannot get denort, the runtime of Deno .* for .*\n {2}Deno downl/);
  assertMatch(stderr, /get denort-[a-z0-9_-]+\.zip .*\n.*set the environment variable DENORT_BIN/);
  assert(!stderr.includes("backtrace"), stderr);
  assertEquals(namesIn(TEMPORARY).includes("without"), false);
});

Deno.test("a DENORT_BIN that is not there is named, and what was built before stays", {
  ignore,
}, async () => {
  const folder = `${TEMPORARY}/before`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/hello_client${EXE}`, "the one before");
  const { code, stderr } = await compile(["--output", folder, "hello_client"], {
    env: { DENORT_BIN: "no such file" },
  });
  assertEquals(code, 1);
  assertMatch(stderr, /compile: Cannot read the runtime "no such file" that DENORT_BIN names\n/);
  assertEquals(namesIn(folder), [`hello_client${EXE}`]);
  assertEquals(await Deno.readTextFile(`${folder}/hello_client${EXE}`), "the one before");
});

/** What `deno task compile` says of this DENORT_BIN. */
async function refusalOf(DENORT_BIN: string, target = Deno.build.target): Promise<string> {
  const folder = `${TEMPORARY}/wrong`;
  const args = ["--output", folder, "--target", target, "hello_client"];
  const { code, stderr } = await compile(args, { env: { DENORT_BIN } });
  assertEquals(code, 1);
  assertEquals(namesIn(TEMPORARY).includes("wrong"), false);
  return stderr;
}

Deno.test("a runtime that does not run the program is found out", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  const path = `${TEMPORARY}/no runtime`;
  await Deno.copyFile("/bin/true", path);
  await Deno.writeTextFile(path, `Deno/${await versionOf(compiler!.deno)}`, { append: true });
  assertMatch(await refusalOf(path), /compile: Cannot use hello_client-.*: it was built, but does/);
});

Deno.test("a DENORT_BIN that is the whole Deno, or no Deno at all, is found out", {
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  const whole = (await runToEnd([compiler!.deno, "eval", "console.log(Deno.execPath())"])).stdout;
  const words = await refusalOf(whole.trim());
  assert(words.includes("names: it is the whole Deno, which compiles, and not its"), words);
  assert((await refusalOf("/bin/true")).includes("names: it is no runtime of Deno"));
});

Deno.test("a file tells whether it is denort, for whatever system, and of which version", async () => {
  const path = `${TEMPORARY}/denort`;
  const filler = "x".repeat((1 << 20) - 5); // so that words lie across what is read at a time
  for (
    const [content, why] of [
      [`${filler}Deno/2.9.6`, null],
      [`${filler}DDeno/2.9.6${filler}`, null],
      [
        `Deno/2.9.6${filler}DENORT_BIN`,
        "the whole Deno, which compiles, and not its runtime denort",
      ],
      [`${filler}Deno/2.4.2 Deno/2.9.60`.slice(0, -11), "of another version than Deno 2.9.6"],
      [filler, "no runtime of Deno"],
      ["", "no runtime of Deno"],
    ] as [string, string | null][]
  ) {
    await Deno.writeTextFile(path, content);
    assertEquals(await whyNotDenort(path, "2.9.6"), why);
  }
  assertMatch(await whyNotDenort(Deno.execPath(), Deno.version.deno) ?? "", /^the whole Deno,/);
});

Deno.test("the denort that is used here is one, and of no other version", {
  ignore: denort === undefined,
}, async () => {
  assertEquals(await whyNotDenort(denort!, await versionOf(compiler!.deno)), null);
  assertEquals(await whyNotDenort(denort!, "2.0.0"), "of another version than Deno 2.0.0");
});

async function versionOf(deno: string): Promise<string> {
  return (await runToEnd([deno, "eval", "console.log(Deno.version.deno)"])).stdout.trim();
}

Deno.test("a runtime of another system than the target is found out", {
  ignore: denort === undefined,
}, async () => {
  const folder = `${TEMPORARY}/system`;
  const target = TARGETS.find((target) => target !== Deno.build.target)!;
  const { code, stderr } = await compile(["--output", folder, "--target", target]);
  assertEquals(code, 1);
  assert(stderr.includes(`for ${target}: the runtime that DENORT_BIN names is for`), stderr);
  assertEquals(namesIn(TEMPORARY).includes("system"), false);
});

Deno.test("with a target the name tells version and target", { ignore }, async () => {
  const folder = `${TEMPORARY}/named`;
  const target = Deno.build.target;
  const { code, stderr } = await compile(["--output", folder, "--target", target]);
  assertEquals(code, 0, stderr);
  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const name = `tcplab-${version}-${target}${EXE}`;
  assertEquals(namesIn(folder), ["SHA256SUMS", name]);
  assertEquals(await targetOf(`${folder}/${name}`), target);
});

Deno.test("compile refuses a target or a program that it does not know", async () => {
  for (
    const [args, words] of [
      [["--target", "sparc-sun-solaris"], 'compile: Unknown target "sparc-sun-solaris"; --help'],
      [["echo_sever"], 'compile: Unknown program "echo_sever"; --help'],
      [["--all"], 'compile: Unknown option "--all"; did you mean --all-targets?'],
    ] as [string[], string][]
  ) {
    // Not by `deno task`: that starts Deno without the emulator of .ci/arm64.
    const command: [string, ...string[]] = [DENO, "run", "-A", ".github/compile.ts", ...args];
    const { code, stderr } = await runToEnd(command, { cwd: ROOT });
    assertEquals(code, 2);
    assert(stderr.includes(words), stderr);
  }
});

Deno.test("the header of an executable tells its target", async () => {
  assertEquals(await targetOf(Deno.execPath()), Deno.build.target);
  assertEquals(await targetOf(pathOf("deno.json")), "an unknown system");
  const exe = new Uint8Array(0x100);
  exe.set([0x4d, 0x5a]);
  exe.set([0x80], 0x3c);
  exe.set([0x50, 0x45, 0, 0, 0x64, 0xaa], 0x80);
  const path = `${TEMPORARY}/header`;
  for (
    const [bytes, target] of [
      [exe, "aarch64-pc-windows-msvc"],
      [exe.subarray(0, 0x40), "an unknown system"],
      [new Uint8Array([0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1]), "x86_64-apple-darwin"],
      [new Uint8Array([0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1]), "aarch64-apple-darwin"],
      [new Uint8Array(), "an unknown system"],
    ] as [Uint8Array, string][]
  ) {
    await Deno.writeFile(path, bytes);
    assertEquals(await targetOf(path), target);
  }
});

Deno.test("a program's name is found in every spelling of a path", () => {
  for (
    const [path, name] of [
      ["/usr/local/bin/echo_server", "echo_server"],
      ["echo-server", "echo_server"],
      ["C:\\Program Files\\Echo_Server.exe", "echo_server"],
      ["./hello_client (1).exe", "hello_client"],
      ["/opt/echo_server-0.1.0-x86_64-unknown-linux-gnu", "echo_server"],
      ["/opt/tcplab-0.1.0-x86_64-unknown-linux-gnu", "tcplab"],
      ["/opt/9190", ""],
      ["", ""],
    ]
  ) assertEquals(nameIn(path), name);
});

/** Deno's own folder, with what was downloaded but for the runtimes. */
async function denoDirWithoutRuntime(): Promise<string> {
  const { stdout } = await runToEnd([compiler!.deno, "info", "--json"]);
  const { denoDir } = JSON.parse(stdout);
  const folder = `${TEMPORARY}/deno_dir`;
  await Deno.mkdir(`${folder}/dl`, { recursive: true });
  await Deno.symlink(`${denoDir}/npm`, `${folder}/npm`, { type: "dir" });
  for (const name of namesIn(`${denoDir}/dl`)) {
    if (name !== "release") {
      await Deno.symlink(`${denoDir}/dl/${name}`, `${folder}/dl/${name}`, { type: "dir" });
    }
  }
  return folder;
}
