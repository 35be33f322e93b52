/** The direction of imports, and where what is not ours may be named. */

import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1.0.19";
import { CHILD_ENV, DENO, pathOf, ROOT } from "./support.ts";

/** What stands below may not import what stands above. */
const LAYERS: [layer: string, files: RegExp, mayImport: string[]][] = [
  ["main", /^main\.ts$/, ["bench", "labs", "check", "relay", "programs", "cli", "net", "framing"]],
  ["check", /^src\/check\//, ["check", "process", "draw", "cli", "net", "framing"]],
  ["relay", /^src\/relay\//, ["relay", "draw", "cli", "net", "framing"]],
  ["labs", /^src\/labs\//, ["labs", "programs", "draw", "cli", "net", "framing"]],
  ["bench", /^src\/bench\//, ["bench", "process", "draw", "cli", "net", "framing"]],
  ["process", /^src\/process\//, ["process", "draw", "cli", "net", "framing"]],
  ["framing", /^src\/framing\.ts$/, []],
  ["draw", /^src\/draw\//, ["draw", "cli"]], // the version, on the page's last line
  ["programs", /^src\/[^/]+\.ts$/, ["echo", "cli", "net", "framing"]], // but never one another
  ["echo", /^src\/echo\//, ["echo", "cli", "net", "framing"]],
  ["cli", /^src\/cli\//, ["cli", "net", "framing"]],
  ["net", /^src\/net\//, ["net", "framing"]],
];

interface Source {
  /** From the top of the checkout: `src/net/net.ts`. */
  path: string;
  /** Without comments, the examples of which import what they like. */
  code: string;
  imports: string[];
}

const SOURCES = [...filesBelow("src"), "main.ts"].map(read);

Deno.test("imports run one way: main, labs and bench, programs, cli, net, framing", () => {
  let seen = 0;
  for (const { path, imports } of SOURCES) {
    const [, , mayImport] = LAYERS[layerOf(path)];
    for (const specifier of imports.filter((specifier) => specifier.startsWith("."))) {
      const target = new URL(specifier, new URL(path, ROOT)).href.slice(ROOT.href.length);
      const [layer] = LAYERS[layerOf(target)];
      assert(mayImport.includes(layer), `${path} imports ${target}`);
      assert(Deno.statSync(new URL(target, ROOT)).isFile);
      seen++;
    }
  }
  assert(seen > SOURCES.length, `only ${seen} imports were found`);
});

Deno.test("every way to write an import is seen by this test", () => {
  const code = `import a from "./a.ts";
    import { type B,\n C } from './b.ts';
    import "./c.ts";
    export * from "./d.ts";
    await import("./e.ts");
    await import(\n \`./\${"f"}.ts\`\n) as typeof import("./f.ts");
    // import "./no.ts"
    /* import "./no.ts" */`;
  const expected = ["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts", "./f.ts"];
  assertEquals(importsOf(withoutComments(code)).sort(), expected);
});

Deno.test("framing.ts imports nothing and uses no Deno API", () => {
  const { imports, code } = SOURCES.find(({ path }) => path === "src/framing.ts")!;
  assertEquals(imports, []);
  assertEquals(code.match(/\bDeno\b|globalThis/g), null);
});

Deno.test("no import is bare, and none but those of labs and of net/reset.ts is of node:", () => {
  for (const { path, imports } of SOURCES) {
    for (const specifier of imports) {
      assertMatch(specifier, /^(\.\.?\/.*\.ts|(jsr|npm):.*|node:.*)$/, path);
      if (specifier.startsWith("node:")) assertMatch(path, /^src\/(labs\/|net\/reset\.ts$)/);
    }
  }
});

Deno.test("of what is not ours, src names each thing in one file", () => {
  const places = new Map<string, string[]>();
  for (const { path, imports } of SOURCES) {
    for (const specifier of imports.filter((specifier) => /^(jsr|npm):/.test(specifier))) {
      places.set(specifier, [...places.get(specifier) ?? [], path]);
    }
  }
  assertEquals(Object.fromEntries([...places].filter(([, paths]) => paths.length > 1)), {});
  assertEquals(places.get("jsr:@std/cli@1.0.32/parse-args"), ["src/cli/command.ts"]);
});

Deno.test("deno.json has an exact key for every jsr: specifier, and for the npm: ones of src", () => {
  const { imports, lock } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const tests = filesBelow("tests").filter((path) =>
    path.endsWith(".ts") && path !== "tests/std.d.ts"
  );
  const usedIn = (paths: string[]): string[] =>
    paths.flatMap((path) => {
      // With comments: examples run, too.
      const text = Deno.readTextFileSync(new URL(path, ROOT));
      const found = text.matchAll(/(?:from|import)\s*\(?\s*"((?:jsr|npm):[^"]+)"/g);
      return [...found].map(([, specifier]) => specifier);
    });
  const sources = usedIn(SOURCES.map(({ path }) => path));
  const standard = usedIn(tests).filter((specifier) => specifier.startsWith("jsr:"));
  // No tool of the tests: what deno.json and a lock name is fetched at the first run of a program.
  assertEquals(Object.keys(imports).sort(), [...new Set([...sources, ...standard])].sort());
  assertEquals(lock, false);
  for (const target of Object.values(imports)) {
    assertMatch(String(target), /^npm:(@[^@/]+\/)?[^@/]+@\d+\.\d+\.\d+(\/[^ ]+)?$/); // one version
  }
});

Deno.test("no specifier that is run names a range: a run from a URL sees no lock", () => {
  const exact = /^(?:jsr|npm):\/?(?:@[^@/]+\/)?[^@/]+@\d+\.\d+\.\d+(?:\/.*)?$/;
  let seen = 0;
  const paths = ["src", "tests", ".github"].flatMap(filesBelow).concat("main.ts", ".ci/run")
    .filter((path) => !path.startsWith("tests/peers/") && /(\.ts|\.yml|run)$/.test(path));
  for (const path of paths) {
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    for (const [, specifier] of text.matchAll(/["'`\s]((?:jsr|npm):[@\w][^\s"'`$\\]*)/g)) {
      assertMatch(specifier, exact, path);
      seen++;
    }
  }
  assert(seen > 10, `only ${seen} specifiers were found`);
});

Deno.test("deno check takes a right call of parseArgs and refuses a wrong one", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tcplab-imports-" });
  try {
    // All in one run: starting the type checker is what takes time.
    const calls = {
      right: 'parseArgs(["--port", "1"], { string: ["port"] });',
      wrong_options: "parseArgs(1, {});",
      wrong_name: 'parseArgs(["--port"], { string: [1] });',
      wrong_key: 'parseArgs(["--port"], { strings: ["port"] });',
    };
    const parseArgs = '{ parseArgs } from "jsr:@std/cli@1.0.32/parse-args"';
    for (const [name, call] of Object.entries(calls)) {
      await Deno.writeTextFile(`${folder}/${name}.ts`, `import ${parseArgs};\n${call}\n`);
    }
    const { code, stderr } = await new Deno.Command(DENO, {
      args: ["check", "--no-lock", "--config", pathOf("deno.json")]
        .concat(Object.keys(calls).map((name) => `${folder}/${name}.ts`)),
      env: CHILD_ENV,
    }).output();
    const said = new TextDecoder().decode(stderr);
    assertEquals(code, 1, said);
    const faults = said.matchAll(/TS\d+[^]*?\n +at \S*\/(\w+)\.ts:2:/g);
    const faulty = new Set([...faults].map(([, name]) => name));
    assertEquals([...faulty].sort(), ["wrong_key", "wrong_name", "wrong_options"], said);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function layerOf(path: string): number {
  const i = LAYERS.findIndex(([, files]) => files.test(path));
  assert(i !== -1, `${path} belongs to no layer`);
  return i;
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

function read(path: string): Source {
  const code = withoutComments(Deno.readTextFileSync(new URL(path, ROOT)));
  return { path, code, imports: importsOf(code) };
}

/** Good enough for us: no string in src holds what begins a comment, but the "//" of a URL. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** The specifiers of all imports: static, dynamic, of types, and names in templates. */
function importsOf(code: string): string[] {
  const kinds = [
    /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*(["'])(.*?)\1/gm,
    /^\s*import\s*(["'])(.*?)\1/gm,
    /\bimport\s*\(\s*(["'`])([^"'`]*(?:\$\{"[^"]*"\}[^`]*)?)\1/g,
  ];
  return kinds.flatMap((kind) => [...code.matchAll(kind)])
    .map(([, , specifier]) => specifier.replace(/\$\{"([^"]*)"\}/g, "$1"));
}
