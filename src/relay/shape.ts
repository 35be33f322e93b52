/**
 * What a relay does to the bytes of one direction, as data.
 *
 * @module
 */

/** The shape of what passes. What is left out changes nothing. Times are in milliseconds. */
export interface Shape {
  /** Hand on at most so many bytes at a time, `least` to `most` at random. */
  cut?: { least: number; most: number };
  /** How long to wait between two such pieces, so that the other side's read() sees them apart. */
  gapMs: number;
  /** Hold what comes for so long, and hand it on in one write. */
  gatherMs?: number;
  /** Hand on each piece later by so much, give or take `spreadMs`; their order stays. */
  delay?: { ms: number; spreadMs: number };
  /** So many bytes a second. */
  rate?: number;
  /** After so many bytes nothing more is handed on, and nothing closed. */
  stallAfter?: number;
  /** After so many bytes the connection ends, in order. */
  closeAfter?: number;
  /** After so many bytes the connection is reset. */
  resetAfter?: number;
  /** The byte of this number, the first one being 1, is damaged. */
  flip?: number;
}

/** Does every byte pass at once, as it came? */
export function isPlain(shape: Shape): boolean {
  return shape.cut === undefined && shape.gatherMs === undefined && shape.delay === undefined &&
    shape.rate === undefined;
}

/** A whole number from `least` to `most`, both included. */
export type Random = (least: number, most: number) => number;

/** Where nothing is random. */
export const NO_RANDOM: Random = (least) => least;

/** Is anything of it random? */
export function isRandom({ cut, delay }: Shape): boolean {
  return cut !== undefined && cut.least < cut.most || delay !== undefined && delay.spreadMs > 0;
}

/** What makes random numbers from a seed, the same ones for the same seed. */
export async function loadRandom(): Promise<(seed: number) => Random> {
  const [{ xoroshiro128plus }, { uniformInt }] = await Promise.all([
    import("npm:pure-rand@8.4.2/generator/xoroshiro128plus"),
    import("npm:pure-rand@8.4.2/distribution/uniformInt"),
  ]);
  return (seed) => {
    const generator = xoroshiro128plus(seed);
    return (least, most) => uniformInt(generator, least, most);
  };
}
