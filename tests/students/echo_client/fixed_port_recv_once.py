# An echo client that takes no arguments: its server is always 127.0.0.1, port 19192. Its one fault: one recv(1024) is one reply.
import socket
import sys

sock = socket.create_connection(("127.0.0.1", 19192))
for line in sys.stdin:
    if line.rstrip("\n") in ("q", "Q"):
        break
    sock.sendall(line.encode())
    reply = sock.recv(1024)
    if not reply:
        sys.exit("The server closed the connection.")
    print("Message from server:", reply.decode(errors="replace"), end="", flush=True)
sock.close()
