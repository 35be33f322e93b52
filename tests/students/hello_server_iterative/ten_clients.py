"""Right: greets ten clients, each with its number, and ends."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
for number in range(1, 11):
    client, address = server.accept()
    try:
        client.sendall(f"Hello, client {number}!\n".encode())
        print(address, "greeted")
    except OSError as error:
        print(address, error)
    client.close()
server.close()
