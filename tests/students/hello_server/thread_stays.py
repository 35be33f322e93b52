"""Fault: does not end: a thread of it waits for ever for something to do."""
import queue
import socket
import sys
import threading


def port_argument():
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or not 0 < int(sys.argv[1]) < 65536:
        sys.exit(f"Usage: {sys.argv[0]} <port>")
    return int(sys.argv[1])


server = socket.create_server(("", port_argument()))
log = queue.Queue()


def write_log():
    while True:
        print(log.get(), flush=True)


threading.Thread(target=write_log).start()
with server, server.accept()[0] as client:
    log.put("A client!")
    try:
        client.sendall(b"Hello World!\n")
    except OSError as error:
        log.put(error)
