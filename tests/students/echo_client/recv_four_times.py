# An echo client. Its one fault: after four recv() it takes what it has for the reply.
import socket
import sys
import time

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
for line in sys.stdin:
    if line in ("Q\n", "q\n"):
        break
    data = line.encode()
    sock.sendall(data)
    reply = b""
    for _ in range(4):
        since = time.process_time()
        while time.process_time() < since + 0.1:  # busy with something else
            pass
        part = sock.recv(len(data) - len(reply))
        if not part:
            sys.exit("the server has gone before all of its reply came")
        reply += part
        if len(reply) == len(data):
            break
    print("Server sent:", reply.decode(errors="replace").rstrip("\n"))
sock.close()
