# A right echo client: the socket as a file, read line by line. A traceback is what it has to say.
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    replies = sock.makefile("rb")
    while True:
        try:
            line = input("Input message (Q to quit): ")
        except EOFError:
            break
        if line in ("Q", "q"):
            break
        sock.sendall(line.encode() + b"\n")
        reply = replies.readline()
        if not reply.endswith(b"\n"):
            raise ConnectionError("the server closed the connection")
        print("Message from server:", reply.decode(), end="")
