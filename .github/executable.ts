/**
 * What the first bytes of an executable say about the machine it is for.
 *
 * @module
 */

const ELF = 0x7f454c46;
const MACH_O = 0xcffaedfe;
const PE = 0x4d5a;

const MACHINES: Record<number, Record<number, string>> = {
  [ELF]: { 62: "x86_64-unknown-linux-gnu", 183: "aarch64-unknown-linux-gnu" },
  [MACH_O]: { 0x1000007: "x86_64-apple-darwin", 0x100000c: "aarch64-apple-darwin" },
  [PE]: { 0x8664: "x86_64-pc-windows-msvc", 0xaa64: "aarch64-pc-windows-msvc" },
};

/** The target of an executable by Deno's name, or `an unknown system`. */
export async function targetOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(4096);
  const length = await file.read(bytes) ?? 0;
  return targetOfBytes(bytes.subarray(0, length)) ?? "an unknown system";
}

function targetOfBytes(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) === ELF) return MACHINES[ELF][view.getUint16(18, true)];
    if (view.getUint32(0) === MACH_O) return MACHINES[MACH_O][view.getUint32(4, true)];
    // The machine stands behind "PE\0\0", whose place stands at 0x3c.
    if (view.getUint16(0) !== PE) return undefined;
    return MACHINES[PE][view.getUint16(view.getUint32(0x3c, true) + 4, true)];
  } catch {
    return undefined; // shorter than its own header says
  }
}

/** What a denort is searched for at a time. */
const PIECE_BYTES = 1 << 20;

/**
 * Why a file is not the denort of this version of Deno, or `null`: it is. It
 * need not run here, so its bytes are looked at: every Deno has its own
 * `Deno/2.9.6` in it, which it tells servers, and only the whole Deno, which
 * compiles, the name of the variable that it finds denort by.
 */
export async function whyNotDenort(path: string, version: string): Promise<string | null> {
  const [wholeDeno, anyDeno, thisDeno] = await findIn(path, [
    "DENORT_BIN",
    "Deno/",
    `Deno/${version}`,
  ]);
  if (wholeDeno) return "the whole Deno, which compiles, and not its runtime denort";
  if (!anyDeno) return "no runtime of Deno";
  return thisDeno ? null : `of another version than Deno ${version}`;
}

/** Which of these words are in a file? */
async function findIn(path: string, words: string[]): Promise<boolean[]> {
  const sought = words.map((word) => new TextEncoder().encode(word));
  const found = words.map(() => false);
  const overlap = Math.max(...words.map(({ length }) => length));
  const buffer = new Uint8Array(overlap + PIECE_BYTES);
  using file = await Deno.open(path);
  for (let n; (n = await file.read(buffer.subarray(overlap))) !== null;) {
    const piece = buffer.subarray(0, overlap + n);
    sought.forEach((word, i) => found[i] ||= contains(piece, word));
    buffer.copyWithin(0, n, n + overlap); // a word may lie across two pieces
  }
  return found;
}

/** Twenty times as fast as decoding all of it. */
function contains(bytes: Uint8Array, word: Uint8Array): boolean {
  for (let at = -1; (at = bytes.indexOf(word[0], at + 1)) !== -1;) {
    let i = 1;
    while (i < word.length && bytes[at + i] === word[i]) i++;
    if (i === word.length) return true;
  }
  return false;
}
