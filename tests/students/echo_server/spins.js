// Fault: looks for replies to send in every turn of the event loop, also when there are none.
const net = require("node:net");

function portArgument() {
  const text = process.argv[2] ?? "";
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port > 0 && port < 65536) return port;
  console.error("Usage: node server.js <port>");
  process.exit(1);
}

const replies = [];

function sendReplies() {
  while (replies.length > 0) {
    const { socket, data } = replies.shift();
    if (socket.writable) socket.write(data);
  }
  setImmediate(sendReplies);
}

const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("data", (data) => replies.push({ socket, data }));
  socket.on("end", () => setImmediate(() => socket.end()));
  socket.on("error", () => {});
});
server.listen(portArgument());
sendReplies();
