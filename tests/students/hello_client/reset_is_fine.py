# A hello client. Its one fault: after a reset it exits with 0.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
greeting = b""
try:
    while True:
        part = sock.recv(1024)
        if not part:
            break
        greeting += part
except ConnectionResetError:
    print("The server has reset the connection.")
    sys.exit(0)
if not greeting:
    sys.exit("The server sent no greeting.")
print("Message from server:", greeting.decode())
