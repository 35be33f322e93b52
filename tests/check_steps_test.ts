/**
 * What is told of the steps of a case, however many they are.
 *
 * @module
 */

import { assertEquals } from "jsr:@std/assert@1.0.19";
import { END_OF_INPUT, type Outcome, type Step } from "../src/check/case.ts";
import { caseJson } from "../src/check/json_report.ts";
import { ladderOf } from "../src/check/ladder_of.ts";
import type { Call } from "../src/net/trace.ts";

const PEER = "127.0.0.1:50001";

function call(name: Call["name"], bytes = 0, peer = PEER): Step {
  const result = bytes === 0 ? "" : `${bytes} bytes`;
  return {
    side: "check",
    text: `${name}()`,
    atUs: 0,
    call: { name, on: "", args: "", result, bytes, peer, atUs: 0 },
  };
}

/** The left side of a ladder's rows, in English. */
function rowsOf(steps: Step[]): string[] {
  return ladderOf(steps)!.steps.map(({ left }) => {
    const words = left ?? "";
    return typeof words === "object" ? words.en : String(words);
  });
}

const ECHO = [call("read", 7), call("write", 7)];

Deno.test("a client that floods is told as one read and one write, behind what was done before", () => {
  const end: Step = { side: "check", text: END_OF_INPUT, atUs: 0 };
  const flood = Array.from({ length: 1000 }, () => ECHO).flat();
  assertEquals(rowsOf([call("accept"), ...ECHO, end, ...flood, call("read", 3)]), [
    "accept()",
    "read() = 7 bytes",
    "write(7 bytes)",
    "end of input",
    "read() 1,001×: 7,003 bytes",
    "write() 1,000×: 7,000 bytes",
  ]);
  assertEquals(ladderOf([end])!.steps, [{
    left: { en: "end of input", zh: "输入结束" },
    atUs: 0,
  }]);
});

Deno.test("few reads and writes in turn are told one by one, and so are those of two clients", () => {
  assertEquals(rowsOf([...ECHO, ...ECHO, ...ECHO]).length, 6);
  const other = [call("read", 7, "127.0.0.1:50002"), call("write", 7, "127.0.0.1:50002")];
  const both = [ECHO, other, ECHO, other, ECHO, other, ECHO].flat();
  assertEquals(rowsOf(both), [
    "1: read() = 7 bytes",
    "1: write(7 bytes)",
    "2: read() = 7 bytes",
    "2: write(7 bytes)",
    "1: read() = 7 bytes",
    "1: write(7 bytes)",
    "2: read() = 7 bytes",
    "2: write(7 bytes)",
    "1: read() = 7 bytes",
    "1: write(7 bytes)",
    "2: read() = 7 bytes",
    "2: write(7 bytes)",
    "1: read() = 7 bytes",
    "1: write(7 bytes)",
  ]);
});

Deno.test("reads in a row are told as one, from four on", () => {
  const reads = [call("read", 5), call("read", 5), call("read", 5)];
  assertEquals(rowsOf([...reads, call("write", 1), ...reads, call("read", 5)]), [
    "read() = 5 bytes",
    "read() = 5 bytes",
    "read() = 5 bytes",
    "write(1 byte)",
    "read() 4×: 20 bytes",
  ]);
  assertEquals(rowsOf(Array.from({ length: 40 }, () => call("read", 5))), [
    "read() 40×: 200 bytes",
  ]);
});

Deno.test("--json gives a hundred steps from the beginning and a hundred from the end", () => {
  const told = (count: number) => {
    const steps = Array.from(
      { length: count },
      (_, i): Step => ({ side: "check", text: String(i), atUs: i }),
    );
    const title = { en: "It does not flood", zh: "不洪泛" };
    const outcome: Outcome = {
      case: {
        id: "echo_client/flood",
        section: "4.3.2",
        weight: "book",
        title,
        run: () => Promise.reject(),
      },
      finding: { verdict: "holds" },
      steps,
      printed: [],
      tookMs: 1,
    };
    const line = JSON.parse(caseJson(outcome, { lang: "en", language: "c", strict: false }));
    return { texts: line.steps.map(({ text }: Step) => Number(text)), left: line.stepsLeftOut };
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  assertEquals(told(200), { texts: range(0, 200), left: 0 });
  assertEquals(told(205), { texts: [...range(0, 100), ...range(105, 205)], left: 5 });
});
