# A right echo client that speaks Chinese.
import socket
import sys

sys.stdout.reconfigure(encoding="utf-8")
sys.stderr.reconfigure(encoding="utf-8")
try:
    sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    print("已连接服务器")
    while True:
        print("请输入消息（按 Q 退出）：", end="", flush=True)
        line = sys.stdin.readline()
        if not line or line.rstrip("\n").lower() == "q":
            break
        data = line.encode()
        sock.sendall(data)
        reply = b""
        while len(reply) < len(data):
            part = sock.recv(len(data) - len(reply))
            if not part:
                sys.exit("服务器在应答完整之前关闭了连接")
            reply += part
        print("来自服务器的消息：" + reply.decode(), end="", flush=True)
    print("\n再见")
    sock.close()
except OSError as error:
    sys.exit("出错了：%s" % error)
