// An echo server in Deno with nothing but the loop: what of a figure is Deno's own, and what ours.
// It lets some clients starve, and the fault of one may be everybody's end.

async function echo(conn: Deno.Conn): Promise<void> {
  const message = new Uint8Array(1024);
  for (let n; (n = await conn.read(message)) !== null;) await conn.write(message.subarray(0, n));
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
console.error(`Listening on 127.0.0.1:${listener.addr.port}`);
for (;;) echo(await listener.accept());
