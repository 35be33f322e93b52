"""Fault: non-blocking send() takes a part of it, and nobody sends the rest."""
import socket
import sys
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
server.setblocking(False)
server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
clients = []
while True:
    time.sleep(0.02)  # a look round, fifty times a second
    try:
        clients.append(server.accept()[0])
        clients[-1].setblocking(False)
    except BlockingIOError:
        pass
    for client in clients[:]:
        try:
            data = client.recv(1 << 20)
            client.send(data)
        except BlockingIOError:
            continue
        except OSError:
            data = b""
        if not data:
            client.close()
            clients.remove(client)
