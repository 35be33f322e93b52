// Right: an event for each piece; ends when the fifth client has gone.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

let served = 0;
const server = net.createServer((socket) => {
  console.log("connected");
  socket.on("data", (data) => socket.write(data));
  socket.on("error", () => {});
  socket.on("close", () => {
    served++;
    if (served >= 5) server.close();
  });
});
server.listen(portArgument());
