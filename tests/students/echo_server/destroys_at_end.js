// Fault: destroy() at the end of the stream, although replies are still to be sent.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer((socket) => {
  let waiting = [];
  function reply() {
    if (!socket.destroyed) socket.write(Buffer.concat(waiting));
    waiting = [];
  }
  socket.on("data", (data) => {
    if (waiting.length === 0) setTimeout(reply, 500);
    waiting.push(data);
  });
  socket.on("end", () => socket.destroy());
  socket.on("error", () => {});
});
server.listen(portArgument());
