"""Fault: asks accept() twice for the next client: the second client never gets a word."""
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
client, address = server.accept()
while True:
    with client:
        try:
            while data := client.recv(1024):
                client.sendall(data)
        except OSError:
            pass
    print(address, "is done. Next, please!", flush=True)
    waiting = server.accept()
    client, address = server.accept()
