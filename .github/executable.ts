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
