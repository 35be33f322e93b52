"""Fault: keeps looking at a client that has left: select() says at once that it is ready."""
import select
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
watched = [server]
while True:
    ready, _, _ = select.select(watched, [], [])
    for sock in ready:
        if sock is server:
            watched.append(server.accept()[0])
            continue
        try:
            data = sock.recv(1024)
            if data:
                sock.sendall(data)
            else:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
