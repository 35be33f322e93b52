// A hello client. Its one fault: where nobody listens it says so, and exits with 0.
const net = require("node:net");
const process = require("node:process");

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port });
let greeting = "";

socket.setEncoding("utf8");
socket.on("data", (text) => greeting += text);
socket.on("end", () => {
  if (greeting) console.log("Greeting: " + greeting);
  else fail("The server closed the connection without a greeting");
});
socket.on("error", (error) => {
  if (error.code === "ECONNREFUSED") console.log("No server listens on port " + port);
  else fail(error.message);
});

function fail(reason) {
  console.error(reason);
  process.exitCode = 1;
}
