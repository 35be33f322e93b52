"""A server that resets its only client: close() with SO_LINGER 0 sends RST.

    reset_server.py <text> [<bytes>]

Prints its port, reads so many <bytes>, sends <text>, and resets when a line
comes on its input.
"""

import socket
import struct
import sys

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(5)
print(listening.getsockname()[1], flush=True)
client, _ = listening.accept()
if len(sys.argv) > 2:
    client.recv(int(sys.argv[2]), socket.MSG_WAITALL)
client.sendall(sys.argv[1].encode())
sys.stdin.readline()
client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
client.close()
