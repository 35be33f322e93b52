# A right echo client that takes its host and port as options, and says so where an echo differs.
import argparse
import socket
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--host", required=True)
parser.add_argument("-p", "--port", type=int, required=True)
args = parser.parse_args()

sock = socket.create_connection((args.host, args.port))
replies = sock.makefile("rb")
for line in sys.stdin:
    if line.strip() in ("Q", "q"):
        break
    sock.sendall(line.encode())
    reply = replies.readline()
    if not reply.endswith(b"\n"):
        sys.exit("The connection was closed.")
    print("reply (%d bytes): %s" % (len(reply), reply.decode()), end="")
    if reply != line.encode():
        print("That is not what was sent.", file=sys.stderr)
sock.close()
