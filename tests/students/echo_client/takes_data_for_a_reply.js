// An echo client. Its one fault: what one "data" event brings is one reply.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host);
const input = readline.createInterface({ input: process.stdin });
let hasQuit = false;

input.on("line", (line) => {
  if (line === "Q" || line === "q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => {
  hasQuit = true;
  socket.end();
});

socket.on("data", (data) => {
  console.log("Message from server: " + data.toString().replace(/\n$/, ""));
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
