# A right echo client that keeps the replies and prints them when it ends, with its own summary.
import socket
import sys


def talk(replies):
    sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    stream = sock.makefile("rwb")
    for line in sys.stdin:
        if line.strip() in ("Q", "q"):
            break
        stream.write(line.encode())
        stream.flush()
        reply = stream.readline()
        if not reply.endswith(b"\n"):
            sys.exit("The server went away after %d replies." % len(replies))
        replies.append(reply.decode())
    sock.close()


replies = []
talk(replies)
print("%d replies came:" % len(replies))
print("".join(replies), end="")
