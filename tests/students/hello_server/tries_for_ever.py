"""Fault: tries for ever to greet a client that had gone before accept()."""
import socket
import sys
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
client, _ = server.accept()
greeted = False
while not greeted:
    try:
        client.sendall(b"Hello World!")
        greeted = True
    except OSError as error:
        print("Once more:", error)
        time.sleep(0.1)
client.close()
server.close()
