// An echo client. Its one fault: when a reply is complete it shows the line it had sent.
const { once } = require("node:events");
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

async function main(host, port) {
  const socket = net.connect(Number(port), host);
  await once(socket, "connect");
  console.log("Connected");
  socket.setEncoding("utf8");
  const chunks = socket[Symbol.asyncIterator]();
  let received = "";
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "Q" || line === "q") break;
    socket.write(line + "\n");
    while (!received.includes("\n")) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("The server closed the connection");
      received += value;
    }
    console.log("Echo from server: " + line);
    received = received.slice(received.indexOf("\n") + 1);
  }
  process.exit(0);
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
