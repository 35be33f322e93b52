/*
 * A TCP client in the manner of the chapter: socket(), connect(), write() each
 * argument, shutdown() the sending half, read() to the end of the stream. What
 * came goes to stdout.
 *
 *     talk <port> [text ...]
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(int sock, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(sock, bytes, length);
    if (n == -1) give_up("write");
    bytes += n;
    length -= n;
  }
}

int main(int argc, char *argv[]) {
  struct sockaddr_in server = {.sin_family = AF_INET};
  char buffer[1024];
  ssize_t n;
  int sock, i;

  if (argc < 2) {
    fprintf(stderr, "Usage: %s <port> [text ...]\n", argv[0]);
    return 2;
  }
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server.sin_port = htons(atoi(argv[1]));
  if ((sock = socket(PF_INET, SOCK_STREAM, 0)) == -1) give_up("socket");
  if (connect(sock, (struct sockaddr *)&server, sizeof server) == -1) give_up("connect");
  for (i = 2; i < argc; i++) write_all(sock, argv[i], strlen(argv[i]));
  if (shutdown(sock, SHUT_WR) == -1) give_up("shutdown");
  while ((n = read(sock, buffer, sizeof buffer)) > 0) fwrite(buffer, 1, n, stdout);
  if (n == -1) give_up("read");
  close(sock);
  return 0;
}
