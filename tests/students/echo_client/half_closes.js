// A right echo client: at Q it ends its half of the connection, and shows what comes until the
// server has ended the other one.
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port: Number(port), allowHalfOpen: true });
const input = readline.createInterface({ input: process.stdin });
let received = "";
let hasEnded = false;
let due = 0;

input.on("line", (line) => {
  if (line === "Q" || line === "q") return input.close();
  due++;
  socket.write(line + "\n");
});
input.on("close", () => {
  hasEnded = true;
  socket.end();
});

socket.setEncoding("utf8");
socket.on("data", (text) => {
  const lines = (received + text).split("\n");
  received = lines.pop();
  for (const line of lines) {
    due--;
    console.log(`${host} says: ${line}`);
  }
});
socket.on("end", () => {
  if (hasEnded && due <= 0 && received === "") return;
  console.error("The server ended the connection too early");
  process.exit(1);
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error("Connection failed:", error.message);
  process.exit(1);
});
