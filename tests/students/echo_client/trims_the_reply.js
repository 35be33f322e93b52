// An echo client. Its one fault: trim() takes the blanks in front of a reply with it.
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
  received += text;
  const end = received.lastIndexOf("\n") + 1;
  for (const line of received.slice(0, end).split("\n").slice(0, -1)) console.log(line.trim());
  received = received.slice(end);
});
socket.on("end", () => {
  if (hasQuit) return;
  console.error("The server closed the connection.");
  process.exit(1);
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
