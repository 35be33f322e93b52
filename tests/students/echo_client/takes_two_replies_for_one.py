# An echo client. Its one fault: it reads until a newline is last, so two replies in one piece are one.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    print("Enter a message, Q to leave: ", end="")
    line = sys.stdin.readline()
    if line == "" or line.rstrip("\n").upper() == "Q":
        break
    sock.sendall(line.encode())
    reply = b""
    while not reply.endswith(b"\n"):
        part = sock.recv(4096)
        if part == b"":
            sys.exit("end of stream inside a reply")
        reply += part
    print("Reply: " + reply.decode(), end="")
sock.close()
