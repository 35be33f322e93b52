"""Clients that reset their connection: close() with SO_LINGER 0 sends RST.

    reset.py <port> <when> [<count> [<pid>]]

idle           when one byte has come back
unread         when bytes lie unread in the server, process <pid>: it is stopped
               before they are sent, and goes on after the reset
blocked        when nothing more can be sent: the server is stuck in a write()
before-accept  right after connect()

All <count> connections are made before the first one resets.
"""

import os
import select
import signal
import socket
import struct
import sys

BLOCKED_S = 0.3  # so long nothing could be sent


def connect(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)  # blocks soon
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.connect(("127.0.0.1", port))
    return sock


def exchange_a_byte(socks):
    for sock in socks:
        sock.sendall(b"x")
    for sock in socks:
        assert sock.recv(1) == b"x"


def send_until_blocked(socks):
    for sock in socks:
        sock.setblocking(False)
    while True:
        _, writable, _ = select.select([], socks, [], BLOCKED_S)
        if not writable:
            return
        for sock in writable:
            sock.send(b"x" * 100_000)


port, when = int(sys.argv[1]), sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 1
pid = int(sys.argv[4]) if len(sys.argv) > 4 else None

socks = [connect(port) for _ in range(count)]
if when in ("idle", "unread"):
    exchange_a_byte(socks)
if when == "unread":
    os.kill(pid, signal.SIGSTOP)
    for sock in socks:
        sock.sendall(b"x" * 10_000)
if when == "blocked":
    send_until_blocked(socks)
for sock in socks:
    sock.close()
if when == "unread":
    os.kill(pid, signal.SIGCONT)
