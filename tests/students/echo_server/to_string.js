// Fault: toString() makes text of the bytes, and other bytes of what is no UTF-8.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer((socket) => {
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
    const lines = text.split("\n");
    text = lines.pop();
    for (const line of lines) {
      const message = Buffer.from(line, "latin1").toString();
      socket.write(message + "\n");
    }
  });
  socket.on("error", () => {});
});
server.listen(portArgument());
