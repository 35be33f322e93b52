// Right: greets whoever comes, in Chinese.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

net.createServer((socket) => {
  socket.on("error", () => console.log("再见"));
  socket.end("你好，世界！\n");
}).listen(portArgument());
