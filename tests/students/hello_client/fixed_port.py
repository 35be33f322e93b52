# A right hello client that takes no arguments: its server is always 127.0.0.1, port 19190.
import socket
import sys

try:
    with socket.create_connection(("127.0.0.1", 19190)) as sock:
        parts = iter(lambda: sock.recv(1024), b"")
        greeting = b"".join(parts)
except OSError as error:
    sys.exit("hello: %s" % error)
if not greeting:
    sys.exit("hello: no greeting")
print(greeting.decode(), end="")
