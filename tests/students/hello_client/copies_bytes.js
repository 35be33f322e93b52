// A right hello client that pipes the stream to stdout as it is, and counts.
const net = require("node:net");
const process = require("node:process");

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port });
socket.pipe(process.stdout);
socket.on("close", (isBroken) => {
  if (isBroken || socket.bytesRead > 0) return;
  console.error("Nothing came from " + host);
  process.exitCode = 2;
});
// Without a listener for "error" Node ends the program with 1, and prints what happened.
