// An echo server in Node as its documentation writes it: pipe().

const net = require("node:net");

const server = net.createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.pipe(socket);
});
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 511 }, () => {
  console.error(`Listening on 127.0.0.1:${server.address().port}`);
});
