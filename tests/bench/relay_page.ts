/**
 * What a relay and its page hold when much passes: a gigabyte in one connection, then a hundred
 * thousand small messages in 64. A part of relay.ts; it needs Debian's chromium.
 *
 * @module
 */

import { launchBrowser } from "../page_support.ts";
import { runToEnd, start, tcplab } from "../support.ts";

const GIGABYTE = 1e9;
const MESSAGES = 100_000;

/** Prints what both hold, before and after. `folder` has stream and load. */
export async function pageOfGigabyte(
  folder: string,
  { sink, echo }: { sink: number; echo: number },
): Promise<void> {
  const browser = await launchBrowser();
  for (const [what, port] of [["a gigabyte", sink], ["small messages", echo]] as const) {
    await using relay = start(
      tcplab("relay", "--quiet", "--web", "0", "0", "127.0.0.1", String(port)),
    );
    const [, own] = await relay.said(/Listening on .*:(\d+)/);
    const [, url] = await relay.said(/Page at (\S+)/);
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    const devtools = await page.context().newCDPSession(page);
    const held = async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      const status = await Deno.readTextFile(`/proc/${relay.pid}/status`);
      return { pageMB: usedSize / 1e6, relayMB: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1e3 };
    };
    const run = async (...command: [string, ...string[]]) => {
      const { stdout } = await runToEnd(command, { patienceMs: 300_000 });
      return JSON.parse(stdout);
    };
    const pass = port === sink
      ? async () => (await run(`${folder}/stream`, "source", own, "1")).bytes / GIGABYTE
      : async () => {
        const { messagesPerSecond } = await run(`${folder}/load`, "pingpong", own, "1", "64", "0");
        return messagesPerSecond * 1.3 / MESSAGES;
      };
    let passed = await pass();
    const before = await held();
    while (passed < 1) passed += await pass();
    const after = await held();
    const amount = port === sink ? `${passed.toFixed(1)} GB` : `${(passed * MESSAGES).toFixed(0)}`;
    const text = (name: keyof typeof after) =>
      `${before[name].toFixed(1)} MB, then ${after[name].toFixed(1)} MB`;
    console.log(
      `\nThe page, with ${what} (${amount}): ${text("pageMB")}; relay: ${text("relayMB")}`,
    );
    await page.context().close();
  }
  await browser.close();
}
