"""Fault: what is no UTF-8 comes back as question marks: errors="replace"."""
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
while True:
    client, address = server.accept()
    with client, client.makefile("rb") as lines:
        try:
            for line in lines:
                message = line.decode("utf-8", errors="replace")
                client.sendall(message.encode())
        except OSError as error:
            print(address, error)
