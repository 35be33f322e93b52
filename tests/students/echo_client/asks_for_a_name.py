# A right echo client that asks for a name before the first line, and shows it with each reply.
import socket
import sys

sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
replies = sock.makefile("rb")
print("Your name: ", end="", flush=True)
name = sys.stdin.readline().strip()
for line in sys.stdin:
    if line in ("Q\n", "q\n"):
        break
    sock.sendall(line.encode())
    reply = replies.readline()
    if not reply.endswith(b"\n"):
        sys.exit("The server has gone before all of its reply came.")
    print(f"For {name}: {reply.decode(errors='replace')}", end="", flush=True)
sock.close()
