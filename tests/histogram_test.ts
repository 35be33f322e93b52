/** The histogram of `tcplab bench`, against what sorting all numbers gives. */

import { assert, assertEquals } from "jsr:@std/assert@1.0.19";
import { Histogram, percentileMs, stepsOf } from "../src/bench/histogram.ts";

/** What the docstring promises. */
const MOST_ERROR = 0.004;

function of(numbers: number[]): Histogram {
  const histogram = new Histogram();
  for (const number of numbers) histogram.record(number);
  return histogram;
}

/** Many numbers of every magnitude: from less than a microsecond to minutes. */
function numbers(count: number): number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return 10 ** (state / 2 ** 31 * 8 - 4);
  });
}

Deno.test("a percentile is wrong by no more than is said, at every magnitude", () => {
  const all = numbers(20_000);
  const sorted = all.toSorted((a, b) => a - b);
  const histogram = of(all);
  for (let share = 0.0005; share < 1; share += 0.0005) {
    const exact = sorted[Math.ceil(share * all.length) - 1];
    const error = Math.abs(percentileMs(histogram, share) / exact - 1);
    assert(error <= MOST_ERROR, `${share}: ${percentileMs(histogram, share)} is not ${exact}`);
  }
  assertEquals(percentileMs(histogram, 1), sorted.at(-1));
  assert(percentileMs(histogram, 0) >= sorted[0]);
});

Deno.test("of one number every percentile is that number, of none there is none", () => {
  const one = of([1.2345]);
  assertEquals([0, 0.5, 0.999, 1].map((share) => percentileMs(one, share)), [
    1.2345,
    1.2345,
    1.2345,
    1.2345,
  ]);
  assertEquals(percentileMs(of([]), 0.5), NaN);
  assertEquals(stepsOf(of([]), 2), []);
});

Deno.test("nothing, less than nothing and hours are counted, too", () => {
  const odd = of([0, -1, 1e-9, 1e9, Infinity]);
  assertEquals([odd.total, odd.counts.reduce((sum, count) => sum + count)], [5, 5]);
});

Deno.test("two histograms together are that of all", () => {
  const all = numbers(3000);
  const together = of(all.slice(0, 1000));
  together.add(of(all.slice(1000)));
  const whole = of(all);
  assertEquals({ ...together, sumMs: 0 }, { ...whole, sumMs: 0 });
  assert(Math.abs(together.sumMs / whole.sumMs - 1) < 1e-9);
});

for (const perDoubling of [1, 2, 4]) {
  Deno.test(`the steps of a picture hold all, and grow by one factor: ${perDoubling} to a double`, () => {
    const histogram = of(numbers(5000));
    const steps = stepsOf(histogram, perDoubling);
    assertEquals(steps.reduce((sum, { count }) => sum + count, 0), 5000);
    assert(steps[0].count > 0 && steps.at(-1)!.count > 0);
    for (const [i, { fromMs, toMs }] of steps.entries()) {
      assert(Math.abs(toMs / fromMs / 2 ** (1 / perDoubling) - 1) < 0.01, `${fromMs} to ${toMs}`);
      if (i > 0) assertEquals(fromMs, steps[i - 1].toMs);
    }
  });
}
