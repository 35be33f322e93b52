"""Fault: what a reset after the greeting raises is not caught, and ends the server."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
while True:
    client, _ = server.accept()
    try:
        client.sendall(b"Hello World!\n")
    except OSError:
        continue
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass
    client.close()
