"""Fault: only the first client is greeted: a file that has been read is at its end."""
import io
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


greeting = io.BytesIO(b"Hello World!\n")
server = socket.create_server(("", port_argument()))
while True:
    client, _ = server.accept()
    with client:
        try:
            client.sendall(greeting.read())
        except OSError as error:
            print(error)
