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

/** The shape of a relay that changes nothing. */
export const PLAIN: Shape = { gapMs: 5 };

/** Does every byte pass at once, as it came? */
export function isPlain(shape: Shape): boolean {
  return shape.cut === undefined && shape.gatherMs === undefined && shape.delay === undefined &&
    shape.rate === undefined;
}

/** Numbers from 0 up to, but not, 1: the same ones for the same seed. */
export type Random = () => number;

/** Random numbers from a seed, a whole number (splitmix32, by Guy Steele and others, 2014). */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = state + 0x9e3779b9 | 0;
    let x = state ^ state >>> 16;
    x = Math.imul(x, 0x21f0aaad);
    x = x ^ x >>> 15;
    x = Math.imul(x, 0x735a2d97);
    x = x ^ x >>> 15;
    return (x >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
