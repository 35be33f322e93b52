// A right echo client that copies bytes and knows no replies: what comes goes to stdout as it is.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const socket = net.connect(Number(process.argv[3]), process.argv[2]);
const input = readline.createInterface({ input: process.stdin });
let isLeaving = false;

socket.pipe(process.stdout);
input.on("line", (line) => {
  if (line === "Q" || line === "q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => {
  isLeaving = true;
  socket.end();
});
socket.on("end", () => {
  if (isLeaving) return;
  console.error("Connection closed by the server");
  process.exitCode = 1;
  input.close();
});
socket.on("error", (error) => {
  console.error("Connection lost:", error.message);
  process.exitCode = 1;
  input.close();
});
