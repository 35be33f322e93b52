"""A client that sends <bytes> and never reads.

    flood.py <port> <bytes>

Prints how many it could send as soon as it is stuck, or done, and stays
connected until its input ends.
"""

import socket
import sys

STUCK_S = 0.3  # so long nothing could be sent

port, size = int(sys.argv[1]), int(sys.argv[2])
sock = socket.create_connection(("127.0.0.1", port))
sock.settimeout(STUCK_S)
sent = 0
try:
    while sent < size:
        sent += sock.send(b"x" * min(1_000_000, size - sent))
except socket.timeout:
    pass
print(sent, flush=True)
sys.stdin.read()
