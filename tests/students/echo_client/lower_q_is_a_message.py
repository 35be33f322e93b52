# An echo client. Its one fault: only the capital Q ends it, q is sent like any other line.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
replies = sock.makefile("rb")
for line in sys.stdin:
    if line.rstrip("\r\n") == "Q":
        break
    sock.sendall(line.encode())
    reply = replies.readline()
    if not reply.endswith(b"\n"):
        sys.exit("The server closed the connection.")
    print("Message from server:", reply.decode().rstrip("\n"))
sock.close()
