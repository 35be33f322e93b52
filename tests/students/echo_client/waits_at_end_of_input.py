# An echo client. Its one fault: at the end of the input it waits for more, for ever.
import socket
import sys
import time

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    line = sys.stdin.readline()
    if not line:
        time.sleep(0.1)
        continue
    if line.strip() in ("Q", "q"):
        break
    data = line.encode()
    sock.sendall(data)
    reply = b""
    while len(reply) < len(data):
        part = sock.recv(len(data) - len(reply))
        if not part:
            raise ConnectionError("the server closed the connection")
        reply += part
    print("Message from server:", reply.decode(), end="")
sock.close()
