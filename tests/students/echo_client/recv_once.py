# An echo client. Its one fault: one recv(1024) is one reply.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
print("Connected to", sys.argv[1])
while True:
    print("Input message (Q to quit): ", end="")
    line = sys.stdin.readline()
    if line == "" or line.rstrip("\n") in ("q", "Q"):
        break
    sock.sendall(line.encode())
    reply = sock.recv(1024)
    if not reply:
        sys.exit("The server closed the connection.")
    print("Message from server:", reply.decode(errors="replace"), end="")
sock.close()
