"""Right: socketserver with a thread for each client, line by line."""
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            for line in self.rfile:
                self.wfile.write(line)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


try:
    port = int(sys.argv[1])
    server = Server(("127.0.0.1", port), Echo)
except (IndexError, ValueError, OverflowError):
    sys.exit("usage: socketserver_lines.py PORT")
server.serve_forever()
