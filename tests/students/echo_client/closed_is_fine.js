// An echo client. Its one fault: when the server ends the stream it exits with 0, replies due or not.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host);
const input = readline.createInterface({ input: process.stdin });
let received = "";

input.on("line", (line) => {
  if (line === "Q" || line === "q") input.close();
  else socket.write(line + "\n");
});
input.on("close", () => socket.end());

socket.setEncoding("utf8");
socket.on("data", (text) => {
  const lines = (received + text).split("\n");
  received = lines.pop();
  for (const line of lines) console.log("Message from server: " + line);
});
socket.on("end", () => {
  console.log("disconnected");
  process.exit(0);
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
