// Fault: parseInt() takes `80x` for 80.
const net = require("node:net");

const port = parseInt(process.argv[2]);
if (!(port > 0 && port < 65536)) {
  console.error("Usage: node parse_int_port.js <port>");
  process.exit(1);
}
net.createServer((socket) => {
  socket.on("error", () => {});
  socket.end("Hello World!");
}).listen(port);
