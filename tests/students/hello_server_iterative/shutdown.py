"""Right: waits until the client has closed, too, before the next one gets its turn."""
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
        client.shutdown(socket.SHUT_WR)
        while client.recv(1024):
            pass
    except OSError:
        pass
    client.close()
