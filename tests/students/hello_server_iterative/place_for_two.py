"""Fault: has places for two clients, which nobody gives back: the third one waits for ever."""
import socket
import sys


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
places = [None, None]
waiting = []
while True:
    client, _ = server.accept()
    if None not in places:
        waiting.append(client)
        continue
    places[places.index(None)] = client
    try:
        client.sendall(b"Hello World!")
    except OSError as error:
        print(error)
    client.close()
