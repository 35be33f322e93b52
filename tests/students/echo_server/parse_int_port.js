// Fault: parseInt() reads `80x` as 80, and without an argument some port is taken.
const net = require("node:net");

const port = parseInt(process.argv[2] ?? "0");
if (Number.isNaN(port) || port < 0 || port > 65535) {
  console.error("Usage: node parse_int_port.js <port>");
  process.exit(1);
}
const server = net.createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(socket);
});
server.listen(port, () => console.log(`Echo server on port ${server.address().port}`));
