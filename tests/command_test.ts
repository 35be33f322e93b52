/** Bad use: one clear message, the usage line, exit 2, and nothing started. */

import { assertEquals, assertMatch, assertThrows } from "jsr:@std/assert@1.0.19";
import { main } from "../main.ts";
import { oneOf, type Program } from "../src/cli/command.ts";
import { textOf, UsageError, words } from "../src/cli/failure.ts";
import { worldInMemory } from "../src/cli/in_memory.ts";
import { hintOn } from "../src/cli/suggest.ts";
import { assertChinese } from "./chinese_support.ts";
import { echoClient } from "../src/echo_client.ts";
import { echoServer } from "../src/echo_server.ts";
import { helloClient } from "../src/hello_client.ts";
import { helloServer } from "../src/hello_server.ts";
import { helloServerIterative } from "../src/hello_server_iterative.ts";

const SERVERS: Record<string, Program> = {
  hello_server: helloServer,
  hello_server_iterative: helloServerIterative,
  echo_server: echoServer,
};
const CLIENTS: Record<string, Program> = { hello_client: helloClient, echo_client: echoClient };

/** Runs a program on a network that notes every call. */
async function use(program: Program, args: string[]) {
  const calls: string[] = [];
  const said = { stdout: "", stderr: "" };
  const refuse = (name: string): never => {
    calls.push(name);
    throw new Deno.errors.ConnectionRefused();
  };
  const code = await program(
    args,
    worldInMemory({
      onPrint: (text) => said.stdout += text,
      onSay: (text) => said.stderr += text,
      net: { listen: () => refuse("listen"), connect: () => refuse("connect") },
      stop: AbortSignal.abort(),
    }),
  );
  return { code, ...said, calls };
}

async function refuses(
  name: string,
  args: string[],
  message: string,
): Promise<void> {
  const program = SERVERS[name] ?? CLIENTS[name];
  const places = name in SERVERS ? "<port>" : "<host> <port>";
  assertEquals(await use(program, args), {
    code: 2,
    stdout: "",
    stderr: `${name}: ${message}\nUsage: ${name} [options] ${places}\n`,
    calls: [],
  }, `${name} ${args.join(" ")}`);
  const chinese = await use(program, ["--lang", "zh", ...args]);
  assertEquals([chinese.code, chinese.stdout, chinese.calls], [2, "", []]);
  assertChinese(chinese.stderr);
}

const NO_NUMBERS = [
  "abc",
  "80x",
  "65536",
  "1.5",
  "",
  "0x10",
  " 9190",
  "1e3",
  "９１９０",
  "+80",
  "09",
];
const UNLISTED = "; --help lists the options";

for (const name of Object.keys(SERVERS)) {
  Deno.test(`${name} takes whole numbers from 0 to 65535 for a port and nothing else`, async () => {
    for (const port of NO_NUMBERS) {
      await refuses(
        name,
        [port],
        `Cannot use port ${JSON.stringify(port)}: not a whole number from 0 to 65535`,
      );
    }
    await refuses(name, ["-1"], 'Cannot use "-1": no number here is negative');
    await refuses(
      name,
      ["--", "-1"],
      'Cannot use port "-1": not a whole number from 0 to 65535',
    );
  });

  Deno.test(`${name} says which argument is missing and which is one too many`, async () => {
    await refuses(name, [], "Missing argument <port>");
    await refuses(name, ["--trace"], "Missing argument <port>");
    await refuses(name, ["9190", "9191"], 'Unexpected argument "9191"');
    await refuses(name, ["127.0.0.1", "9190"], 'Unexpected argument "9190"');
  });

  Deno.test(`${name} refuses values out of range`, async () => {
    const values: [option: string, value: string, why: string][] = [
      ["--backlog", "0", "not a whole number from 1 to 65535"],
      ["--backlog", "65536", "not a whole number from 1 to 65535"],
      ["--clients", "0", "not a whole number of at least 1"],
      ["--clients", "1.5", "not a whole number of at least 1"],
      ["--concurrent", "0", "not a whole number of at least 1"],
      ["--concurrent", "1e3", "not a whole number of at least 1"],
      ["--idle-timeout", "10", "not a time such as 500ms, 30s or 5m"],
      ["--grace", "0s", "not a time from 1ms to 596h"],
      ["--grace", "597h", "not a time from 1ms to 596h"],
      ["--host", "a b", "not a name or an address"],
      ["--host", "a\nb", "not a name or an address"],
    ];
    for (const [option, value, why] of values) {
      await refuses(
        name,
        [option, value, "9190"],
        `Cannot use ${option} ${JSON.stringify(value)}: ${why}`,
      );
    }
    await refuses(
      name,
      ["--forever", "--clients", "3", "9190"],
      "Cannot use --forever and --clients together",
    );
  });
}

for (const name of Object.keys(CLIENTS)) {
  Deno.test(`${name} takes whole numbers from 1 to 65535 for a port and nothing else`, async () => {
    for (const port of ["0", ...NO_NUMBERS]) {
      await refuses(
        name,
        ["127.0.0.1", port],
        `Cannot use port ${JSON.stringify(port)}: not a whole number from 1 to 65535`,
      );
    }
    await refuses(name, ["127.0.0.1", "-1"], 'Cannot use "-1": no number here is negative');
  });

  Deno.test(`${name} says which argument is missing and which is one too many`, async () => {
    await refuses(name, [], "Missing argument <host>");
    await refuses(name, ["127.0.0.1"], "Missing argument <port>");
    await refuses(name, ["127.0.0.1", "9190", "x"], 'Unexpected argument "x"');
  });

  Deno.test(`${name} refuses what is no host`, async () => {
    for (const host of ["", " ", "a b", "127.0.0.1\t"]) {
      const quoted = JSON.stringify(host).replace("\\t", "\t");
      await refuses(name, [host, "9190"], `Cannot use host ${quoted}: not a name or an address`);
    }
  });

  Deno.test(`${name} refuses times that are none`, async () => {
    for (const option of ["--connect-timeout", "--reply-timeout"]) {
      const refusesTime = (time: string, why: string) =>
        refuses(
          name,
          [`${option}=${time}`, "127.0.0.1", "9190"],
          `Cannot use ${option} ${JSON.stringify(time)}: ${why}`,
        );
      for (const time of ["10", "1d", "1 s", "-1s", "s", "1e3ms", "1.s"]) {
        await refusesTime(time, "not a time such as 500ms, 30s or 5m");
      }
      // These are times, but none that a timer can take.
      for (const time of ["0s", "0.0001s", "0.9ms", "600h", "99999999999999999999s"]) {
        await refusesTime(time, "not a time from 1ms to 596h");
      }
    }
  });
}

Deno.test("echo_client refuses a --max-line of no bytes, or of more than 1 GiB", async () => {
  for (const value of ["0", "1073741825", "64k"]) {
    await refuses(
      "echo_client",
      ["--max-line", value, "127.0.0.1", "9190"],
      `Cannot use --max-line "${value}": not a whole number from 1 to 1073741824`,
    );
  }
});

for (const name of Object.keys({ ...SERVERS, ...CLIENTS })) {
  Deno.test(`${name} refuses options that it does not know, also where a value follows`, async () => {
    const rest = name in SERVERS ? ["9190"] : ["127.0.0.1", "9190"];
    for (const option of ["--prot", "--unquietly", "--port=9190", "-x", "-p9190", "--__proto__"]) {
      await refuses(name, [option, ...rest], `Unknown option "${option}"${UNLISTED}`);
    }
    // Not --quiet and --trace: -q and -t are none of ours.
    await refuses(name, ["-qt", ...rest], `Unknown option "-qt"${UNLISTED}`);
  });

  Deno.test(`${name} refuses a flag with a value, and an option without one`, async () => {
    const rest = name in SERVERS ? ["9190"] : ["127.0.0.1", "9190"];
    const [option, what] = name in SERVERS ? ["--clients", "N"] : ["--reply-timeout", "TIME"];
    for (const flag of ["--quiet=no", "--quiet=", "--quiet=true"]) {
      await refuses(name, [flag, ...rest], "Option --quiet takes no value");
    }
    await refuses(
      name,
      ["--trace", "false", ...rest],
      'Option --trace takes its value with "=": --trace=bytes',
    );
    await refuses(name, ["--trace=", ...rest], "Option --trace needs a value (bytes)");
    await refuses(
      name,
      ["--trace=byte", ...rest],
      'Cannot use --trace "byte": not one of calls, bytes; did you mean bytes?',
    );
    const needsValue = `Option ${option} needs a value (${what})`;
    await refuses(name, [...rest, option], needsValue);
    await refuses(name, [`${option}=`, ...rest], needsValue);
    await refuses(name, [option, "--quiet", ...rest], needsValue);
  });
}

Deno.test("what is wrong is shown without its control characters", async () => {
  await refuses(
    "echo_server",
    ["\x1b[2J\u202e\n"],
    'Cannot use port "\\x1b[2J\\u202e\\n": not a whole number from 0 to 65535',
  );
});

for (const name of Object.keys(CLIENTS)) {
  Deno.test(`${name} takes an IPv6 address with and without brackets`, async () => {
    for (const host of ["::1", "[::1]", "fe80::1%eth0", "::ffff:127.0.0.1"]) {
      const { calls, stderr } = await use(CLIENTS[name], [host, "9190"]);
      assertEquals(calls, ["connect"], host);
      assertEquals(
        stderr.split("\n")[0],
        `${name}: Cannot connect to [${host.replace(/[[\]]/g, "")}]:9190: connection refused`,
      );
    }
  });

  Deno.test(`${name} says that the port is an argument of its own`, async () => {
    for (
      const [host, as] of [
        ["127.0.0.1:9190", "127.0.0.1 9190"],
        ["localhost:9190", "localhost 9190"],
        ["[::1]:9190", "::1 9190"],
        [":9190", "127.0.0.1 9190"],
      ]
    ) {
      const message = `Cannot use host "${host}": the port is an argument of its own, as in ${as}`;
      await refuses(name, [host], message);
      await refuses(name, [host, "9190"], message);
    }
  });

  Deno.test(`${name} refuses a URL and what only looks like an address`, async () => {
    await refuses(
      name,
      ["http://127.0.0.1:9190/"],
      'Cannot use host "http://127.0.0.1:9190/": not a name or an address: leave out "http://"',
    );
    for (const host of ["a:b", "a/b", "[::1", "[localhost]", "10.0.0.0/8", "::1]"]) {
      await refuses(name, [host, "9190"], `Cannot use host "${host}": not a name or an address`);
    }
  });
}

for (const name of Object.keys({ ...SERVERS, ...CLIENTS })) {
  Deno.test(`${name} asks whether a misspelt option meant the one it is near to`, async () => {
    const rest = name in SERVERS ? ["9190"] : ["127.0.0.1", "9190"];
    const slips = name in SERVERS
      ? [["--client", "--clients"], ["--forver=1", "--forever"], ["--hots", "--host"], [
        "-forever",
        "--forever",
      ], ["--idle", "--idle-timeout"]]
      : [["--wiat", "--wait"], ["--reply", "--reply-timeout"], ["--max-lines", "--max-line"]];
    for (const [slip, meant] of slips) {
      if (name === "hello_client" && meant === "--max-line") continue; // it has none
      await refuses(name, [slip, ...rest], `Unknown option "${slip}"; did you mean ${meant}?`);
    }
    // The beginning of two.
    if (name in SERVERS) {
      await refuses(name, ["--max", ...rest], `Unknown option "--max"${UNLISTED}`);
    }
  });

  Deno.test(`${name} does not call -4 and -6 negative numbers where they choose an address`, async () => {
    const rest = name in SERVERS ? ["9190"] : ["127.0.0.1", "9190"];
    for (const option of ["-4", "-6"]) {
      const message = `Unknown option "${option}"; the address says it: ` +
        "127.0.0.1 is IPv4, ::1 is IPv6";
      await refuses(name, [option, ...rest], message);
      await refuses(name, ["--quiet", option, ...rest], message);
    }
    const valued = name in SERVERS ? "--backlog" : "--reply-timeout";
    await refuses(name, [valued, "-4", ...rest], 'Cannot use "-4": no number here is negative');
  });
}

Deno.test("a misspelt program or lab is asked for by the name that is near", async () => {
  for (
    const [args, hint] of [
      [["echo-sever", "9190"], 'Unknown program "echo-sever"; did you mean echo_server?'],
      [["boundry"], 'Unknown program "boundry"; did you mean labs boundary?'],
      [["--hlep"], 'Unknown option "--hlep"; did you mean --help?'],
    ] as [string[], string][]
  ) {
    const { code, stderr } = await use(main, args);
    assertEquals([code, stderr.split("\n")[0]], [2, `tcplab: ${hint}`]);
  }
  const { code, stderr } = await use(main, ["labs", "boundry"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^labs: Cannot use lab "boundry": not one of .*; did you mean boundary\?\n/);
});

Deno.test("one of some words may have a dash for an underscore, and is given as it is known", () => {
  const { parse } = oneOf(["second_client", "to-server"], { value: "WORD", help: words`which` });
  for (const word of ["second_client", "second-client"]) assertEquals(parse(word), "second_client");
  for (const word of ["to-server", "to_server"]) assertEquals(parse(word), "to-server");
  const error = assertThrows(() => parse("second-cliet"), UsageError);
  assertEquals(error.message, "not one of second_client, to-server");
  assertEquals(textOf(hintOn(error.slip!)), "; did you mean second_client?");
});

Deno.test("an unknown program is refused in the same way", async () => {
  for (const [arg, what] of [["nonsense", "program"], ["", "program"], ["--nonsense", "option"]]) {
    assertEquals(await use(main, [arg, "9190"]), {
      code: 2,
      stdout: "",
      stderr: `tcplab: Unknown ${what} "${arg}"\n` +
        "Usage: tcplab <program> [argument ...]\n  tcplab alone lists the programs.\n",
      calls: [],
    });
  }
});

Deno.test("what is in order does reach the network", async () => {
  for (const [name, program] of Object.entries(SERVERS)) {
    assertEquals((await use(program, ["9190"])).calls, ["listen"], name);
  }
  for (const [name, program] of Object.entries(CLIENTS)) {
    assertEquals((await use(program, ["localhost", "9190"])).calls, ["connect"], name);
  }
});
