// Fault: split("\\n") takes the newlines away, and nobody puts them back.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const server = net.createServer((socket) => {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) socket.write(line, "latin1");
  });
  socket.on("error", () => {});
});
server.listen(portArgument());
