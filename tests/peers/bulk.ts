// Sends to an echo server as fast as it goes, and reads what comes back, until it is killed.
// `deno run -N bulk.ts PORT`. Says after each 64 MiB how many MiB are back.

const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
const piece = new Uint8Array(1024 * 1024);

async function send(): Promise<void> {
  for (;;) await conn.write(piece);
}

async function receive(): Promise<void> {
  const space = new Uint8Array(piece.length);
  const step = 64 * piece.length;
  for (let came = 0, told = 0, n; (n = await conn.read(space)) !== null;) {
    came += n;
    if (came < told + step) continue;
    told += step;
    console.log(`echoed ${told / piece.length}`);
  }
}

await Promise.all([send(), receive()]);
