"""Fault: does not see the end of the stream; each client has its thread."""
import socket
import sys
import threading


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdigit() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit("Usage: " + sys.argv[0] + " <port>")
    return int(sys.argv[1])


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port_argument()))
server.listen(5)


def serve(conn, number):
    with conn:
        try:
            while True:
                conn.sendall(conn.recv(1024))
        except OSError:
            pass


number = 0
while True:
    client, _ = server.accept()
    number += 1
    threading.Thread(target=serve, args=(client, number), daemon=True).start()
