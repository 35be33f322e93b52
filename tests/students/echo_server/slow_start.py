"""Right: takes 1.6 seconds to start."""
import socket
import sys
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


port = port_argument()
time.sleep(1.6)
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port))
server.listen(5)
while True:
    client, _ = server.accept()
    try:
        with client:
            while data := client.recv(4096):
                client.sendall(data)
    except OSError:
        pass
