// Fault: nobody listens for the error of a socket: the first one ends the server.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer((socket) => {
  console.log("Client connected");
  socket.on("data", (data) => {
    // In parts, as a C program with a buffer of 1024 bytes would send it.
    for (let i = 0; i < data.length; i += 1024) socket.write(data.subarray(i, i + 1024));
  });
  socket.on("end", () => console.log("Client disconnected"));
});
server.listen(portArgument());
