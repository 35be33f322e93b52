"""Right: says on stdout what it is, at once and at length."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


def serve(client):
    while True:
        try:
            data = client.recv(2048)
            if not data:
                break
            client.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            break
    client.close()


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
print("*" * 40, "*   我的回声服务器 v1.0   *", "*" * 40, sep="\n", flush=True)
count = 0
while True:
    client, (host, port) = server.accept()
    count += 1
    print(f"Client no. {count} from {host}:{port}", flush=True)
    serve(client)
