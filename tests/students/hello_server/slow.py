"""Right: slow to start, and slow to greet, in two pieces."""
import socket
import sys
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


port = port_argument()
time.sleep(1.6)
server = socket.create_server(("", port))
client, _ = server.accept()
time.sleep(1)
try:
    client.send(b"Hello ")
    time.sleep(0.2)
    client.send(b"World!\r\n")
except OSError as error:
    print("Not greeted:", error)
client.close()
server.close()
