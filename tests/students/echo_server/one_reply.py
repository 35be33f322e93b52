"""Fault: reads and answers once, then closes."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdigit() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit("Usage: " + sys.argv[0] + " <port>")
    return int(sys.argv[1])


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port_argument()))
server.listen(5)
while True:
    conn, _ = server.accept()
    with conn:
        try:
            conn.sendall(conn.recv(1024))
        except OSError:
            pass
