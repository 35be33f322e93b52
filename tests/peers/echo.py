"""An echo server: prints its port, serves one client after the other, and reads
nothing while it writes.

    echo.py [<most bytes a read>]
"""

import socket
import sys

most = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(5)
print(listening.getsockname()[1], flush=True)
while True:
    client, _ = listening.accept()
    with client:
        try:
            while message := client.recv(most):
                client.sendall(message)
        except ConnectionError:
            pass
