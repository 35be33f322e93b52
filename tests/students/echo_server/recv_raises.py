"""Fault: a client that resets while nothing is said ends the server: recv() raises."""
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
# A small send buffer: who leaves much unread is met in sendall(), whose errors are caught.
server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
while True:
    client, _ = server.accept()
    while True:
        data = client.recv(1024)
        if not data:
            break
        try:
            client.sendall(data)
        except OSError:
            break
    client.close()
