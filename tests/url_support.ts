/**
 * What the tests of programs from a URL share: a server of the checkout, and
 * somebody who has nothing else.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { DENO, type Result, ROOT, runToEnd } from "./support.ts";

/** The checkout over HTTP, as a server of source files gives it, and what was asked for. */
export class Served implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => this.#answer(new URL(request.url).pathname),
  );
  readonly url = `http://127.0.0.1:${this.#server.addr.port}`;

  async #answer(path: string): Promise<Response> {
    this.requests.push(path);
    if (path !== "/main.ts" && !path.startsWith("/src/")) return new Response("", { status: 404 });
    const headers = { "content-type": "text/typescript" };
    return new Response(await Deno.readFile(new URL(`.${path}`, ROOT)), { headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** The packages that this Deno has from npm. */
let packages: string | undefined;

function ownPackages(): string {
  if (packages === undefined) {
    const { stdout } = new Deno.Command(DENO, { args: ["info", "--json"] }).outputSync();
    packages = JSON.parse(new TextDecoder().decode(stdout)).npmCache as string;
  }
  return packages;
}

/**
 * Somebody who has Deno and nothing else: no checkout, a PATH of one folder, and in the cache only
 * what comes from npm. How well that can be reached just now is not what is tested.
 */
export class Newcomer implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "tcplab-install-" });
  readonly importMap = `${this.folder}/import_map.json`;
  readonly options = {
    cwd: this.folder,
    clearEnv: true,
    env: {
      PATH: `${this.folder}/bin:/bin`,
      HOME: this.folder,
      DENO_DIR: `${this.folder}/cache`,
      DENO_NO_UPDATE_CHECK: "1",
      DENO_TLS_CA_STORE: "mozilla,system",
      NO_COLOR: "1",
    },
  };

  /** Makes the folder. */
  constructor() {
    // JSR cannot be reached everywhere: the standard library comes from npm here too.
    const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
    Deno.writeTextFileSync(this.importMap, JSON.stringify({ imports }));
    Deno.mkdirSync(`${this.folder}/bin`);
    Deno.symlinkSync(DENO, `${this.folder}/bin/deno`);
    Deno.mkdirSync(`${this.folder}/cache`);
    Deno.symlinkSync(ownPackages(), `${this.folder}/cache/npm`, { type: "dir" });
  }

  /** `deno run -N` of a program at a URL. */
  command(url: string, ...args: string[]): [string, ...string[]] {
    return ["deno", "run", "--no-prompt", "-N", "--import-map", this.importMap, url, ...args];
  }

  /** `deno install -g` as this name. The command that it makes. */
  async install(name: string, url: string): Promise<string> {
    const args = ["--root", this.folder, "-N", "--import-map", this.importMap, "-n", name, url];
    const { code, stderr } = await this.run("deno", "install", "-g", ...args);
    assertEquals(code, 0, stderr);
    return `${this.folder}/bin/${name}`;
  }

  /** Runs a command to its end. */
  run(...command: [string, ...string[]]): Promise<Result> {
    return runToEnd(command, this.options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
