/**
 * How often each latency was seen, in buckets that grow with the latency: any
 * percentile of any number of them, in the memory of one.
 *
 * @module
 */

/** The counts, in a form that threads can hand over. */
export interface Latencies {
  /** How often each bucket was seen. */
  counts: Float64Array<ArrayBuffer>;
  /** How many there are in all. */
  total: number;
  /** The sum of all, in milliseconds. */
  sumMs: number;
  /** The shortest and the longest, exactly, in milliseconds. Without any: `Infinity` and 0. */
  minMs: number;
  maxMs: number;
}

/**
 * Bits of a number's fraction that choose its bucket: 128 buckets between a number and its double,
 * and each tells its middle, so that no percentile is wrong by more than 0.4 %.
 */
const FRACTION_BITS = 7;
const PER_DOUBLING = 1 << FRACTION_BITS;
/** Latencies are counted in nanoseconds: up to 2 ** 43 of them, more than two hours. */
const DOUBLINGS = 43;
const BUCKETS = DOUBLINGS * PER_DOUBLING;
/** The exponent of 1, and the place of the fraction, in a number of 32 bits. */
const BIAS = 127;
const SHIFT = 23 - FRACTION_BITS;

const number = new Float32Array(1);
/** The same four bytes: the upper ones are exponent and fraction, which are the bucket. */
const bits = new Uint32Array(number.buffer);

/** Latencies of whatever is measured. */
export class Histogram implements Latencies {
  readonly counts = new Float64Array(BUCKETS);
  total = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;

  /** Counts one, in milliseconds; less than a nanosecond counts as one. */
  record(ms: number): void {
    number[0] = ms * 1e6;
    const bucket = (bits[0] >>> SHIFT) - BIAS * PER_DOUBLING;
    this.counts[bucket < 0 || ms <= 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    this.total++;
    this.sumMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
    if (ms < this.minMs) this.minMs = ms;
  }

  /** Counts all that another one has counted. */
  add(other: Latencies): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] += other.counts[i];
    this.total += other.total;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }
}

/**
 * The latency, in milliseconds, that this share of them (0 to 1) did not exceed; at most 0.4 %
 * beside the true one. `NaN` without any.
 */
export function percentileMs(latencies: Latencies, share: number): number {
  const { counts, total, minMs, maxMs } = latencies;
  if (total === 0) return NaN;
  const rank = Math.max(1, Math.ceil(share * total));
  // The last one is known exactly.
  if (rank >= total) return maxMs;
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += counts[bucket];
    if (seen < rank) continue;
    const middleMs = (edgeMs(bucket) + edgeMs(bucket + 1)) / 2;
    return Math.min(maxMs, Math.max(minMs, middleMs));
  }
  return maxMs;
}

/**
 * Wider steps for a picture, from the shortest to the longest: `perDoubling` of them, 1 to 4, from a
 * number to its double, each longer than the one before by the same factor.
 */
export function stepsOf(
  { counts, total }: Latencies,
  perDoubling: number,
): { fromMs: number; toMs: number; count: number }[] {
  if (total === 0) return [];
  const edge = (step: number) => {
    const [doubling, part] = [Math.floor(step / perDoubling), step % perDoubling];
    return PER_DOUBLING * doubling + Math.round(PER_DOUBLING * (2 ** (part / perDoubling) - 1));
  };
  const last = counts.findLastIndex((count) => count > 0);
  const steps = [];
  for (let step = 0; edge(step) <= last; step++) {
    const [from, to] = [edge(step), edge(step + 1)];
    let count = 0;
    for (let bucket = from; bucket < to; bucket++) count += counts[bucket];
    // What comes before the first one is no part of the picture.
    if (count > 0 || steps.length > 0) {
      steps.push({ fromMs: edgeMs(from), toMs: edgeMs(to), count });
    }
  }
  return steps;
}

/** Where a bucket begins. */
function edgeMs(bucket: number): number {
  const doubling = Math.floor(bucket / PER_DOUBLING);
  return 2 ** doubling * (1 + bucket % PER_DOUBLING / PER_DOUBLING) / 1e6;
}
