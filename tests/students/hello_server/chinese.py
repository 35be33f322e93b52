"""Right: greets in Chinese."""
import socket
import sys

try:
    port = int(sys.argv[1])
    assert 0 < port < 65536
except (IndexError, ValueError, AssertionError):
    sys.exit("用法: python3 chinese.py <端口>")

with socket.create_server(("", port)) as server:
    client, address = server.accept()
    print("新的客户端:", address)
    try:
        client.sendall("你好，世界！欢迎来到我的服务器。\n".encode())
    except OSError:
        print("客户端已经走了")
    client.close()
