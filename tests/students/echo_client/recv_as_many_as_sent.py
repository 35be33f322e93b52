# An echo client. Its one fault: recv(n) is thought to wait until all n bytes are there.
import socket
import sys


def main():
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
        for line in sys.stdin:
            if line.strip().lower() == "q":
                break
            data = line.encode()
            sock.sendall(data)
            reply = sock.recv(len(data))
            if len(reply) == 0:
                sys.exit("connection closed by server")
            print("echo>", reply.decode(errors="replace").rstrip("\n"))


main()
