# A right echo client that sends a line without its newline, and reads as many bytes as it has sent.
import socket
import sys


def receive(sock, length):
    data = b""
    while len(data) < length:
        part = sock.recv(length - len(data))
        if not part:
            sys.exit("The server closed the connection after %d of %d bytes." % (len(data), length))
        data += part
    return data


with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
    for line in sys.stdin:
        message = line.rstrip("\n")
        if message in ("Q", "q"):
            break
        sock.sendall(message.encode())
        print(receive(sock, len(message.encode())).decode())
