"""Fault: bytes that are no UTF-8 go back, but end the server: it decodes them to print them."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
while True:
    client, _ = server.accept()
    while True:
        try:
            data = client.recv(1024)
            if not data:
                break
            client.sendall(data)
        except OSError:
            break
        print("echoed", data.decode())
    client.close()
