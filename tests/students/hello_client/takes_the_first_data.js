// A hello client. Its one fault: the first "data" event is the greeting, and it hangs up.
const net = require("node:net");
const process = require("node:process");

const socket = net.connect(Number(process.argv[3]), process.argv[2]);
socket.once("data", (data) => {
  console.log("Message from server: " + data);
  socket.destroy();
});
socket.on("end", () => fail("The server said nothing"));
socket.on("error", (error) => fail(error.message));

function fail(reason) {
  console.error(reason);
  process.exitCode = 1;
}
