// An echo client. Its one fault: it awaits one "data" event for each line it sends.
const { once } = require("node:events");
const net = require("node:net");
const process = require("node:process");
const readline = require("node:readline");

async function main(host, port) {
  const socket = net.connect({ host, port });
  socket.on("end", () => fail("connection closed by server"));
  await once(socket, "connect");
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line.toUpperCase() === "Q") break;
    socket.write(`${line}\n`);
    const [reply] = await once(socket, "data");
    process.stdout.write(`server> ${reply}`);
  }
  process.exit(0);
}

function fail(reason) {
  console.error("echo client:", reason);
  process.exit(1);
}

main(process.argv[2], process.argv[3]).catch((error) => fail(error.message));
