// An echo client. Its one fault: the end of its input is no event it listens to, so it stays connected.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const socket = net.connect(Number(process.argv[3]), process.argv[2], () => {
  console.log("connected");
});
const input = readline.createInterface({ input: process.stdin });
let received = "";
let hasQuit = false;

input.on("line", (line) => {
  if (line !== "Q" && line !== "q") {
    socket.write(line + "\n");
    return;
  }
  hasQuit = true;
  input.close();
  socket.end();
});

socket.setEncoding("utf8");
socket.on("data", (text) => {
  received += text;
  for (let at; (at = received.indexOf("\n")) >= 0; received = received.slice(at + 1)) {
    console.log("echo: " + received.slice(0, at));
  }
});
socket.on("end", () => {
  if (hasQuit) return;
  console.error("lost the server");
  process.exit(1);
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
