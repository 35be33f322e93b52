"""Right: puts its name in front of each line."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
while True:
    client, _ = server.accept()
    try:
        with client, client.makefile("rwb") as lines:
            for line in lines:
                lines.write(b"server: " + line)
                lines.flush()
    except OSError:
        print("That one has gone.", file=sys.stderr)
