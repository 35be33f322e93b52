"""Fault: looks at the last byte of what recv() gave, also where that is nothing: an exception ends it."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
while True:
    client, _ = server.accept()
    try:
        while True:
            data = client.recv(1024)
            print("line" if data[-1] == 10 else "piece")
            client.sendall(data)
    except OSError as error:
        print(error)
    client.close()
