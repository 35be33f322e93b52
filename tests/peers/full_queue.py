"""A server whose listen queue is full: connect() to it waits for ever.

Prints its port when that is so. From a line of input on it accepts and greets every client, and
prints its port; it ends with its input.
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
if sys.stdin.readline():
    client.close()
    while True:
        conn, (_, port) = listening.accept()
        conn.sendall(b"Hello World!")
        conn.close()
        print(port, flush=True)
