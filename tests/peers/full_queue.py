"""A server whose listen queue is full: connect() to it waits for ever.

Prints its port when that is so, and ends with its input.
"""

import socket
import sys

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(0)
waiting = []
while True:
    client = socket.socket()
    client.settimeout(0.3)
    try:
        client.connect(listening.getsockname())
    except socket.timeout:
        break
    waiting.append(client)
print(listening.getsockname()[1], flush=True)
sys.stdin.read()
