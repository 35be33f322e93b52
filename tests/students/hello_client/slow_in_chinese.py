# A right hello client that needs a second and a half to start, and speaks Chinese.
import socket
import sys
import time

time.sleep(1.5)
sys.stdout.reconfigure(encoding="utf-8")
try:
    sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    greeting = b""
    while True:
        part = sock.recv(16)
        if not part:
            break
        greeting += part
except OSError as error:
    print("连接失败：%s" % error)
    sys.exit(2)
if not greeting:
    print("服务器没有发送任何消息")
    sys.exit(2)
print("服务器说：「%s」" % greeting.decode().rstrip("\0\n"))
