# An echo client. Its one fault: it says that nobody listens, and exits with 0.
import socket
import sys


def chat(sock):
    replies = sock.makefile("rb")
    while True:
        line = sys.stdin.readline()
        if line == "" or line.strip() in ("q", "Q"):
            return
        sock.sendall(line.encode())
        reply = replies.readline()
        if not reply.endswith(b"\n"):
            raise EOFError("the server closed the connection")
        print("Got:", reply.decode(), end="")


try:
    connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except ConnectionRefusedError:
    print("There is no server at", sys.argv[1], sys.argv[2])
else:
    with connection:
        chat(connection)
