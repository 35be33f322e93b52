# A hello client. Its one fault: it reads all of the greeting, and shows the first hundred letters.
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    greeting = sock.makefile("rb").read().decode()
if greeting == "":
    sys.exit("There was no greeting.")
print("Greeting: %.100s" % greeting)
