"""Right: thinks for a second before each reply."""
import socket
import sys
import threading
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


def serve(client):
    try:
        with client:
            while data := client.recv(65536):
                time.sleep(1)
                client.sendall(data)
    except OSError:
        pass


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],)).start()
