# An echo client. Its one fault: what it writes stays in a buffer of its own, for it never flushes it.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
stream = sock.makefile("rw", encoding="utf-8", errors="surrogateescape", newline="\n")
for line in sys.stdin:
    if line in ("Q\n", "q\n"):
        break
    stream.write(line)
    reply = stream.readline()
    if not reply.endswith("\n"):
        sys.exit("The server has gone before all of its reply came.")
    print("Server sent:", reply, end="", flush=True)
sock.close()
