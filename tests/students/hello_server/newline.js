// Right: greets with a newline, and other words than the book.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer((socket) => {
  socket.on("error", (error) => console.error(error.code));
  socket.end("Nice to see you!\n");
  server.close();
});
server.listen(portArgument());
