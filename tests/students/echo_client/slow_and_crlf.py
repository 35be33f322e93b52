# A right echo client that needs a second to start, and ends what it prints with CR LF.
import socket
import sys
import time

time.sleep(1)
try:
    sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    sys.stdout.write("Connected to the echo service\r\n")
    for line in sys.stdin:
        if line.strip() in ("Q", "q"):
            break
        sock.sendall(line.encode())
        reply = bytearray()
        while not reply.endswith(b"\n"):
            byte = sock.recv(1)
            if not byte:
                raise ConnectionError("end of stream")
            reply += byte
        sys.stdout.write("received: " + reply.decode().rstrip("\n") + "\r\n")
    sock.close()
except OSError as error:
    sys.stdout.write("Failed: %s\r\n" % error)
    sys.exit(3)
