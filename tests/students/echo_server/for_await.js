// Right: half-open on purpose, one client after the other with for await.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer({ allowHalfOpen: true });
let turn = Promise.resolve();
server.on("connection", (socket) => {
  socket.on("error", () => {});
  turn = turn.then(() => serve(socket)).catch(() => {});
});
server.listen(portArgument(), "0.0.0.0");

async function serve(socket) {
  for await (const piece of socket) {
    if (!socket.write(piece)) await drained(socket);
  }
  socket.end();
}

function drained(socket) {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });
}
