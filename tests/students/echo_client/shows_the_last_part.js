// An echo client. Its one fault: what it has of a reply when the server ends is shown, and all is well.
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
  lines.forEach(show);
});
socket.on("end", () => {
  if (received !== "") {
    show(received);
    process.exit(0);
  }
  if (!hasQuit) {
    console.error("The server closed the connection.");
    process.exit(1);
  }
});
socket.on("close", () => process.exit());
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});

function show(reply) {
  console.log("Server: " + reply);
}
