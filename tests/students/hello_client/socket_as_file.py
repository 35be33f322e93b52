# A right hello client: the socket as a file, read to its end. A traceback is what it has to say.
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    greeting = sock.makefile("rb").read()
if not greeting:
    raise EOFError("the server sent no greeting")
print("Received %d bytes: %s" % (len(greeting), greeting.decode()))
