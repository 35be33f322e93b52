// A right hello client: it collects what comes, and shows it when the server has ended the stream.
const { Buffer } = require("node:buffer");
const net = require("node:net");
const process = require("node:process");

const [host, port] = process.argv.slice(2);
const socket = net.connect(Number(port), host, () => console.log("Connected to " + host));
const chunks = [];

socket.on("data", (chunk) => chunks.push(chunk));
socket.on("end", () => {
  if (chunks.length > 0) console.log("The greeting is: " + Buffer.concat(chunks));
  else fail("The server closed the connection without a greeting");
});
socket.on("error", (error) => fail(error.message));

function fail(reason) {
  console.error("Cannot be greeted:", reason);
  process.exitCode = 1;
}
