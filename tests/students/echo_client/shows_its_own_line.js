// An echo client. Its one fault: for each reply that is complete it shows the line it had sent.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host);
const input = readline.createInterface({ input: process.stdin });
const sent = [];
let ended = false;

input.on("line", (line) => {
  if (/^q$/i.test(line)) return input.close();
  sent.push(line);
  socket.write(line + "\n");
});
input.on("close", () => {
  ended = true;
  socket.end();
});

readline.createInterface({ input: socket }).on("line", () => {
  console.log("Echo from server: " + sent.shift());
});
socket.on("end", () => {
  if (ended) return;
  console.error("Server closed.");
  process.exit(1);
});
socket.on("error", (error) => {
  console.error(error.code);
  process.exit(1);
});
