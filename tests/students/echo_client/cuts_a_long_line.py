# An echo client. Its one fault: it sends 1024 bytes of a line at most, and drops the others.
import socket
import sys

BUF_SIZE = 1024

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    print("Message (Q to quit): ", end="")
    line = sys.stdin.readline()
    if line == "" or line.strip() in ("Q", "q"):
        break
    data = line.encode()[:BUF_SIZE]
    sock.sendall(data)
    reply = b""
    while len(reply) < len(data):
        part = sock.recv(len(data) - len(reply))
        if not part:
            sys.exit("server closed the connection")
        reply += part
    print("Echo: " + reply.decode().rstrip("\n"))
sock.close()
