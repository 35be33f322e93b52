// An echo client that collects bytes to the newline. Its one fault: with it, it forgets what follows.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const socket = net.connect(Number(process.argv[3]), process.argv[2]);
const input = readline.createInterface({ input: process.stdin });
let buffer = "";
let done = false;

socket.setEncoding("utf8");
socket.on("data", (text) => {
  buffer += text;
  if (buffer.includes("\n")) {
    console.log("Reply: " + buffer.split("\n")[0]);
    buffer = "";
  }
});
socket.on("end", () => {
  if (!done) {
    console.error("The server closed the connection.");
    process.exit(1);
  }
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error("Error: " + error.message);
  process.exit(1);
});

input.on("line", (line) => {
  if (line === "q" || line === "Q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => {
  done = true;
  socket.end();
});
