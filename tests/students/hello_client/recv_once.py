# A hello client. Its one fault: one recv(1024) is the whole greeting.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
data = sock.recv(1024)
if not data:
    sys.exit("The server closed the connection without a greeting.")
print("The server says:", data.decode())
sock.close()
