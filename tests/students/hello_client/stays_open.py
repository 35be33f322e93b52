# A hello client. Its one fault: with the greeting on the screen it waits for ever, for Ctrl-C.
import socket
import sys
import threading

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    greeting = sock.makefile("rb").read()
if not greeting:
    sys.exit("The server sent no greeting.")
print("Message from server:", greeting.decode(), flush=True)
threading.Event().wait()
