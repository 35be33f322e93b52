// A hello client. Its one fault: it shows the greeting, but never ends its half of the connection.
const net = require("node:net");
const process = require("node:process");

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port, allowHalfOpen: true });
let greeting = "";

socket.setEncoding("utf8");
socket.on("data", (text) => greeting += text);
socket.on("end", () => {
  if (greeting) console.log("Message from server: " + greeting);
  else fail("The server closed the connection without a greeting");
});
socket.on("error", (error) => fail(error.message));

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
