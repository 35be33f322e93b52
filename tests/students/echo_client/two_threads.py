# A right echo client: one thread copies what comes to stdout, the other what is typed to the server.
# It has no idea of lines, so it notices that the server is gone, but not that a reply is due.
import os
import socket
import sys
import threading

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
is_done = False


def show():
    try:
        while True:
            data = sock.recv(4096)
            if not data:
                break
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
    except OSError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    if not is_done:
        print("The server closed the connection.", file=sys.stderr, flush=True)
        os._exit(1)


reader = threading.Thread(target=show)
reader.start()
for line in sys.stdin:
    if line.strip() in ("Q", "q"):
        break
    sock.sendall(line.encode())
is_done = True
sock.shutdown(socket.SHUT_WR)
reader.join()
