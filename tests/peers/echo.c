/*
 * An echo server in the manner of the chapter (4.3.2): prints its port, serves
 * one client after the other with a buffer of 1 KiB, and reads nothing while
 * it writes. Small socket buffers make that felt soon. Ends when it is killed.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUF_SIZE 1024

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

static int write_all(int sock, const char *bytes, ssize_t left) {
  while (left > 0) {
    ssize_t n = write(sock, bytes, left);
    if (n == -1) return -1;
    bytes += n;
    left -= n;
  }
  return 0;
}

int main(void) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t size = sizeof at;
  char message[BUF_SIZE];
  ssize_t n;
  int listening, client, small = 4096;

  signal(SIGPIPE, SIG_IGN);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if ((listening = socket(PF_INET, SOCK_STREAM, 0)) == -1) give_up("socket");
  setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  setsockopt(listening, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  if (bind(listening, (struct sockaddr *)&at, size) == -1) give_up("bind");
  if (listen(listening, 5) == -1) give_up("listen");
  if (getsockname(listening, (struct sockaddr *)&at, &size) == -1) give_up("getsockname");
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (;;) {
    if ((client = accept(listening, NULL, NULL)) == -1) give_up("accept");
    while ((n = read(client, message, BUF_SIZE)) > 0) {
      if (write_all(client, message, n) == -1) break;
    }
    close(client);
  }
}
