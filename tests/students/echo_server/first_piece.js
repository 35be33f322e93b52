// Fault: answers the piece that comes first, and forgets the rest of its line.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const NEWLINE = 10;

const server = net.createServer((socket) => {
  let inside = false; // a line whose first piece has been answered
  socket.on("data", (data) => {
    let from = 0;
    if (inside) from = data.indexOf(NEWLINE) + 1;
    if (inside && from === 0) return;
    inside = data.at(-1) !== NEWLINE;
    socket.write(data.subarray(from));
  });
  socket.on("error", () => {});
});
server.listen(portArgument());
