"""Fault: a socketserver that does not set allow_reuse_address."""
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
    daemon_threads = True


try:
    port = int(sys.argv[1])
    server = Server(("127.0.0.1", port), Echo)
except (IndexError, ValueError, OverflowError):
    sys.exit("usage: socketserver_once.py PORT")
server.serve_forever()
