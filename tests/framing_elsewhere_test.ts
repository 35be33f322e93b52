// framing.ts as the README has it in other people's programs: each program there is taken from it
// as it stands (but for the port and the host), and run in Deno, Node, Bun, Chromium; and the
// smallest TypeScript that it names takes the types, the one before does not.
//
// Tools are taken from the folder that TCPLAB_NPM_TOOLS names, made by `npm install` of tsx, bun,
// esbuild, typescript and typescript_5_6 (as `.ci/run` does); what is missing is skipped, and says so.

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { ROOT, runToEnd } from "./support.ts";
import { Newcomer, Served } from "./url_support.ts";

const TOOLS = Deno.env.get("TCPLAB_NPM_TOOLS");
const CHROMIUM = "/usr/bin/chromium";
const ON_RAW = "https://raw.githubusercontent.com/OWNER/REPOSITORY/v0.1.0";

const sections = {
  "README.md": "### framing.ts in a program of yours",
  ".github/README.zh-CN.md": "### 在自己的程序里使用 framing.ts",
};
const [english, chinese] = Object.entries(sections).map(([path, heading]) => {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  assert(text.includes(heading), path);
  return text.slice(text.indexOf(heading) + heading.length).split(/^#/m)[0];
});
const [inDeno, inNode, inBrowser] = programsIn(english);

/** What stands between the fences. */
function programsIn(section: string): string[] {
  return [...section.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, program]) => program);
}

Deno.test("both languages of the README show the same programs", () => {
  assertEquals(programsIn(english).length, 3);
  assertEquals(programsIn(chinese), programsIn(english));
});

Deno.test("the name on JSR that the README tells is that of the package and its export", async () => {
  const { name, version, exports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  assertEquals(exports["./framing"], "./src/framing.ts");
  for (const section of [english, chinese]) {
    assert(section.includes(`jsr:${name}@${version}/framing`));
  }
});

Deno.test("Deno takes framing.ts from a URL: one request, and its types pass", {
  ignore: Deno.build.os === "windows", // a link to Deno needs rights there
}, async () => {
  await using served = new Served();
  await using newcomer = new Newcomer();
  await using server = new EchoServer();
  const program = inDeno.replace(ON_RAW, served.url).replace("9190", server.port);
  assert(program.includes(served.url));
  await Deno.writeTextFile(`${newcomer.folder}/program.ts`, program);
  // Of the README's host Deno imports without being told to.
  const allowed = `--allow-import=${new URL(served.url).host}`;
  const { code, stdout, stderr } = await newcomer.run(
    ...["deno", "run", "--check", "--no-prompt", "-N", allowed, "program.ts"] as const,
  );
  assertEquals([code, stdout], [0, "hello\n"], stderr);
  assertEquals(served.requests, ["/src/framing.ts"]);
});

for (const [tool, where] of [["tsx", "Node"], ["bun", "Bun"]]) {
  const { ignore, needs, command } = await npmTool(tool);
  Deno.test(`${where} runs a program with framing.ts beside it, by ${tool}${needs}`, {
    ignore,
  }, async () => {
    await using folder = await folderWithFraming();
    await using server = new EchoServer();
    await folder.write("program.mts", inNode.replace("9190", server.port));
    const { code, stdout, stderr } = await runToEnd([command, `${folder.path}/program.mts`]);
    assertEquals([code, stdout], [0, "hello\n"], stderr);
  });
}

const esbuild = await npmTool("esbuild");
const hasChromium = await exists(CHROMIUM);
const needsChromium = hasChromium ? "" : ` (skipped: no ${CHROMIUM}; Debian's package has it)`;

Deno.test(`Chromium shows the lines of a file by framing.js${esbuild.needs}${needsChromium}`, {
  ignore: esbuild.ignore || !hasChromium,
}, async () => {
  await using folder = await folderWithFraming();
  const { code, stderr } = await runToEnd(
    [esbuild.command, "framing.ts", "--outfile=framing.js"],
    { cwd: folder.path },
  );
  assertEquals(code, 0, stderr);
  await folder.write("index.html", inBrowser);
  await folder.write("lines.txt", "one\r\n\n三\nthe rest");
  const types: Record<string, string> = { html: "text/html", js: "text/javascript" };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const name = new URL(request.url).pathname.slice(1) || "index.html";
      const body = await Deno.readFile(`${folder.path}/${name}`).catch(() => null);
      const type = types[name.split(".")[1]] ?? "text/plain";
      return new Response(body, { status: body ? 200 : 404, headers: { "content-type": type } });
    },
  );
  const { chromium } = await import("npm:playwright-core@1.60.0");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    // Four lines, four <br>: then all of it has come.
    await page.waitForFunction("document.querySelectorAll('br').length === 4");
    const lines = await page.evaluate("[...document.body.childNodes].map((it) => it.data ?? null)");
    // A <br> has no data, and an empty line no character.
    assertEquals(lines, ["one", null, "", null, "三", null, "the rest", null]);
    assertEquals(faults, []);
  } finally {
    await browser.close();
  }
});

for (
  const [tool, version, passes] of [["typescript", "5.7", true], [
    "typescript_5_6",
    "5.6",
    false,
  ]] as const
) {
  const { ignore, needs, command } = await npmTool(tool, `../${tool}/bin/tsc`);
  const does = passes ? "takes" : "does not take";
  Deno.test(`TypeScript ${version} ${does} the types of framing.ts${needs}`, {
    ignore,
  }, async () => {
    for (const section of [english, chinese]) assertMatch(section, /TypeScript\s5\.7/);
    await using folder = await folderWithFraming();
    const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom"];
    const { stdout: is } = await runToEnd([command, "--version"]);
    assert(is.startsWith(`Version ${version}.`), is);
    const { code, stdout } = await runToEnd([command, ...options, `${folder.path}/framing.ts`]);
    if (passes) assertEquals([code, stdout], [0, ""]);
    else assert(code !== 0 && stdout.includes("'Uint8Array' is not generic"), stdout);
  });
}

/** Sends back what comes, to one client after the other. */
class EchoServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly port = String(this.#listener.addr.port);
  readonly #serving = this.#serve();

  async #serve(): Promise<void> {
    const p = new Uint8Array(1024);
    for (;;) {
      const conn = await this.#listener.accept().catch(() => null);
      if (conn === null) return;
      using client = conn;
      try {
        for (let n; (n = await client.read(p)) !== null;) await client.write(p.slice(0, n));
      } catch {
        // It went away.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

/** A folder with framing.ts in it and nothing else. */
async function folderWithFraming() {
  const path = await Deno.makeTempDir({ prefix: "tcplab-framing-" });
  await Deno.copyFile(new URL("src/framing.ts", ROOT), `${path}/framing.ts`);
  return {
    path,
    write: (name: string, text: string) => Deno.writeTextFile(`${path}/${name}`, text),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

async function npmTool(name: string, path = name) {
  const command = `${TOOLS}/node_modules/.bin/${path}`;
  const ignore = TOOLS === undefined || !(await exists(command));
  const needs = ignore ? ` (skipped: TCPLAB_NPM_TOOLS has no ${name})` : "";
  return { command, ignore, needs };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
