"""Right: is told its port as `-p PORT`."""
import argparse
import socket


def port(text):
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


parser = argparse.ArgumentParser()
parser.add_argument("-p", "--port", type=port, required=True)
with socket.create_server(("", parser.parse_args().port)) as server:
    while True:
        client, _ = server.accept()
        with client:
            try:
                while data := client.recv(1024):
                    client.sendall(data)
            except OSError:
                continue
