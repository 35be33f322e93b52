"""Fault: closes when the client has finished, although replies are still waiting to be sent."""
import queue
import socket
import sys
import threading
import time


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


def reply(client, messages):
    while True:
        data = messages.get()
        time.sleep(0.5)  # more may come: it goes out together
        while not messages.empty():
            data += messages.get()
        try:
            client.sendall(data)
        except OSError:
            return


def serve(client):
    messages = queue.Queue()
    threading.Thread(target=reply, args=(client, messages), daemon=True).start()
    try:
        while data := client.recv(65536):
            messages.put(data)
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    client.close()


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", port_argument()))
server.listen(5)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
