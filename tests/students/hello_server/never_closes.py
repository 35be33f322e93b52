"""Fault: it greets and keeps the connection open, also when its client has closed, until its input ends."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
client, _ = server.accept()
try:
    client.sendall(b"Hello World!")
except OSError as error:
    print(error)
sys.stdin.read()
