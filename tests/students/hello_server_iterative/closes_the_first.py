"""Fault: only the first client's connection is closed, the others' stay open."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
clients = []
while True:
    client, _ = server.accept()
    clients.append(client)
    try:
        client.sendall(b"Hello World!")
    except OSError as error:
        print(error)
    clients[0].close()
