# An echo client. Its one fault: when the server has closed it goes on, with whatever came as the reply.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    print("Input message(Q to quit): ", end="")
    line = sys.stdin.readline()
    if line == "" or line in ("Q\n", "q\n"):
        break
    data = line.encode()
    sock.sendall(data)
    reply = b""
    while len(reply) < len(data):
        part = sock.recv(1)
        if not part:
            break
        reply += part
    print("Message from server:", reply.decode(), end="")
sock.close()
