"""Right: a thread for each client."""
import socket
import sys
import threading


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


def serve(client):
    with client:
        try:
            while data := client.recv(1024):
                client.sendall(data)
        except OSError as error:
            print("A client is lost:", error)


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
while True:
    client, address = server.accept()
    print("Connected by", address)
    threading.Thread(target=serve, args=(client,), daemon=True).start()
