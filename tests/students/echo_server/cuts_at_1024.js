// Fault: no more than 1024 bytes of a line come back.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const BUF_SIZE = 1024;

const server = net.createServer((socket) => {
  let line = Buffer.alloc(0);
  socket.on("data", (data) => {
    line = Buffer.concat([line, data]);
    for (let end = line.indexOf(10); end !== -1; end = line.indexOf(10)) {
      const tooLong = end >= BUF_SIZE;
      socket.write(tooLong ? line.subarray(0, BUF_SIZE) : line.subarray(0, end + 1));
      line = line.subarray(end + 1);
    }
  });
  socket.on("error", () => {});
});
server.listen(portArgument());
