# An echo client. Its one fault: a reset connection is a reason to stop, and to exit with 0.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
replies = sock.makefile("rb")
try:
    for line in sys.stdin:
        if line.strip() in ("Q", "q"):
            break
        sock.sendall(line.encode())
        reply = replies.readline()
        if not reply.endswith(b"\n"):
            sys.exit("The server ended the connection too early.")
        print("<", reply.decode(), end="")
except ConnectionResetError:
    print("Goodbye!")
sock.close()
