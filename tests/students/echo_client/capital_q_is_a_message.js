// An echo client. Its one fault: only the small q ends it, Q is sent like any other line.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host);
const input = readline.createInterface({ input: process.stdin });
let received = "";
let ended = false;

input.on("line", (line) => {
  if (line === "q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => {
  ended = true;
  socket.end();
});

socket.setEncoding("utf8");
socket.on("data", (text) => {
  const lines = (received + text).split("\n");
  received = lines.pop();
  for (const line of lines) console.log("Message from server:", line);
});
socket.on("end", () => {
  if (ended) return;
  console.error("The server has closed the connection");
  process.exit(1);
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
