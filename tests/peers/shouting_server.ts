/** An echo server with a fault: it answers in capitals. It says when it is ready, and with what. */

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
console.log("ready \x1b[31m是\x1b[0m");
console.error("a warning");
for await (const conn of listener) {
  const buffer = new Uint8Array(1024);
  for (let n; (n = await conn.read(buffer)) !== null;) {
    const text = new TextDecoder().decode(buffer.subarray(0, n));
    await conn.write(new TextEncoder().encode(text.toUpperCase()));
  }
  conn.close();
}
