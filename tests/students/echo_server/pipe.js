// Right: all clients at once; what comes from a socket is piped back into it.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

net.createServer((socket) => {
  socket.on("error", (error) => console.log(error.message));
  socket.pipe(socket);
}).listen(portArgument(), () => console.log("listening"));
