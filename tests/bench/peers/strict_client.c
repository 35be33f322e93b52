/*
 * An echo client in the manner of the chapter: one line out, its echo back, then
 * the next. It reads until the whole line is back, and prints it with the book's
 * words. Usage: strict_client PORT < input > replies
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char *argv[]) {
  if (argc != 2) return 2;
  struct sockaddr_in server = {.sin_family = AF_INET};
  server.sin_port = htons((unsigned short)atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  if (sock == -1) fail("socket");
  if (connect(sock, (struct sockaddr *)&server, sizeof server) == -1) fail("connect");

  char line[1024];
  char reply[1024];
  while (fgets(line, sizeof line, stdin) != NULL) {
    size_t length = strlen(line);
    for (size_t sent = 0; sent < length;) {
      ssize_t n = write(sock, line + sent, length - sent);
      if (n == -1) fail("write");
      sent += (size_t)n;
    }
    for (size_t came = 0; came < length;) {
      ssize_t n = read(sock, reply + came, length - came);
      if (n <= 0) fail("read");
      came += (size_t)n;
    }
    printf("Message from server: %.*s", (int)length, reply);
  }
  close(sock);
  return 0;
}
