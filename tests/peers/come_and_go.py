"""come_and_go.py PORT COUNT close|reset: connects and ends at once, COUNT times."""

import socket
import struct
import sys

port, count, how = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for _ in range(count):
    sock = socket.create_connection(("127.0.0.1", port))
    if how == "reset":  # close() sends a reset, if it may not linger at all
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
