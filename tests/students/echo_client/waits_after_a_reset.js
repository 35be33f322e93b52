// An echo client. Its one fault: after a reset it waits on for the reply.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host);
const input = readline.createInterface({ input: process.stdin });
let received = "";
let hasQuit = false;

input.on("line", (line) => {
  if (line === "Q" || line === "q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => {
  hasQuit = true;
  socket.end();
});

socket.setEncoding("utf8");
socket.on("data", (text) => {
  const lines = (received + text).split("\n");
  received = lines.pop();
  for (const line of lines) console.log("Server answered: " + line);
});
socket.on("end", () => {
  if (hasQuit) return;
  console.error("The server closed the connection.");
  process.exit(1);
});
socket.on("close", () => {
  if (hasQuit) process.exit();
});
socket.on("error", (error) => {
  console.error("Error:", error.code);
  if (error.code === "ECONNREFUSED") process.exit(1);
});
