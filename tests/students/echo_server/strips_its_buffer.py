"""Fault: sends what its buffer holds, up to the NULs at its end, and not what came alone."""
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
    client, _ = server.accept()
    buffer = bytearray(1024)
    with client:
        try:
            while client.recv_into(buffer):
                client.sendall(buffer.rstrip(b"\0"))
        except OSError as error:
            print(error)
